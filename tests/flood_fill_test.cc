#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "renderer/scene/volume_edits.h"
#include "tests/colors.h"

namespace goxel {
namespace {

TEST(FloodFill, FillsWhatIsConnectedAndOfOneColor) {
  Volume volume;
  // Over several tiles, with a gap before 70 and another colour at 80.
  for (int x = -40; x < 90; ++x) {
    if (x != 69) volume.Set({x, 0, 0}, x == 80 ? kGreen : kRed);
  }

  EXPECT_EQ(Fill({.start = {0, 0, 0}, .color = kBlue}, volume), 109u);

  EXPECT_EQ(volume.Get({-40, 0, 0}), kBlue);
  EXPECT_EQ(volume.Get({68, 0, 0}), kBlue);
  EXPECT_EQ(volume.Get({70, 0, 0}), kRed);
  EXPECT_EQ(volume.Get({80, 0, 0}), kGreen);
}

TEST(FloodFill, AnEmptyStartFillsNothing) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);

  EXPECT_EQ(Fill({.start = {1, 0, 0}, .color = kBlue}, volume), 0u);
  EXPECT_EQ(volume.Get({0, 0, 0}), kRed);
  EXPECT_EQ(volume.CountVoxels(), 1u);
}

TEST(FloodFill, TakesSimilarColorsWithATolerance) {
  Volume volume;
  for (int x = 0; x < 10; ++x) {
    volume.Set({x, 0, 0}, {static_cast<std::uint8_t>(100 + x), 0, 0, 255});
  }

  EXPECT_EQ(Fill({.start = {0, 0, 0}, .color = kBlue, .tolerance = 4}, volume),
            5u);
  EXPECT_EQ(volume.Get({4, 0, 0}), kBlue);
  EXPECT_EQ(volume.Get({5, 0, 0}).r, 105);
}

TEST(FloodFill, AnyToleranceStopsAtEmptyCells) {
  Volume volume;
  volume.Set({0, 0, 0}, {0, 0, 0, 1});
  volume.Set({2, 0, 0}, {0, 0, 0, 1});

  EXPECT_EQ(
      Fill({.start = {0, 0, 0}, .color = kBlue, .tolerance = 255}, volume), 1u);
}

TEST(FloodFill, ConnectivitySaysWhatTouches) {
  struct Case {
    Connectivity connectivity;
    std::uint64_t voxels;
  };
  for (const auto& [connectivity, voxels] :
       {Case{Connectivity::kFace, 2}, Case{Connectivity::kEdge, 3},
        Case{Connectivity::kCorner, 4}}) {
    Volume volume;
    volume.Set({15, 15, 15}, kRed);
    volume.Set({14, 15, 15}, kRed);  // A face; the next over tile borders.
    volume.Set({16, 16, 15}, kRed);  // An edge.
    volume.Set({13, 14, 14}, kRed);  // A corner.

    EXPECT_EQ(Fill({.start = {15, 15, 15},
                    .color = kBlue,
                    .connectivity = connectivity},
                   volume),
              voxels);
  }
}

TEST(FloodFill, MoreThanTheLimitChangesNothing) {
  Volume volume;
  for (int x = 0; x < 100; ++x) volume.Set({x, 0, 0}, kRed);
  FloodFill fill = {.start = {0, 0, 0}, .color = kBlue};

  fill.max_voxels = 99;
  EXPECT_FALSE(Fill(fill, volume));
  EXPECT_EQ(volume.Get({0, 0, 0}), kRed);
  fill.max_voxels = 100;
  EXPECT_EQ(Fill(fill, volume), 100u);
}

TEST(FloodFill, WorksAtTheEndsOfSpace) {
  constexpr auto kLeast = std::numeric_limits<std::int32_t>::min();
  constexpr auto kGreatest = std::numeric_limits<std::int32_t>::max();
  Volume volume;
  for (const std::int32_t at : {kLeast, kGreatest}) {
    volume.Set({at, at, at}, kRed);
    EXPECT_EQ(Fill({.start = {at, at, at},
                    .color = kBlue,
                    .connectivity = Connectivity::kCorner},
                   volume),
              1u);
  }
}

// Cell by cell, as one would explain it.
std::set<Cell> PlainFill(const std::map<Cell, Color>& voxels, Cell start) {
  std::set<Cell> filled;
  std::vector<Cell> open = {start};
  const Color like = voxels.at(start);
  while (!open.empty()) {
    const Cell at = open.back();
    open.pop_back();
    const auto found = voxels.find(at);
    if (found == voxels.end() || found->second != like) continue;
    if (!filled.insert(at).second) continue;
    for (const int step : {-1, 1}) {
      open.push_back({at.x + step, at.y, at.z});
      open.push_back({at.x, at.y + step, at.z});
      open.push_back({at.x, at.y, at.z + step});
    }
  }
  return filled;
}

TEST(FloodFill, AgreesWithAFillCellByCellInMazes) {
  std::mt19937 random(7);
  for (int round = 0; round < 10; ++round) {
    std::map<Cell, Color> voxels;
    Volume volume;
    // Dense enough to wind through many tiles, thin enough to leave islands.
    for (int i = 0; i < 36 * 36 * 36; ++i) {
      const Cell cell = {i % 36 - 18, i / 36 % 36 - 18, i / (36 * 36) - 18};
      const Color color = random() % 100 < 40 ? kRed : kGreen;
      voxels.emplace(cell, color);
      volume.Set(cell, color);
    }
    const std::set<Cell> expected = PlainFill(voxels, {0, 0, 0});

    ASSERT_EQ(Fill({.start = {0, 0, 0}, .color = kBlue}, volume),
              expected.size());
    for (const auto& [cell, color] : voxels) {
      ASSERT_EQ(volume.Get(cell), expected.contains(cell) ? kBlue : color);
    }
  }
}

}  // namespace
}  // namespace goxel
