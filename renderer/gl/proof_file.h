// A file in memory, shaped like the file behind a render, to prove on that
// drawing into files works here.

#ifndef RENDERER_GL_PROOF_FILE_H_
#define RENDERER_GL_PROOF_FILE_H_

#include <cstddef>
#include <memory>
#include <span>

#include "ipc/status.h"
#include "renderer/renderer.h"

namespace goxel {

class ProofFile {
 public:
  // kResourceExhausted or kUnavailable where the system gives no such file.
  static Result<std::unique_ptr<ProofFile>> Create(std::size_t pixel_bytes);

  ~ProofFile();
  ProofFile(const ProofFile&) = delete;
  ProofFile& operator=(const ProofFile&) = delete;

  // The pixels, mapped and writable, as long as this object lives.
  std::span<std::byte> pixels() const;
  ImportableMemory memory() const;

 private:
  ProofFile(int fd, std::span<std::byte> mapped) : fd_(fd), mapped_(mapped) {}

  const int fd_;
  const std::span<std::byte> mapped_;
};

}  // namespace goxel

#endif  // RENDERER_GL_PROOF_FILE_H_
