// How long does a really rendered 4K picture take to become a PNG, and how
// large is it? libpng with its default settings, which is what most programs
// do, encodes the same pixels in the same run. Every encoding is decoded and
// compared with the pixels before it is timed.

#include <benchmark/benchmark.h>
#include <png.h>

#include <cstring>
#include <vector>

#include "daemon/demo_scene.h"
#include "renderer/renderer.h"
#include "transfer/png_encoder.h"

namespace goxel {
namespace {

constexpr std::uint32_t kWidth = 3840;
constexpr std::uint32_t kHeight = 2160;
constexpr std::uint32_t kStride = kWidth * 4;

using Bytes = std::vector<std::byte>;

Result<Bytes> DrawDemoScene() {
  auto renderer = Renderer::Create();
  if (!renderer) return Fail(renderer.error());
  const Volume volume = Composite(MakeDemoScene());
  const auto camera = ResolveCamera({}, volume.Bounds(), kWidth, kHeight);
  if (!camera) return Fail(camera.error());
  Bytes pixels(std::size_t{kStride} * kHeight);
  const auto report = (*renderer)->Draw(ViewOf(volume), *camera, {},
                                        {.pixels = pixels,
                                         .width = kWidth,
                                         .height = kHeight,
                                         .stride_bytes = kStride,
                                         .memory = {}});
  if (!report) return Fail(report.error());
  return pixels;
}

// Drawn once for all benchmarks of this file.
const Result<Bytes>& DemoPixels() {
  static const Result<Bytes> pixels = DrawDemoScene();
  return pixels;
}

Status EncodeOurs(const Bytes& pixels, PngCompression compression, Bytes& png) {
  return EncodePng({.pixels = pixels,
                    .width = kWidth,
                    .height = kHeight,
                    .stride_bytes = kStride},
                   nullptr, compression, [&](std::span<const std::byte> piece) {
                     png.insert(png.end(), piece.begin(), piece.end());
                     return Status();
                   });
}

void AppendPiece(png_structp png, png_bytep piece, png_size_t size) {
  auto& bytes = *static_cast<Bytes*>(png_get_io_ptr(png));
  const auto* first = reinterpret_cast<const std::byte*>(piece);
  bytes.insert(bytes.end(), first, first + size);
}

// The settings that a program gets which sets none.
Status EncodeLibpngDefault(const Bytes& pixels, Bytes& bytes) {
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_write_struct(&png, &info);
    return {StatusCode::kInternal, "libpng failed to encode"};
  }
  png_set_write_fn(png, &bytes, AppendPiece, nullptr);
  png_set_IHDR(png, info, kWidth, kHeight, 8, PNG_COLOR_TYPE_RGB_ALPHA,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (std::uint32_t y = 0; y < kHeight; ++y) {
    png_write_row(png, reinterpret_cast<png_const_bytep>(
                           pixels.data() + std::size_t{y} * kStride));
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return {};
}

bool DecodesTo(const Bytes& png, const Bytes& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) {
    return false;
  }
  image.format = PNG_FORMAT_RGBA;
  Bytes decoded(PNG_IMAGE_SIZE(image));
  return png_image_finish_read(&image, nullptr, decoded.data(), 0, nullptr) !=
             0 &&
         decoded == pixels;
}

template <typename Encode>
void TimeEncoding(benchmark::State& state, Encode encode) {
  const auto& pixels = DemoPixels();
  if (!pixels) return state.SkipWithError(pixels.error().message().c_str());
  Bytes png;
  if (!encode(*pixels, png).ok() || !DecodesTo(png, *pixels)) {
    return state.SkipWithError("the encoding does not decode to the pixels");
  }
  for (auto _ : state) {
    png.clear();
    if (!encode(*pixels, png).ok())
      return state.SkipWithError("encoding failed");
    benchmark::DoNotOptimize(png.data());
  }
  state.counters["png_bytes"] = static_cast<double>(png.size());
}

void BM_PngLibpngDefault(benchmark::State& state) {
  TimeEncoding(state, EncodeLibpngDefault);
}
BENCHMARK(BM_PngLibpngDefault)->Unit(benchmark::kMillisecond);

void BM_Png(benchmark::State& state, PngCompression compression) {
  TimeEncoding(state, [compression](const Bytes& pixels, Bytes& png) {
    return EncodeOurs(pixels, compression, png);
  });
}
BENCHMARK_CAPTURE(BM_Png, fast, PngCompression::kFast)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Png, balanced, PngCompression::kBalanced)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Png, smallest, PngCompression::kSmallest)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goxel
