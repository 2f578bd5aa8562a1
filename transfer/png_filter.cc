#include "transfer/png_filter.h"

#include <cassert>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace goxel {
namespace {

constexpr std::size_t kPixelBytes = 4;

std::byte Minus(std::byte a, std::byte b) {
  return static_cast<std::byte>(std::to_integer<unsigned>(a) -
                                std::to_integer<unsigned>(b));
}

// Filters `pixels` pixels, `channels` of each.
void SubtractScalar(const std::byte* row, const std::byte* above,
                    std::size_t pixels, std::size_t channels, std::byte* out) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      *out++ = Minus(row[channel], above[channel]);
    }
    row += kPixelBytes;
    above += kPixelBytes;
  }
}

bool IsOpaqueScalar(std::span<const std::byte> row) {
  std::byte all{0xff};
  for (std::size_t i = kPixelBytes - 1; i < row.size(); i += kPixelBytes) {
    all &= row[i];
  }
  return all == std::byte{0xff};
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) __m256i Load(const std::byte* bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}

__attribute__((target("avx2"))) void Store(__m256i value, std::byte* bytes) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes), value);
}

// Both return the number of pixels done; the rest is for SubtractScalar.

__attribute__((target("avx2"))) std::size_t SubtractRgbaAvx2(
    const std::byte* row, const std::byte* above, std::size_t pixels,
    std::byte* out) {
  std::size_t done = 0;
  for (; done + 8 <= pixels; done += 8) {
    const std::size_t at = done * kPixelBytes;
    Store(_mm256_sub_epi8(Load(row + at), Load(above + at)), out + at);
  }
  return done;
}

__attribute__((target("avx2"))) std::size_t SubtractRgbAvx2(
    const std::byte* row, const std::byte* above, std::size_t pixels,
    std::byte* out) {
  // Drops every fourth byte of a lane, then joins the lanes' 12 bytes.
  const __m256i drop_alpha = _mm256_setr_epi8(
      0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,  //
      0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const __m256i join = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
  std::size_t done = 0;
  // A store writes 32 bytes for 24: it must not pass the end of the row, so
  // the last pixels are left over.
  for (; (done + 8) * 3 + 8 <= pixels * 3; done += 8) {
    const std::size_t at = done * kPixelBytes;
    const __m256i delta = _mm256_sub_epi8(Load(row + at), Load(above + at));
    Store(_mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(delta, drop_alpha),
                                      join),
          out + done * 3);
  }
  return done;
}

__attribute__((target("avx2"))) bool IsOpaqueAvx2(
    std::span<const std::byte> row) {
  __m256i all = _mm256_set1_epi8(-1);
  std::size_t i = 0;
  for (; i + 64 <= row.size(); i += 64) {
    all = _mm256_and_si256(all,
                           _mm256_and_si256(Load(&row[i]), Load(&row[i + 32])));
  }
  const __m256i alphas = _mm256_set1_epi32(static_cast<int>(0xff000000u));
  return _mm256_testc_si256(all, alphas) != 0 && IsOpaqueScalar(row.subspan(i));
}

#endif

std::size_t SubtractVector(PngColour colour, std::span<const std::byte> row,
                           const std::byte* above, std::byte* out,
                           SimdLevel level) {
#if defined(__x86_64__)
  if (level == SimdLevel::kAvx2) {
    const auto subtract =
        colour == PngColour::kRgb ? SubtractRgbAvx2 : SubtractRgbaAvx2;
    return subtract(row.data(), above, row.size() / kPixelBytes, out);
  }
#endif
  return 0;
}

}  // namespace

void FilterRow(PngFilter filter, PngColour colour,
               std::span<const std::byte> row, std::span<const std::byte> above,
               std::span<std::byte> filtered, SimdLevel level) {
  assert(row.size() == above.size() && row.size() % kPixelBytes == 0);
  const std::size_t pixels = row.size() / kPixelBytes;
  const std::size_t channels = BytesPerPixel(colour);
  assert(filtered.size() == 1 + pixels * channels);
  filtered[0] = static_cast<std::byte>(filter);
  std::byte* const out = filtered.data() + 1;
  const std::size_t done =
      SubtractVector(colour, row, above.data(), out, level);
  SubtractScalar(row.data() + done * kPixelBytes,
                 above.data() + done * kPixelBytes, pixels - done, channels,
                 out + done * channels);
}

bool IsOpaque(const PixelView& image, SimdLevel level) {
  auto is_opaque = IsOpaqueScalar;
#if defined(__x86_64__)
  if (level == SimdLevel::kAvx2) is_opaque = IsOpaqueAvx2;
#else
  (void)level;
#endif
  for (std::uint32_t y = 0; y < image.height; ++y) {
    if (!is_opaque(image.Row(y))) return false;
  }
  return true;
}

}  // namespace goxel
