// The file of an encrypted render (".enc"):
//
//   offset 0      header      4096 bytes of plain text, below
//   offset 4096   ciphertext  as many bytes as the picture's file has
//   then          tag         16 bytes
//
// The ciphertext is a whole file of the inner format (a PNG, say), camera and
// settings of its own record included, under AES-256-GCM
// (NIST SP 800-38D) with a key and a nonce made for this render alone. The
// header is the additional authenticated data: no bit of it can be changed
// unnoticed. How long the picture's file is follows from the length of this
// one.
//
// The header is lines "name=value" in the order of docs/render-files.md behind
// the magic line, then newlines up to 4096 bytes. It says what the daemon needs
// to find and to remove the render again; never the key, what the picture
// shows, or from where.

#ifndef IPC_ENCRYPTED_FILE_H_
#define IPC_ENCRYPTED_FILE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ipc/render_record.h"
#include "ipc/status.h"

namespace goxel {

inline constexpr std::string_view kEncryptionAlgorithm = "aes-256-gcm";
inline constexpr std::size_t kEncryptedHeaderBytes = 4096;
inline constexpr std::size_t kEncryptionKeyBytes = 32;
inline constexpr std::size_t kEncryptionNonceBytes = 12;
inline constexpr std::size_t kEncryptionTagBytes = 16;

// All that an encrypted file has besides its picture.
inline constexpr std::uint64_t kEncryptionOverheadBytes =
    kEncryptedHeaderBytes + kEncryptionTagBytes;

// The key and the nonce of one render. Every copy wipes itself.
struct RenderSecret {
  std::array<std::byte, kEncryptionKeyBytes> key{};
  std::array<std::byte, kEncryptionNonceBytes> nonce{};

  RenderSecret() = default;
  RenderSecret(const RenderSecret&) = default;
  RenderSecret& operator=(const RenderSecret&) = default;
  ~RenderSecret();
};

// What the reply to an encrypted request says, and nothing else does: how its
// file is read.
struct RenderEncryption {
  RenderSecret secret;
  RenderFormat inner_format = RenderFormat::kPng;
};

// Key and nonce from 64 and 24 hex digits of either case. kInvalidArgument,
// which never repeats what was given.
Result<RenderSecret> ParseRenderSecret(std::string_view key_hex,
                                       std::string_view nonce_hex);

// Lower-case hex digits.
std::string FormatSecretBytes(std::span<const std::byte> bytes);

struct EncryptedHeader {
  // Of format kEnc. Has no key, camera or settings.
  RenderRecord record;
  RenderFormat inner_format = RenderFormat::kPng;
};

// Leaves out what of the record must not stand in the clear.
// REQUIRES: the inner format is not kEnc.
void WriteEncryptedHeader(const EncryptedHeader& header,
                          std::span<std::byte, kEncryptedHeaderBytes> bytes);

// kDataLoss when the bytes are not a header that WriteEncryptedHeader wrote.
Result<EncryptedHeader> ParseEncryptedHeader(std::span<const std::byte> bytes);

}  // namespace goxel

#endif  // IPC_ENCRYPTED_FILE_H_
