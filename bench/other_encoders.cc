#include "bench/other_encoders.h"

#include <png.h>
#include <spng.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#define QOI_IMPLEMENTATION
#include <qoi.h>

namespace goxel {
namespace {

struct FreeBytes {
  void operator()(void* bytes) const { std::free(bytes); }
};
using MallocedBytes = std::unique_ptr<void, FreeBytes>;

void Replace(Encoded& encoded, const void* bytes, std::size_t size) {
  const auto* first = static_cast<const std::byte*>(bytes);
  encoded.assign(first, first + size);
}

void AppendToEncoded(png_structp png, png_bytep piece, png_size_t size) {
  auto& bytes = *static_cast<Encoded*>(png_get_io_ptr(png));
  const auto* first = reinterpret_cast<const std::byte*>(piece);
  bytes.insert(bytes.end(), first, first + size);
}

constexpr qoi_desc kQoiShape = {kPictureWidth, kPictureHeight, 4, QOI_SRGB};

}  // namespace

Status EncodeWithLibpng(const Picture& picture, PngSettings settings,
                        Encoded& encoded) {
  encoded.clear();
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_write_struct(&png, &info);
    return {StatusCode::kInternal, "libpng failed to encode"};
  }
  png_set_write_fn(png, &encoded, AppendToEncoded, nullptr);
  if (settings == PngSettings::kLevel1Up) {
    png_set_compression_level(png, 1);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
  }
  png_set_IHDR(png, info, kPictureWidth, kPictureHeight, 8,
               PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (std::uint32_t y = 0; y < kPictureHeight; ++y) {
    png_write_row(png, reinterpret_cast<png_const_bytep>(
                           picture.data() + std::size_t{y} * kPictureStride));
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return {};
}

Status EncodeWithLibspng(const Picture& picture, PngSettings settings,
                         Encoded& encoded) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> png(
      spng_ctx_new(SPNG_CTX_ENCODER), spng_ctx_free);
  spng_set_option(png.get(), SPNG_ENCODE_TO_BUFFER, 1);
  if (settings == PngSettings::kLevel1Up) {
    spng_set_option(png.get(), SPNG_IMG_COMPRESSION_LEVEL, 1);
    spng_set_option(png.get(), SPNG_FILTER_CHOICE, SPNG_FILTER_CHOICE_UP);
  }
  spng_ihdr header{};
  header.width = kPictureWidth;
  header.height = kPictureHeight;
  header.bit_depth = 8;
  header.color_type = SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
  spng_set_ihdr(png.get(), &header);
  int failure = spng_encode_image(png.get(), picture.data(), picture.size(),
                                  SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  std::size_t size = 0;
  if (failure == 0) {
    const MallocedBytes bytes(spng_get_png_buffer(png.get(), &size, &failure));
    if (bytes) Replace(encoded, bytes.get(), size);
  }
  if (failure != 0) return {StatusCode::kInternal, spng_strerror(failure)};
  return {};
}

Status EncodeAsQoi(const Picture& picture, Encoded& encoded) {
  int size = 0;
  const MallocedBytes bytes(qoi_encode(picture.data(), &kQoiShape, &size));
  if (!bytes) return {StatusCode::kInternal, "QOI failed to encode"};
  Replace(encoded, bytes.get(), static_cast<std::size_t>(size));
  return {};
}

bool PngShows(const Encoded& png, const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) {
    return false;
  }
  image.format = PNG_FORMAT_RGBA;
  Picture decoded(PNG_IMAGE_SIZE(image));
  return png_image_finish_read(&image, nullptr, decoded.data(), 0, nullptr) !=
             0 &&
         decoded == picture;
}

bool QoiShows(const Encoded& qoi, const Picture& picture) {
  qoi_desc shape{};
  const MallocedBytes decoded(
      qoi_decode(qoi.data(), static_cast<int>(qoi.size()), &shape, 4));
  return decoded && shape.width == kPictureWidth &&
         shape.height == kPictureHeight &&
         std::memcmp(decoded.get(), picture.data(), picture.size()) == 0;
}

}  // namespace goxel
