// Reads the pixels of a PNG back (https://www.w3.org/TR/png/), by libpng.
//
// Thread safety: calls are independent.

#ifndef TRANSFER_PNG_DECODER_H_
#define TRANSFER_PNG_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/status.h"

namespace goxel {

// Decodes `png` into rows of width RGBA8 pixels, top row first, without padding
// between them; what EncodePng() wrote comes back byte for byte. kDataLoss when
// it is no PNG, is broken or has another size; `pixels` is unspecified then.
// REQUIRES: pixels.size() >= width * height * 4.
Status DecodePng(std::span<const std::byte> png, std::uint32_t width,
                 std::uint32_t height, std::span<std::byte> pixels);

}  // namespace goxel

#endif  // TRANSFER_PNG_DECODER_H_
