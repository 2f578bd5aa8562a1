#include "transfer/png_libpng.h"

#include <fmt/core.h>
#include <png.h>
#include <zlib.h>

#include <csetjmp>
#include <cstddef>
#include <span>
#include <utility>

namespace goxel {
namespace {

constexpr std::size_t kIdatBufferBytes = 64 * 1024;

// What the callbacks share: libpng carries a pointer to it.
struct Output {
  const ByteSink& sink;
  Status status;
};

// libpng's errors are long jumps: no frame between RunLibpng() and a callback,
// and no callback at the moment it jumps, may hold an object with a destructor.

void WriteBytes(png_structp png, png_bytep data, std::size_t length) {
  auto& output = *static_cast<Output*>(png_get_io_ptr(png));
  output.status = output.sink(std::as_bytes(std::span(data, length)));
  if (!output.status.ok()) png_longjmp(png, 1);
}

void Flush(png_structp /*png*/) {}

void OnError(png_structp png, png_const_charp message) {
  auto& output = *static_cast<Output*>(png_get_error_ptr(png));
  output.status =
      Status(StatusCode::kInternal, fmt::format("libpng: {}", message));
  png_longjmp(png, 1);
}

void OnWarning(png_structp /*png*/, png_const_charp /*message*/) {}

// Reports failure through the Output.
void RunLibpng(png_structp png, png_infop info, const PixelView& image,
               PngColour colour, const std::string& record_text,
               int zlib_level) {
  if (setjmp(png_jmpbuf(png)) != 0) return;
  png_set_compression_level(png, zlib_level);
  png_set_compression_mem_level(png, 9);
  png_set_compression_buffer_size(png, kIdatBufferBytes);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_compression_strategy(png, Z_DEFAULT_STRATEGY);
  png_set_IHDR(
      png, info, image.width, image.height, 8,
      colour == PngColour::kRgb ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA,
      PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
      PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  if (!record_text.empty()) {
    png_write_chunk(png, reinterpret_cast<png_const_bytep>("iTXt"),
                    reinterpret_cast<png_const_bytep>(record_text.data()),
                    record_text.size());
  }
  // The rows keep their fourth channel; libpng leaves it out.
  if (colour == PngColour::kRgb) png_set_filler(png, 0, PNG_FILLER_AFTER);
  for (std::uint32_t y = 0; y < image.height; ++y) {
    png_write_row(png, reinterpret_cast<png_const_bytep>(image.Row(y).data()));
  }
  png_write_end(png, info);
}

}  // namespace

Status WritePngWithLibpng(const PixelView& image, PngColour colour,
                          const std::string& record_text, int zlib_level,
                          const ByteSink& sink) {
  Output output{.sink = sink, .status = {}};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &output,
                                            OnError, OnWarning);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  if (info == nullptr) {
    png_destroy_write_struct(&png, nullptr);
    return Fail(StatusCode::kResourceExhausted, "no memory to write a PNG");
  }
  png_set_write_fn(png, &output, WriteBytes, Flush);
  RunLibpng(png, info, image, colour, record_text, zlib_level);
  png_destroy_write_struct(&png, &info);
  return std::move(output.status);
}

}  // namespace goxel
