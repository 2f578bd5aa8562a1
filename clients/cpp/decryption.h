// Reads encrypted renders (ipc/encrypted_file.h).
//
// Thread safety: calls are independent.

#ifndef CLIENTS_CPP_DECRYPTION_H_
#define CLIENTS_CPP_DECRYPTION_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "ipc/encrypted_file.h"
#include "ipc/render_record.h"
#include "ipc/status.h"

namespace goxel {

struct DecryptedRender {
  RenderId id = 0;
  RenderFormat format = RenderFormat::kPng;  // Of `bytes`.
  std::uint32_t width = 0;                   // Pixels.
  std::uint32_t height = 0;                  // Pixels.
  std::vector<std::byte> bytes;              // A whole file.
};

// Reads the file into memory and decrypts it there. Nothing is returned before
// the tag has proved that no byte of header or picture is other than the daemon
// wrote it; what was decrypted until then is wiped.
//
// kDataLoss when it is not: the file was changed, cut, extended or swapped, or
// key and nonce are another render's, which cannot be told apart.
// kInvalidArgument for what is no regular file, kNotFound and the like when it
// cannot be read.
Result<DecryptedRender> DecryptRender(const std::filesystem::path& path,
                                      const RenderSecret& secret);

}  // namespace goxel

#endif  // CLIENTS_CPP_DECRYPTION_H_
