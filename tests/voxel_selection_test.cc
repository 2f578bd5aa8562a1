#include "renderer/scene/voxel_selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <tuple>
#include <vector>

#include "tests/colors.h"

namespace goxel {
namespace {

constexpr Color kThinBlue = {0, 0, 255, 100};
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

using Voxels = std::vector<std::pair<Cell, Color>>;

Voxels Listed(const VoxelSelection& selection) {
  Voxels voxels;
  selection.ForEach(
      [&](Cell cell, Color color) { voxels.emplace_back(cell, color); });
  return voxels;
}

Box BoxOf(std::array<std::int64_t, 3> min, std::array<std::int64_t, 3> max) {
  return {.min = min, .max = max};
}

// 300 voxels in some 100 tiles around the origin.
Volume Scattered() {
  std::mt19937 random(7);
  std::uniform_int_distribution<std::int32_t> axis(-40, 40);
  Volume volume;
  for (int i = 0; i < 300; ++i) {
    const Cell cell{axis(random), axis(random), axis(random)};
    volume.Set(cell, i % 3 == 0 ? kThinBlue : kRed);
  }
  return volume;
}

// What a selection is to list, by looking at every cell of a box.
Voxels Expected(const Volume& volume, const Box& box, const ColorRange& range) {
  Voxels voxels;
  for (std::int64_t z = box.min[2]; z < box.max[2]; ++z) {
    for (std::int64_t y = box.min[1]; y < box.max[1]; ++y) {
      for (std::int64_t x = box.min[0]; x < box.max[0]; ++x) {
        const Cell cell{static_cast<std::int32_t>(x),
                        static_cast<std::int32_t>(y),
                        static_cast<std::int32_t>(z)};
        const Color color = volume.Get(cell);
        if (range.Contains(color)) voxels.emplace_back(cell, color);
      }
    }
  }
  std::ranges::stable_sort(voxels, {}, [](const auto& voxel) {
    const TileCoord tile = TileOf(voxel.first);
    return std::tuple(tile.z, tile.y, tile.x);
  });
  return voxels;
}

TEST(VoxelSelection, ListsTileByTileXFastest) {
  Volume volume;
  for (const Cell cell : {Cell{0, 0, 16}, Cell{16, 0, 0}, Cell{1, 0, 0},
                          Cell{0, 1, 0}, Cell{0, 0, 1}, Cell{-1, 0, 0}}) {
    volume.Set(cell, kRed);
  }

  std::vector<Cell> cells;
  VoxelSelection(volume, std::nullopt).ForEach([&](Cell cell, Color) {
    cells.push_back(cell);
  });

  EXPECT_EQ(cells, (std::vector<Cell>{{-1, 0, 0},
                                      {1, 0, 0},
                                      {0, 1, 0},
                                      {0, 0, 1},
                                      {16, 0, 0},
                                      {0, 0, 16}}));
}

TEST(VoxelSelection, FindsWhatLookingAtEveryCellFinds) {
  const Volume volume = Scattered();
  const ColorRange blue{.low = {0, 0, 200, 90}, .high = {9, 9, 255, 110}};
  for (const Box& box :
       {BoxOf({-41, -41, -41}, {41, 41, 41}), BoxOf({-3, -20, 5}, {30, 21, 6}),
        BoxOf({16, 16, 16}, {32, 32, 32}), BoxOf({0, 0, 0}, {1, 1, 1})}) {
    for (const ColorRange& range : {ColorRange{}, blue}) {
      const VoxelSelection selection(volume, box, range);
      const Voxels expected = Expected(volume, box, range);
      EXPECT_EQ(Listed(selection), expected);
      EXPECT_EQ(selection.count(), expected.size());
    }
  }
}

TEST(VoxelSelection, ARegionOfEverythingIsNoRegion) {
  const Volume volume = Scattered();
  const std::int64_t lowest = std::numeric_limits<std::int32_t>::min();
  const std::int64_t end = std::int64_t{1} << 31;
  const VoxelSelection everywhere(
      volume, BoxOf({lowest, lowest, lowest}, {end, end, end}));

  EXPECT_EQ(Listed(everywhere), Listed(VoxelSelection(volume, std::nullopt)));
}

TEST(VoxelSelection, TheOutermostCellsAreFound) {
  constexpr std::int32_t kLowest = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kHighest = std::numeric_limits<std::int32_t>::max();
  Volume volume;
  volume.Set({kLowest, kLowest, kLowest}, kRed);
  volume.Set({kHighest, kHighest, kHighest}, kThinBlue);
  const VoxelSelection selection(volume, std::nullopt);

  EXPECT_EQ(Listed(selection),
            (Voxels{{{kLowest, kLowest, kLowest}, kRed},
                    {{kHighest, kHighest, kHighest}, kThinBlue}}));
  EXPECT_EQ(selection.Bounds()->max[0], std::int64_t{kHighest} + 1);
}

TEST(VoxelSelection, AnInvertedRegionHoldsNothing) {
  const VoxelSelection selection(Scattered(), BoxOf({5, 0, 0}, {-5, 9, 9}));

  EXPECT_EQ(selection.count(), 0u);
  EXPECT_EQ(selection.Bounds(), std::nullopt);
}

TEST(VoxelSelection, PagesJoinToTheWhole) {
  const Volume volume = Scattered();
  const Voxels all = Listed(VoxelSelection(volume, std::nullopt));
  for (const std::size_t page_size : {1u, 7u, 64u, 1000u}) {
    Voxels joined;
    for (std::size_t offset = 0; offset < all.size(); offset += page_size) {
      VoxelSelection page(volume, std::nullopt);
      page.Cut(offset, page_size);
      const Voxels voxels = Listed(page);
      EXPECT_EQ(page.count(), voxels.size());
      joined.insert(joined.end(), voxels.begin(), voxels.end());
    }
    EXPECT_EQ(joined, all) << page_size;
  }
}

TEST(VoxelSelection, AnOffsetBehindTheEndLeavesNothing) {
  VoxelSelection selection(Scattered(), std::nullopt);
  selection.Cut(kNoLimit, kNoLimit);

  EXPECT_EQ(selection.count(), 0u);
  EXPECT_EQ(selection.tiles(), 0u);
}

TEST(VoxelSelection, LaterEditsDoNotShow) {
  Volume volume;
  volume.Set({1, 2, 3}, kRed);
  const VoxelSelection selection(volume, std::nullopt);

  volume.Set({1, 2, 3}, kThinBlue);
  volume.Set({4, 4, 4}, kThinBlue);

  EXPECT_EQ(Listed(selection), (Voxels{{{1, 2, 3}, kRed}}));
}

}  // namespace
}  // namespace goxel
