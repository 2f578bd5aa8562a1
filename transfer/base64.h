// Base64 (RFC 4648, padded), fast enough that memory is the limit: AVX2 where
// the processor has it, a table elsewhere.
//
// Thread safety: all functions may be called from any thread.

#ifndef TRANSFER_BASE64_H_
#define TRANSFER_BASE64_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/status.h"
#include "transfer/simd_level.h"

namespace goxel {

constexpr std::size_t Base64Length(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// REQUIRES: text.size() == Base64Length(bytes.size()).
void EncodeBase64(std::span<const std::byte> bytes, std::span<char> text,
                  SimdLevel level = BestSimdLevel());

// Input pieces of this size encode without padding, so a long text can be made
// piece by piece with constant memory.
inline constexpr std::size_t kBase64PieceBytes = 48 * 1024;

// Accepts exactly what EncodeBase64 writes: no line breaks, padding complete,
// unused bits zero. kInvalidArgument names the first character that is wrong
// and its offset.
Result<std::vector<std::byte>> DecodeBase64(std::string_view text);

}  // namespace goxel

#endif  // TRANSFER_BASE64_H_
