#include "renderer/scene/volume.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "tests/colors.h"

namespace goxel {
namespace {

constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kGreatest = std::numeric_limits<std::int32_t>::max();

std::vector<std::pair<Cell, Color>> RandomVoxels(int count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::int32_t> coordinate(-60, 60);
  std::uniform_int_distribution<int> byte(1, 255);
  std::set<Cell> cells;
  std::vector<std::pair<Cell, Color>> voxels;
  while (voxels.size() < static_cast<std::size_t>(count)) {
    const Cell cell = {coordinate(random), coordinate(random),
                       coordinate(random)};
    if (!cells.insert(cell).second) continue;
    const auto value = static_cast<std::uint8_t>(byte(random));
    voxels.push_back({cell, {value, 7, 9, value}});
  }
  return voxels;
}

TEST(Volume, StartsEmpty) {
  const Volume volume;

  EXPECT_TRUE(volume.empty());
  EXPECT_EQ(volume.CountVoxels(), 0u);
  EXPECT_EQ(volume.Bounds(), std::nullopt);
  EXPECT_EQ(volume.Get({0, 0, 0}), Color{});
}

TEST(Volume, HoldsWhatWasSetAtAnyCoordinate) {
  Volume volume;
  const std::vector<Cell> cells = {{0, 0, 0},
                                   {-1, -1, -1},
                                   {15, 16, -17},
                                   {kLeast, kGreatest, 0},
                                   {kGreatest, kLeast, kGreatest}};

  for (const Cell cell : cells) volume.Set(cell, kRed);

  for (const Cell cell : cells) EXPECT_EQ(volume.Get(cell), kRed);
  EXPECT_EQ(volume.CountVoxels(), cells.size());
  EXPECT_EQ(volume.Get({1, 0, 0}), Color{});
}

TEST(Volume, SetReplacesTheVoxelThatWasThere) {
  Volume volume;
  volume.Set({3, 4, 5}, kRed);

  volume.Set({3, 4, 5}, kBlue);

  EXPECT_EQ(volume.Get({3, 4, 5}), kBlue);
  EXPECT_EQ(volume.CountVoxels(), 1u);
}

TEST(Volume, AlphaZeroRemovesTheVoxelAndTheLastOneItsTile) {
  Volume volume;
  volume.Set({3, 4, 5}, kRed);
  volume.Set({4, 4, 5}, kRed);

  volume.Set({3, 4, 5}, {9, 9, 9, 0});
  EXPECT_EQ(volume.Get({3, 4, 5}), Color{});
  EXPECT_EQ(volume.CountTiles(), 1u);

  volume.Set({4, 4, 5}, {});
  EXPECT_TRUE(volume.empty());
  EXPECT_EQ(volume.CountTiles(), 0u);

  // The tile that was written to last is gone; a new one takes its place.
  volume.Set({4, 4, 5}, kBlue);
  EXPECT_EQ(volume.Get({4, 4, 5}), kBlue);
}

TEST(Volume, AgreesWithAPlainListAfterManyRandomWrites) {
  Volume volume;
  std::mt19937 random(1);
  std::uniform_int_distribution<std::int32_t> coordinate(-20, 20);
  std::vector<std::pair<Cell, Color>> log;
  for (int i = 0; i < 20'000; ++i) {
    const Cell cell = {coordinate(random), coordinate(random),
                       coordinate(random)};
    const Color color =
        i % 3 == 0 ? Color{} : Color{static_cast<std::uint8_t>(i), 1, 2, 255};
    volume.Set(cell, color);
    log.emplace_back(cell, color);
  }

  std::set<Cell> seen;
  std::uint64_t count = 0;
  for (auto entry = log.rbegin(); entry != log.rend(); ++entry) {
    if (!seen.insert(entry->first).second) continue;
    EXPECT_EQ(volume.Get(entry->first), entry->second);
    count += entry->second.a != 0 ? 1 : 0;
  }
  EXPECT_EQ(volume.CountVoxels(), count);
}

TEST(Volume, CopyIsASnapshot) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);
  volume.Set({100, 0, 0}, kRed);

  const Volume snapshot = volume;
  volume.Set({0, 0, 0}, kBlue);
  volume.Set({1, 0, 0}, kBlue);
  volume.Set({100, 0, 0}, {});

  EXPECT_EQ(snapshot.Get({0, 0, 0}), kRed);
  EXPECT_EQ(snapshot.Get({1, 0, 0}), Color{});
  EXPECT_EQ(snapshot.Get({100, 0, 0}), kRed);
  EXPECT_EQ(volume.Get({0, 0, 0}), kBlue);
}

TEST(Volume, SnapshotAmidWritesToOneTileIsKept) {
  Volume volume;
  std::vector<Volume> snapshots;
  for (std::int32_t x = 0; x < 16; ++x) {
    volume.Set({x, 0, 0}, kRed);
    snapshots.push_back(volume);
  }

  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    EXPECT_EQ(snapshots[i].CountVoxels(), i + 1);
  }
}

TEST(Volume, WritingToACopyLeavesTheOriginal) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);
  Volume copy;
  copy = volume;

  copy.Set({0, 0, 0}, kBlue);

  EXPECT_EQ(volume.Get({0, 0, 0}), kRed);
}

TEST(Volume, WriteCopiesOnlyTheTileItChanges) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);
  volume.Set({100, 0, 0}, kRed);
  const Volume snapshot = volume;

  volume.Set({0, 0, 0}, kBlue);

  EXPECT_NE(volume.FindTile(TileOf(Cell{0, 0, 0})),
            snapshot.FindTile(TileOf(Cell{0, 0, 0})));
  EXPECT_EQ(volume.FindTile(TileOf(Cell{100, 0, 0})),
            snapshot.FindTile(TileOf(Cell{100, 0, 0})));
}

TEST(Volume, WritingWhatIsThereCopiesNothing) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);
  const Volume snapshot = volume;

  volume.Set({0, 0, 0}, kRed);
  volume.Set({500, 0, 0}, {});

  EXPECT_EQ(&volume.tiles(), &snapshot.tiles());
}

TEST(Volume, TileTakenOutOfTheTableNeverChanges) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);

  const std::shared_ptr<const Tile> taken = volume.tiles().begin()->second;
  volume.Set({0, 0, 0}, kBlue);

  EXPECT_EQ(taken->voxels[0], kRed);
  EXPECT_EQ(volume.Get({0, 0, 0}), kBlue);
}

TEST(Volume, SetTileCountsVoxelsAndDropsColoursOfEmptyOnes) {
  Volume volume;
  Tile tile;
  tile.voxels[Tile::IndexOf(1, 2, 3)] = kRed;
  tile.voxels[0] = {9, 9, 9, 0};

  volume.SetTile({-1, 0, 0}, tile);

  EXPECT_EQ(volume.CountVoxels(), 1u);
  EXPECT_EQ(volume.Get({-15, 2, 3}), kRed);
  EXPECT_EQ(volume.Get({-16, 0, 0}), Color{});
}

TEST(Volume, SetTileWithAnEmptyTileRemovesIt) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);

  volume.SetTile({0, 0, 0}, Tile());

  EXPECT_TRUE(volume.empty());
}

TEST(Volume, TwoVolumesMayShareATile) {
  auto tile = std::make_shared<Tile>();
  tile->voxels[0] = kRed;
  tile->Normalize();
  Volume first;
  Volume second;
  first.SetTile({0, 0, 0}, tile);
  second.SetTile({5, 5, 5}, std::move(tile));

  first.Set({0, 0, 0}, kBlue);

  EXPECT_EQ(second.Get({80, 80, 80}), kRed);
}

TEST(Volume, BoundsAreTightAndHaveRoomForTheOutermostCells) {
  Volume volume;
  volume.Set({-3, 40, 7}, kRed);
  volume.Set({20, -50, kGreatest}, kRed);

  const Box expected = {{-3, -50, 7}, {21, 41, std::int64_t{kGreatest} + 1}};
  EXPECT_EQ(volume.Bounds(), expected);
}

TEST(Volume, BoundsLeaveOutVoxelsThatAreTooClear) {
  Volume volume;
  volume.Set({0, 0, 0}, {1, 1, 1, kSolidAlpha});
  volume.Set({9, 0, 0}, {1, 1, 1, kSolidAlpha - 1});

  EXPECT_EQ(volume.Bounds()->max[0], 10);
  EXPECT_EQ(volume.Bounds(kSolidAlpha)->max[0], 1);
}

TEST(Volume, BoundsOfARandomVolumeMatchAScanOfItsVoxels) {
  Volume volume;
  Box expected = {{kGreatest, kGreatest, kGreatest}, {kLeast, kLeast, kLeast}};
  for (const auto& [cell, color] : RandomVoxels(300, 5)) {
    volume.Set(cell, color);
    const std::array<std::int64_t, 3> at = {cell.x, cell.y, cell.z};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      expected.min[axis] = std::min(expected.min[axis], at[axis]);
      expected.max[axis] = std::max(expected.max[axis], at[axis] + 1);
    }
  }

  EXPECT_EQ(volume.Bounds(), expected);
}

TEST(VolumeHash, DoesNotDependOnTheOrderOfWrites) {
  auto voxels = RandomVoxels(2000, 2);
  Volume first;
  for (const auto& [cell, color] : voxels) first.Set(cell, color);
  std::ranges::reverse(voxels);
  Volume second;
  // A detour, so that the tables have another history as well.
  for (std::int32_t i = 0; i < 3000; ++i) second.Set({i * 16, 0, 0}, kRed);
  for (std::int32_t i = 0; i < 3000; ++i) second.Set({i * 16, 0, 0}, {});
  for (const auto& [cell, color] : voxels) second.Set(cell, color);

  EXPECT_EQ(HashVolume(first), HashVolume(second));
}

TEST(VolumeHash, ChangesWithAnyVoxelAndComesBackWithIt) {
  Volume volume;
  for (const auto& [cell, color] : RandomVoxels(200, 3)) {
    volume.Set(cell, color);
  }
  volume.Set({1, 1, 1}, kRed);
  const Hash128 before = HashVolume(volume);

  volume.Set({1, 1, 1}, kBlue);
  EXPECT_NE(HashVolume(volume), before);

  volume.Set({1, 1, 1}, kRed);
  EXPECT_EQ(HashVolume(volume), before);
}

TEST(VolumeHash, SeesWritesThatFollowItAtOnceInTheSameTile) {
  Volume volume;
  std::set<std::pair<std::uint64_t, std::uint64_t>> hashes;
  for (std::int32_t x = 0; x < 16; ++x) {
    volume.Set({x, 0, 0}, kRed);
    const Hash128 hash = HashVolume(volume);
    hashes.insert({hash.high, hash.low});
  }

  EXPECT_EQ(hashes.size(), 16u);
}

TEST(VolumeHash, TellsTheSameTileInAnotherPlaceApart) {
  Volume first;
  first.Set({0, 0, 0}, kRed);
  Volume second;
  second.Set({16, 0, 0}, kRed);

  EXPECT_NE(HashVolume(first), HashVolume(second));
}

// Content keys outlive the process, in the names and records of renders.
TEST(VolumeHash, IsTheSameInEveryProcess) {
  Volume volume;
  volume.Set({1, 2, 3}, {10, 20, 30, 255});

  const Hash128 hash = HashVolume(volume);

  EXPECT_EQ(hash.high, 0x2858eb6e666095acu);
  EXPECT_EQ(hash.low, 0x35342191081e837au);
}

// Without the acquire in IsSoleOwner() ThreadSanitizer reports that the write
// races with the reads of a snapshot that is gone by then.
TEST(VolumeThreads, WriteInPlaceComesAfterTheReadsOfFormerSnapshots) {
  Volume volume;
  for (std::int32_t x = 0; x < 16; ++x) volume.Set({x, 0, 0}, kRed);

  for (std::int32_t round = 0; round < 200; ++round) {
    // Relaxed, so that it orders nothing: only the volume itself may do so.
    std::atomic<bool> is_gone{false};
    std::thread reader([&is_gone, snapshot = volume]() mutable {
      EXPECT_EQ(snapshot.Bounds()->max[0], 16);
      snapshot = Volume();
      is_gone.store(true, std::memory_order_relaxed);
    });
    while (!is_gone.load(std::memory_order_relaxed)) std::this_thread::yield();
    volume.Set({round % 16, 0, 0},
               {static_cast<std::uint8_t>(round), 1, 1, 255});
    reader.join();
  }
}

TEST(VolumeThreads, SnapshotsAreReadWhileTheOriginalIsWritten) {
  Volume volume;
  for (std::int32_t i = 0; i < 64; ++i) volume.Set({i, 0, 0}, kRed);

  for (std::int32_t round = 0; round < 200; ++round) {
    std::thread reader([snapshot = volume, round] {
      EXPECT_EQ(snapshot.CountVoxels(), static_cast<unsigned>(64 + round));
      EXPECT_EQ(snapshot.Get({round % 64, 1 + round / 64, 0}), Color{});
    });
    volume.Set({round % 64, 1 + round / 64, 0}, kBlue);
    reader.join();
  }
}

TEST(VolumeThreads, ManyThreadsMayHashOneVolume) {
  Volume volume;
  for (const auto& [cell, color] : RandomVoxels(2000, 4)) {
    volume.Set(cell, color);
  }
  Volume equal;
  for (const auto& [cell, color] : RandomVoxels(2000, 4)) {
    equal.Set(cell, color);
  }
  const Hash128 expected = HashVolume(equal);

  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(HashVolume(volume), expected); });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace goxel
