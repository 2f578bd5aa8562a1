#include "clients/cli/rgba_picture.h"

#include <fmt/format.h>
#include <png.h>

#include <array>
#include <fstream>
#include <span>

#include "clients/cli/picture_output.h"

namespace goxel {
namespace {

constexpr std::array<char, 8> kSignature = {'\x89', 'P',  'N',    'G',
                                            '\r',   '\n', '\x1a', '\n'};

png_image EmptyImage() {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  return image;
}

}  // namespace

bool IsPng(const std::filesystem::path& path) {
  std::array<char, 8> start{};
  std::ifstream file(path, std::ios::binary);
  return file.read(start.data(), start.size()) && start == kSignature;
}

Result<RgbaPicture> ReadPng(const std::filesystem::path& path) {
  png_image image = EmptyImage();
  RgbaPicture picture;
  if (::png_image_begin_read_from_file(&image, path.c_str())) {
    image.format = PNG_FORMAT_RGBA;
    picture.width = image.width;
    picture.height = image.height;
    picture.bytes.resize(PNG_IMAGE_SIZE(image));
    if (::png_image_finish_read(&image, nullptr, picture.bytes.data(), 0,
                                nullptr)) {
      return picture;
    }
  }
  const std::string why = image.message;
  ::png_image_free(&image);
  return Fail(
      StatusCode::kInvalidArgument,
      fmt::format("'{}' cannot be read as a PNG: {}", path.native(), why));
}

Status WritePng(const RgbaPicture& picture, const std::string& target) {
  png_image image = EmptyImage();
  image.width = picture.width;
  image.height = picture.height;
  image.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<std::byte> file(size);
  if (!::png_image_write_to_memory(&image, file.data(), &size, 0,
                                   picture.bytes.data(), 0, nullptr)) {
    return {StatusCode::kInternal,
            fmt::format("libpng cannot write '{}': {}", target, image.message)};
  }
  return WriteBytes(std::span(file).first(size), target,
                    OutputAccess::kByUmask);
}

}  // namespace goxel
