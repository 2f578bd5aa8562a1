#include "renderer/scene/color_count.h"

#include <gtest/gtest.h>

#include "tests/colors.h"

namespace goxel {
namespace {

constexpr Color kFaintGreen = {0, 255, 0, 9};

VoxelSelection ThreeGreenOneRed() {
  Volume volume;
  volume.Set({0, 0, 0}, kGreen);
  volume.Set({40, 0, 0}, kGreen);
  volume.Set({0, -9, 0}, kFaintGreen);
  volume.Set({0, 0, 7}, kRed);
  return VoxelSelection(volume, std::nullopt);
}

TEST(ColorCount, CountsEachColorAscending) {
  EXPECT_EQ(
      *CountColors(ThreeGreenOneRed(), 0),
      (std::vector<ColorCount>{{kFaintGreen, 1}, {kGreen, 2}, {kRed, 1}}));
}

TEST(ColorCount, TheMostFrequentComeFirstAndTiesAscend) {
  auto colors = *CountColors(ThreeGreenOneRed(), 0);
  SortByCount(colors);

  EXPECT_EQ(colors, (std::vector<ColorCount>{
                        {kGreen, 2}, {kFaintGreen, 1}, {kRed, 1}}));
}

TEST(ColorCount, ABinIsToldByItsMiddleAndKeepsAlpha) {
  EXPECT_EQ(BinColor({0, 31, 32, 77}, 32), (Color{16, 16, 48, 77}));
  EXPECT_EQ(BinColor({255, 128, 127, 1}, 128), (Color{192, 192, 64, 1}));
}

TEST(ColorCount, TheMiddleOfTheLastBinIsAColor) {
  EXPECT_EQ(BinColor({255, 255, 255, 255}, 200), (Color{255, 255, 255, 255}));
}

TEST(ColorCount, BinsOfOneValueAreTheColors) {
  for (const int bin_size : {0, 1}) {
    EXPECT_EQ(BinColor({1, 2, 3, 4}, bin_size), (Color{1, 2, 3, 4}));
  }
}

TEST(ColorCount, ColorsOfOneBinAreOne) {
  Volume volume;
  volume.Set({0, 0, 0}, {10, 20, 30, 255});
  volume.Set({1, 0, 0}, {11, 21, 31, 255});

  EXPECT_EQ(*CountColors(VoxelSelection(volume, std::nullopt), 32),
            (std::vector<ColorCount>{{{16, 16, 16, 255}, 2}}));
}

TEST(ColorCount, TooManyColorsAreRefusedWithTheLimit) {
  const auto colors = CountColors(ThreeGreenOneRed(), 0, /*max_colors=*/2);

  ASSERT_FALSE(colors);
  EXPECT_EQ(colors.error().code(), StatusCode::kTooLarge);
  EXPECT_NE(colors.error().message().find("more than 2 colours"),
            std::string::npos);
}

}  // namespace
}  // namespace goxel
