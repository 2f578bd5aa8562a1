#include "transfer/pixel_view.h"

#include <fmt/core.h>

namespace goxel {

Status CheckPixels(const PixelView& image) {
  const std::uint64_t row_bytes = std::uint64_t{image.width} * 4;
  if (image.width == 0 || image.height == 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("an image of {}x{} pixels is empty", image.width,
                            image.height));
  }
  if (image.stride_bytes < row_bytes) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("a stride of {} bytes is too short for {} pixels; "
                            "it takes at least {}",
                            image.stride_bytes, image.width, row_bytes));
  }
  // The last row needs no padding behind it.
  const std::uint64_t needed =
      std::uint64_t{image.height - 1} * image.stride_bytes + row_bytes;
  if (image.pixels.size() < needed) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("{} bytes are too few for {}x{} pixels with a "
                            "stride of {}; it takes {}",
                            image.pixels.size(), image.width, image.height,
                            image.stride_bytes, needed));
  }
  return {};
}

}  // namespace goxel
