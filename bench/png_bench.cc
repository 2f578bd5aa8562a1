// How long does a real 4K picture take to become a PNG, and how large is it:
// with ours, with libpng and libspng as programs use them, and as QOI, which is
// no PNG but made to be fast? Every encoding is decoded and compared with the
// pixels before it is timed.

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

#include "bench/other_encoders.h"
#include "bench/real_scenes.h"
#include "transfer/png_encoder.h"

namespace goxel {
namespace {

using EncodePicture = std::function<Status(const Picture&, Encoded&)>;

struct PictureEncoder {
  const char* name;
  EncodePicture encode;
  bool (*shows)(const Encoded&, const Picture&) = PngShows;
};

Status EncodeWithOurs(const Picture& picture, PngCompression compression,
                      Encoded& encoded) {
  encoded.clear();
  return EncodePng({.pixels = picture,
                    .width = kPictureWidth,
                    .height = kPictureHeight,
                    .stride_bytes = kPictureStride},
                   nullptr, compression, [&](std::span<const std::byte> piece) {
                     encoded.insert(encoded.end(), piece.begin(), piece.end());
                     return Status();
                   });
}

template <typename Function, typename Setting>
EncodePicture With(Function encode, Setting setting) {
  return [=](const Picture& picture, Encoded& encoded) {
    return encode(picture, setting, encoded);
  };
}

const std::vector<PictureEncoder>& Encoders() {
  static const std::vector<PictureEncoder> encoders = {
      {"fast", With(EncodeWithOurs, PngCompression::kFast)},
      {"balanced", With(EncodeWithOurs, PngCompression::kBalanced)},
      {"smallest", With(EncodeWithOurs, PngCompression::kSmallest)},
      {"libpng_default", With(EncodeWithLibpng, PngSettings::kDefault)},
      {"libpng_level1_up", With(EncodeWithLibpng, PngSettings::kLevel1Up)},
      {"libspng_default", With(EncodeWithLibspng, PngSettings::kDefault)},
      {"libspng_level1_up", With(EncodeWithLibspng, PngSettings::kLevel1Up)},
      {"qoi", EncodeAsQoi, QoiShows}};
  return encoders;
}

// The counter png_bytes is the size of the encoding, QOI's too; bytes per
// second are those of the pixels.
void TimeEncoder(benchmark::State& state, const PictureEncoder& encoder,
                 const std::string& scene) {
  const auto& picture = PictureNamed(scene);
  if (!picture) return state.SkipWithError(picture.error().message().c_str());
  Encoded encoded;
  if (!encoder.encode(*picture, encoded).ok() ||
      !encoder.shows(encoded, *picture)) {
    return state.SkipWithError("the encoding does not decode to the pixels");
  }
  for (auto _ : state) {
    if (!encoder.encode(*picture, encoded).ok()) {
      return state.SkipWithError("encoding failed");
    }
    benchmark::DoNotOptimize(encoded.data());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kPictureBytes));
  state.counters["png_bytes"] = static_cast<double>(encoded.size());
}

bool RegisterEncoders() {
  for (const PictureEncoder& encoder : Encoders()) {
    for (const std::string& scene : ScenesAtHand({"demo", "block", "study"})) {
      const auto name = std::string("BM_Png/") + encoder.name + "/" + scene;
      benchmark::RegisterBenchmark(name.c_str(), [=, &encoder](
                                                     benchmark::State& state) {
        TimeEncoder(state, encoder, scene);
      })->Unit(benchmark::kMillisecond);
    }
  }
  return true;
}

[[maybe_unused]] const bool kEncodersRegistered = RegisterEncoders();

}  // namespace
}  // namespace goxel
