// Encrypts the file of a render while it is written: AES-256-GCM (NIST SP
// 800-38D) by OpenSSL, in the container of ipc/encrypted_file.h.
//
// A key and nonce serve one render only, so no pair is ever used twice, which
// GCM would not forgive. The longest picture that can be drawn (2 GiB) is far
// below GCM's limit of 64 GiB per nonce.
//
// Thread safety: a RenderEncryptor belongs to one thread at a time.

#ifndef TRANSFER_ENCRYPTION_H_
#define TRANSFER_ENCRYPTION_H_

#include <cstddef>
#include <memory>
#include <span>

#include "ipc/encrypted_file.h"
#include "ipc/status.h"
#include "transfer/pixel_view.h"

namespace goxel {

// A key and a nonce from the system's random generator.
Result<RenderSecret> MakeRenderSecret();

class RenderEncryptor {
 public:
  // `authenticated` is what stands in the clear before the ciphertext; it is
  // covered by the tag and not written. Everything else goes to `sink`.
  static Result<RenderEncryptor> Create(
      const RenderSecret& secret, std::span<const std::byte> authenticated,
      ByteSink sink);

  RenderEncryptor(RenderEncryptor&&) noexcept;
  RenderEncryptor& operator=(RenderEncryptor&&) noexcept;
  // Wipes what OpenSSL kept of the key.
  ~RenderEncryptor();

  // Writes the ciphertext of `bytes`, as many bytes again.
  Status Add(std::span<const std::byte> bytes);

  // Writes the tag. REQUIRES: not called before on this object.
  Status Finish();

 private:
  struct State;
  explicit RenderEncryptor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace goxel

#endif  // TRANSFER_ENCRYPTION_H_
