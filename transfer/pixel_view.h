// Read-only RGBA8 pixels: sRGB, straight alpha, row 0 at the top.

#ifndef TRANSFER_PIXEL_VIEW_H_
#define TRANSFER_PIXEL_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "ipc/status.h"

namespace goxel {

struct PixelView {
  std::span<const std::byte> pixels;  // The last row may lack its padding.
  std::uint32_t width = 0;            // Pixels.
  std::uint32_t height = 0;           // Pixels.
  std::uint32_t stride_bytes = 0;     // From one row to the next.

  // Row `y`, width * 4 bytes. REQUIRES: y < height.
  std::span<const std::byte> Row(std::uint32_t y) const {
    return pixels.subspan(std::size_t{y} * stride_bytes,
                          std::size_t{width} * 4);
  }
};

// kInvalidArgument when the image has no pixels, its rows overlap or its span
// is too short for them.
Status CheckPixels(const PixelView& image);

// Receives encoded bytes in order, in pieces of any size. An error ends the
// encoding and is returned by the encoder.
using ByteSink = std::function<Status(std::span<const std::byte>)>;

}  // namespace goxel

#endif  // TRANSFER_PIXEL_VIEW_H_
