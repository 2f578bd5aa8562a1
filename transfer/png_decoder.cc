#include "transfer/png_decoder.h"

#include <fmt/format.h>
#include <png.h>

#include <memory>

namespace goxel {

Status DecodePng(std::span<const std::byte> png, std::uint32_t width,
                 std::uint32_t height, std::span<std::byte> pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, decltype(&png_image_free)> freed(
      &image, &png_image_free);
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("not a PNG: {}", image.message));
  }
  // Checked before anything of that size is decoded.
  if (image.width != width || image.height != height) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("a PNG of {} x {} pixels; expected {} x {}",
                            image.width, image.height, width, height));
  }
  image.format = PNG_FORMAT_RGBA;
  if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) == 0) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("a broken PNG: {}", image.message));
  }
  return {};
}

}  // namespace goxel
