#include "renderer/scene/voxel_row.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace goxel {
namespace {

constexpr Color kBrick = {200, 30, 20, 255};

using Row = std::array<Color, kTileSide>;

Row RowOf(Color color) {
  Row row;
  row.fill(color);
  return row;
}

// Each channel in turn, in each place in turn; alpha is none of the colour.
TEST(VoxelRow, AVoxelOfAnotherColorIsFoundWhereverItStands) {
  for (std::size_t i = 0; i < kTileSide; ++i) {
    const auto all_but_i = static_cast<std::uint16_t>(~(1u << i));
    for (const Color other : {Color{201, 30, 20, 255}, Color{200, 31, 20, 255},
                              Color{200, 30, 21, 255}}) {
      Row row = RowOf(kBrick);
      row[i] = other;
      EXPECT_EQ(BitsOfColor(row.data(), kBrick), all_but_i);
      EXPECT_EQ(BitsOfColor(row.data(), other), 1u << i);
      EXPECT_EQ(BitsOfSameColor(row.data(), RowOf(kBrick).data()), all_but_i);
    }
    Row faded = RowOf(kBrick);
    faded[i].a = 1;
    EXPECT_EQ(BitsOfColor(faded.data(), kBrick), 0xFFFF);
  }
}

TEST(VoxelRow, EachVoxelIsComparedWithTheNextAndTheLastWithTheOneAfter) {
  constexpr Color kOther = {200, 30, 21, 255};
  EXPECT_EQ(BitsOfSameColorAsNext(RowOf(kBrick).data(), kBrick), 0xFFFF);
  EXPECT_EQ(BitsOfSameColorAsNext(RowOf(kBrick).data(), kOther), 0x7FFF);
  for (std::size_t i = 0; i < kTileSide; ++i) {
    Row row = RowOf(kBrick);
    row[i] = kOther;
    const unsigned before = i == 0 ? 0 : 1u << (i - 1);
    EXPECT_EQ(BitsOfSameColorAsNext(row.data(), kBrick),
              0xFFFF & ~(before | 1u << i));
  }
}

TEST(VoxelRow, EqualBytesAreFoundWhereverTheyStand) {
  std::array<std::uint8_t, kTileSide> a{};
  for (std::size_t i = 0; i < kTileSide; ++i) {
    std::array<std::uint8_t, kTileSide> b{};
    b[i] = 128;
    EXPECT_EQ(BitsOfEqual(a.data(), b.data()), 0xFFFF & ~(1u << i));
  }
}

}  // namespace
}  // namespace goxel
