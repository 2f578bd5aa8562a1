// Pictures in PNG files.

#ifndef TESTS_PNG_PICTURE_H_
#define TESTS_PNG_PICTURE_H_

#include <gtest/gtest.h>
#include <png.h>

#include <filesystem>

#include "tests/rendered_picture.h"

namespace goxel {

inline Picture ReadPng(const std::filesystem::path& path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_file(&image, path.c_str()), 0) << path;
  image.format = PNG_FORMAT_RGBA;
  Picture picture{.width = static_cast<int>(image.width),
                  .height = static_cast<int>(image.height),
                  .bytes = std::vector<std::byte>(PNG_IMAGE_SIZE(image))};
  EXPECT_NE(
      png_image_finish_read(&image, nullptr, picture.bytes.data(), 0, nullptr),
      0)
      << path;
  return picture;
}

inline void WritePng(const std::filesystem::path& path,
                     const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGBA;
  EXPECT_NE(png_image_write_to_file(&image, path.c_str(), 0,
                                    picture.bytes.data(), 0, nullptr),
            0)
      << path;
}

}  // namespace goxel

#endif  // TESTS_PNG_PICTURE_H_
