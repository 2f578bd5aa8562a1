#include "transfer/png_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>
#include <vector>

#include "tests/random_bytes.h"

namespace goxel {
namespace {

using Bytes = std::vector<std::byte>;

// The filter as its definition says it, one channel at a time.
Bytes FilterUpByDefinition(PngColour colour, const Bytes& row,
                           const Bytes& above) {
  Bytes filtered = {std::byte{2}};
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (colour == PngColour::kRgb && i % 4 == 3) continue;
    filtered.push_back(static_cast<std::byte>(std::to_integer<int>(row[i]) -
                                              std::to_integer<int>(above[i])));
  }
  return filtered;
}

class PngFilterTest : public testing::TestWithParam<SimdLevel> {
 protected:
  void SetUp() override {
    if (GetParam() > BestSimdLevel()) GTEST_SKIP() << "no AVX2 here";
  }
};

INSTANTIATE_TEST_SUITE_P(, PngFilterTest,
                         testing::Values(SimdLevel::kScalar, SimdLevel::kAvx2),
                         [](const auto& level) {
                           return level.param == SimdLevel::kAvx2 ? "Avx2"
                                                                  : "Scalar";
                         });

TEST_P(PngFilterTest, UpMatchesItsDefinitionAtEveryWidth) {
  for (PngColour colour : {PngColour::kRgb, PngColour::kRgba}) {
    for (std::uint32_t width = 1; width <= 100; ++width) {
      const Bytes row = RandomBytes(width * 4, width);
      const Bytes above = RandomBytes(width * 4, width + 1000);
      // Exactly as large as needed, so that a sanitizer sees an overrun.
      Bytes filtered(FilteredRowBytes(width, colour));

      FilterRow(PngFilter::kUp, colour, row, above, filtered, GetParam());

      EXPECT_EQ(filtered, FilterUpByDefinition(colour, row, above)) << width;
    }
  }
}

TEST_P(PngFilterTest, NoneIsUpBelowZeros) {
  const Bytes row = RandomBytes(20 * 4, 3);
  const Bytes zeros(20 * 4);
  Bytes filtered(FilteredRowBytes(20, PngColour::kRgba));

  FilterRow(PngFilter::kNone, PngColour::kRgba, row, zeros, filtered,
            GetParam());

  EXPECT_EQ(filtered.front(), std::byte{0});
  EXPECT_TRUE(std::equal(row.begin(), row.end(), filtered.begin() + 1));
}

TEST_P(PngFilterTest, OneAlphaBelow255IsFoundWhereverItIs) {
  constexpr std::uint32_t kWidth = 45;
  constexpr std::uint32_t kHeight = 3;
  Bytes pixels = RandomBytes(kWidth * kHeight * 4, 7);
  for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = std::byte{255};
  const PixelView view{.pixels = pixels,
                       .width = kWidth,
                       .height = kHeight,
                       .stride_bytes = kWidth * 4};
  EXPECT_TRUE(IsOpaque(view, GetParam()));

  for (std::size_t i = 3; i < pixels.size(); i += 4) {
    pixels[i] = std::byte{127};
    EXPECT_FALSE(IsOpaque(view, GetParam())) << i;
    pixels[i] = std::byte{255};
  }
}

TEST_P(PngFilterTest, PaddingBehindARowDoesNotCount) {
  const Bytes pixels(30 * 4, std::byte{255});
  Bytes padded = pixels;
  padded.resize(padded.size() + 64);
  padded.insert(padded.end(), pixels.begin(), pixels.end());

  EXPECT_TRUE(IsOpaque(
      {.pixels = padded, .width = 30, .height = 2, .stride_bytes = 30 * 4 + 64},
      GetParam()));
}

}  // namespace
}  // namespace goxel
