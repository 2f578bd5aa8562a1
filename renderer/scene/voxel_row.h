// Sixteen voxels that lie in a row along x, as one side of a tile has them,
// looked at all at once: bit i of an answer is about voxel i.

#ifndef RENDERER_SCENE_VOXEL_ROW_H_
#define RENDERER_SCENE_VOXEL_ROW_H_

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "renderer/scene/volume.h"

namespace goxel {

#ifdef __SSE2__

namespace voxel_row {

inline __m128i Load(const Color* four) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(four));
}

// Four of four lanes, each from -32768 to 255, to sixteen bytes.
inline __m128i Pack(__m128i a, __m128i b, __m128i c, __m128i d) {
  return _mm_packus_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d));
}

// All bits of a lane set where red, green and blue are equal.
inline __m128i IsSameColor(__m128i a, __m128i b) {
  const __m128i change = _mm_xor_si128(a, b);
  return _mm_cmpeq_epi32(_mm_slli_epi32(change, 8), _mm_setzero_si128());
}

// One bit for each of four by four lanes, whose bits are all set or all clear.
inline std::uint16_t BitsOfLanes(__m128i a, __m128i b, __m128i c, __m128i d) {
  return static_cast<std::uint16_t>(_mm_movemask_epi8(
      _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d))));
}

}  // namespace voxel_row

// Which have alpha >= min_alpha.
inline std::uint16_t BitsOfAlpha(const Color* row, std::uint8_t min_alpha) {
  const auto alpha = [row](int first) {
    return _mm_srli_epi32(voxel_row::Load(row + first), 24);
  };
  const __m128i alphas =
      voxel_row::Pack(alpha(0), alpha(4), alpha(8), alpha(12));
  const __m128i least = _mm_set1_epi8(static_cast<char>(min_alpha));
  const __m128i is_more = _mm_cmpeq_epi8(_mm_max_epu8(alphas, least), alphas);
  return static_cast<std::uint16_t>(_mm_movemask_epi8(is_more));
}

// Which have the same red, green and blue in both rows.
inline std::uint16_t BitsOfSameColor(const Color* a, const Color* b) {
  const auto same = [a, b](int first) {
    return voxel_row::IsSameColor(voxel_row::Load(a + first),
                                  voxel_row::Load(b + first));
  };
  return voxel_row::BitsOfLanes(same(0), same(4), same(8), same(12));
}

// Which have the same red, green and blue as the next voxel; that after the
// row's last is `after`.
inline std::uint16_t BitsOfSameColorAsNext(const Color* row, Color after) {
  const __m128i last = _mm_or_si128(
      _mm_srli_si128(voxel_row::Load(row + 12), 4),
      _mm_slli_si128(_mm_cvtsi32_si128(std::bit_cast<int>(after)), 12));
  const auto same = [row](int first, __m128i next) {
    return voxel_row::IsSameColor(voxel_row::Load(row + first), next);
  };
  return voxel_row::BitsOfLanes(
      same(0, voxel_row::Load(row + 1)), same(4, voxel_row::Load(row + 5)),
      same(8, voxel_row::Load(row + 9)), same(12, last));
}

// Which have the red, green and blue of `color`.
inline std::uint16_t BitsOfColor(const Color* row, Color color) {
  const __m128i wanted = _mm_set1_epi32(std::bit_cast<int>(color));
  const auto same = [row, wanted](int first) {
    return voxel_row::IsSameColor(voxel_row::Load(row + first), wanted);
  };
  return voxel_row::BitsOfLanes(same(0), same(4), same(8), same(12));
}

// Which of sixteen bytes are equal.
inline std::uint16_t BitsOfEqual(const std::uint8_t* a, const std::uint8_t* b) {
  const auto load = [](const std::uint8_t* bytes) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  };
  return static_cast<std::uint16_t>(
      _mm_movemask_epi8(_mm_cmpeq_epi8(load(a), load(b))));
}

#else

inline std::uint16_t BitsOfAlpha(const Color* row, std::uint8_t min_alpha) {
  unsigned bits = 0;
  for (int i = 0; i < kTileSide; ++i) {
    bits |= (row[i].a >= min_alpha ? 1u : 0u) << i;
  }
  return static_cast<std::uint16_t>(bits);
}

inline std::uint16_t BitsOfSameColor(const Color* a, const Color* b) {
  unsigned bits = 0;
  for (int i = 0; i < kTileSide; ++i) {
    const bool same = a[i].r == b[i].r && a[i].g == b[i].g && a[i].b == b[i].b;
    bits |= (same ? 1u : 0u) << i;
  }
  return static_cast<std::uint16_t>(bits);
}

inline std::uint16_t BitsOfSameColorAsNext(const Color* row, Color after) {
  std::array<Color, kTileSide> next;
  std::copy_n(row + 1, kTileSide - 1, next.begin());
  next.back() = after;
  return BitsOfSameColor(row, next.data());
}

inline std::uint16_t BitsOfColor(const Color* row, Color color) {
  std::array<Color, kTileSide> same;
  same.fill(color);
  return BitsOfSameColor(row, same.data());
}

inline std::uint16_t BitsOfEqual(const std::uint8_t* a, const std::uint8_t* b) {
  unsigned bits = 0;
  for (int i = 0; i < kTileSide; ++i) bits |= (a[i] == b[i] ? 1u : 0u) << i;
  return static_cast<std::uint16_t>(bits);
}

#endif

}  // namespace goxel

#endif  // RENDERER_SCENE_VOXEL_ROW_H_
