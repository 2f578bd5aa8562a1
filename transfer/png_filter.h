// Turns rows of RGBA8 pixels into the filtered rows that PNG compresses: a
// byte that names the filter, then the filtered channels
// (https://www.w3.org/TR/png/#9Filters).
//
// Thread safety: all functions may be called from any thread.

#ifndef TRANSFER_PNG_FILTER_H_
#define TRANSFER_PNG_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "transfer/pixel_view.h"
#include "transfer/png_chunks.h"
#include "transfer/simd_level.h"

namespace goxel {

enum class PngFilter : std::uint8_t {
  kNone = 0,  // The channels as they are.
  kUp = 2,    // Each channel minus the one above it, modulo 256.
};

// Bytes of one filtered row.
constexpr std::size_t FilteredRowBytes(std::uint32_t width, PngColour colour) {
  return 1 + std::size_t{width} * BytesPerPixel(colour);
}

// Filters one row. `row` and `above` are RGBA pixels; `above` is all zeros for
// the top row and for kNone, which is kUp below nothing. `filtered` gets
// FilteredRowBytes(). For kRgb the alphas are left out.
// REQUIRES: row.size() == above.size(), both a multiple of 4; level is at most
// BestSimdLevel().
void FilterRow(PngFilter filter, PngColour colour,
               std::span<const std::byte> row, std::span<const std::byte> above,
               std::span<std::byte> filtered,
               SimdLevel level = BestSimdLevel());

// Whether every alpha is 255. Stops at the first row where one is not.
// REQUIRES: level is at most BestSimdLevel().
bool IsOpaque(const PixelView& image, SimdLevel level = BestSimdLevel());

}  // namespace goxel

#endif  // TRANSFER_PNG_FILTER_H_
