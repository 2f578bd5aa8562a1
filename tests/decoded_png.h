// Reads a PNG with libpng's simplified interface, as an independent judge of
// what the encoders write.

#ifndef TESTS_DECODED_PNG_H_
#define TESTS_DECODED_PNG_H_

#include <png.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace goxel {

struct DecodedPng {
  std::string error;  // libpng's words; "" when it decoded without a warning.
  bool has_alpha = false;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::byte> pixels;  // RGBA8, no padding.
};

inline DecodedPng DecodePng(std::span<const std::byte> file) {
  DecodedPng decoded;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, file.data(), file.size()) != 0) {
    decoded.has_alpha = (image.format & PNG_FORMAT_FLAG_ALPHA) != 0;
    decoded.width = image.width;
    decoded.height = image.height;
    image.format = PNG_FORMAT_RGBA;
    decoded.pixels.resize(PNG_IMAGE_SIZE(image));
    png_image_finish_read(&image, nullptr, decoded.pixels.data(), 0, nullptr);
  }
  if (image.warning_or_error != 0) decoded.error = image.message;
  png_image_free(&image);
  return decoded;
}

}  // namespace goxel

#endif  // TESTS_DECODED_PNG_H_
