#include "renderer/scene/shapes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "renderer/scene/volume_edits.h"
#include "tests/colors.h"

namespace goxel {
namespace {

constexpr ShapeKind kKinds[] = {ShapeKind::kBox, ShapeKind::kEllipsoid,
                                ShapeKind::kCylinder, ShapeKind::kPyramid};

// Over tile borders and on both sides of 0.
Shape MakeShape(ShapeKind kind, std::array<std::int64_t, 3> size,
                std::size_t axis = 2, std::int64_t wall = 0) {
  Box box;
  for (std::size_t i = 0; i < 3; ++i) {
    box.min[i] = -size[i] / 2;
    box.max[i] = box.min[i] + size[i];
  }
  return {.kind = kind, .box = box, .axis = axis, .wall = wall};
}

std::set<Cell> CellsOf(const Shape& shape) {
  std::set<Cell> cells;
  for (std::int64_t z = shape.box.min[2] - 2; z < shape.box.max[2] + 2; ++z) {
    for (std::int64_t y = shape.box.min[1] - 2; y < shape.box.max[1] + 2; ++y) {
      for (const CellSpan& span : RowOf(shape, y, z)) {
        for (std::int64_t x = span.begin; x < span.end; ++x) {
          cells.insert({static_cast<std::int32_t>(x),
                        static_cast<std::int32_t>(y),
                        static_cast<std::int32_t>(z)});
        }
      }
    }
  }
  return cells;
}

Volume VolumeOf(const Shape& shape) {
  Volume volume;
  ApplyShape(shape, ShapeMode::kAdd, kRed, volume);
  return volume;
}

// Every kind in sizes from one cell to several tiles, along every axis.
std::vector<Shape> ManyShapes(std::int64_t wall = 0) {
  std::vector<Shape> shapes;
  for (const ShapeKind kind : kKinds) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      for (const auto& size : {std::array<std::int64_t, 3>{1, 1, 1},
                               {2, 2, 2},
                               {3, 4, 5},
                               {10, 10, 10},
                               {33, 20, 18},
                               {7, 40, 9}}) {
        shapes.push_back(MakeShape(kind, size, axis, wall));
      }
    }
  }
  return shapes;
}

std::string Describe(const Shape& shape) {
  std::string text = "kind " + std::to_string(static_cast<int>(shape.kind)) +
                     " axis " + std::to_string(shape.axis) + " size";
  for (std::size_t i = 0; i < 3; ++i) {
    text += " " + std::to_string(shape.box.max[i] - shape.box.min[i]);
  }
  return text;
}

TEST(Shapes, ReachToEverySideOfTheirBox) {
  for (const Shape& shape : ManyShapes()) {
    EXPECT_EQ(VolumeOf(shape).Bounds(), shape.box) << Describe(shape);
  }
}

TEST(Shapes, ABoxHasEveryCell) {
  EXPECT_EQ(CellsOf(MakeShape(ShapeKind::kBox, {3, 4, 5})).size(), 60u);
}

TEST(Shapes, VolumesAreThoseOfGeometry) {
  const double side = 60;
  const double box = side * side * side;
  const auto part = [&](ShapeKind kind) {
    return static_cast<double>(
               VolumeOf(MakeShape(kind, {60, 60, 60})).CountVoxels()) /
           box;
  };

  EXPECT_NEAR(part(ShapeKind::kEllipsoid), std::numbers::pi / 6, 0.01);
  EXPECT_NEAR(part(ShapeKind::kCylinder), std::numbers::pi / 4, 0.01);
  EXPECT_NEAR(part(ShapeKind::kPyramid), 1.0 / 3, 0.02);
}

TEST(Shapes, AreTheirOwnMirrorImageExceptAlongAPyramid) {
  for (const Shape& shape : ManyShapes()) {
    const std::set<Cell> cells = CellsOf(shape);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (shape.kind == ShapeKind::kPyramid && axis == shape.axis) continue;
      std::set<Cell> mirrored;
      for (const Cell cell : cells) {
        std::array<std::int32_t, 3> at = {cell.x, cell.y, cell.z};
        at[axis] = static_cast<std::int32_t>(shape.box.min[axis] +
                                             shape.box.max[axis] - 1) -
                   at[axis];
        mirrored.insert({at[0], at[1], at[2]});
      }
      EXPECT_EQ(mirrored, cells) << Describe(shape) << " mirrored " << axis;
    }
  }
}

TEST(Shapes, TurnWithTheirAxis) {
  for (const ShapeKind kind : {ShapeKind::kCylinder, ShapeKind::kPyramid}) {
    std::set<Cell> turned;
    for (const Cell cell : CellsOf(MakeShape(kind, {20, 12, 9}, 2))) {
      turned.insert({cell.z, cell.x, cell.y});
    }

    EXPECT_EQ(CellsOf(MakeShape(kind, {9, 20, 12}, 0)), turned);
  }
}

TEST(Shapes, APyramidNarrowsTowardsItsTip) {
  const Shape shape = MakeShape(ShapeKind::kPyramid, {10, 10, 10});
  std::vector<std::int64_t> sides;
  for (std::int64_t z = -5; z < 5; ++z) {
    const auto row = RowOf(shape, 0, z)[0];
    sides.push_back(row.end - row.begin);
  }

  EXPECT_EQ(sides, (std::vector<std::int64_t>{10, 10, 8, 8, 6, 6, 4, 4, 2, 2}));
}

TEST(Shapes, AWallIsAsThickAsAsked) {
  const Shape hollow = MakeShape(ShapeKind::kBox, {10, 10, 10}, 2, 2);

  EXPECT_EQ(VolumeOf(hollow).CountVoxels(), 1000u - 6 * 6 * 6);
}

TEST(Shapes, AWallThickerThanTheShapeIsTheShape) {
  for (Shape shape : ManyShapes(/*wall=*/100)) {
    const auto walled = CellsOf(shape);
    shape.wall = 0;
    EXPECT_EQ(walled, CellsOf(shape)) << Describe(shape);
  }
}

// Nothing gets through a wall: a fill of the hole ends at it.
TEST(Shapes, WallsAreClosed) {
  for (const std::int64_t wall : {1, 2}) {
    for (const Shape& shape : ManyShapes(wall)) {
      Shape solid = shape;
      solid.wall = 0;
      Volume volume = VolumeOf(solid);
      const auto inside = volume.CountVoxels();
      ApplyShape(shape, ShapeMode::kPaint, kBlue, volume);
      const auto walls = VolumeOf(shape).CountVoxels();
      for (const Cell cell : CellsOf(solid)) {
        if (volume.Get(cell) != kRed) continue;
        for (const Cell next : {Cell{cell.x - 1, cell.y, cell.z},
                                {cell.x + 1, cell.y, cell.z},
                                {cell.x, cell.y - 1, cell.z},
                                {cell.x, cell.y + 1, cell.z},
                                {cell.x, cell.y, cell.z - 1},
                                {cell.x, cell.y, cell.z + 1}}) {
          EXPECT_GT(volume.Get(next).a, 0) << Describe(shape);
        }
      }
      EXPECT_LE(walls, inside);
    }
  }
}

TEST(Shapes, AreCountedAsTheyAreFilled) {
  for (const std::int64_t wall : {0, 1}) {
    for (const Shape& shape : ManyShapes(wall)) {
      EXPECT_EQ(CountCells(shape, 1'000'000), VolumeOf(shape).CountVoxels())
          << Describe(shape);
    }
  }
}

TEST(Shapes, CountingEndsAtTheLimit) {
  constexpr std::int64_t kSide = 2'000'000'000;
  for (const ShapeKind kind : kKinds) {
    EXPECT_GT(CountCells(MakeShape(kind, {kSide, kSide, kSide}), 1000), 1000u);
    EXPECT_GT(CountCells(MakeShape(kind, {kSide, 1, 1}), 1000), 1000u);
  }
}

TEST(Shapes, ColumnsOfTilesHaveTheCellsOfTheirRows) {
  for (const Shape& shape : ManyShapes(/*wall=*/1)) {
    const Volume volume = VolumeOf(shape);
    for (const Cell cell : CellsOf(shape)) {
      ASSERT_EQ(volume.Get(cell), kRed) << Describe(shape);
    }
    EXPECT_EQ(volume.CountVoxels(), CellsOf(shape).size()) << Describe(shape);
  }
}

TEST(Shapes, WhatIsFullySubtractedLeavesNothing) {
  for (const Shape& shape : ManyShapes()) {
    Volume volume = VolumeOf(shape);
    const auto voxels = volume.CountVoxels();

    EXPECT_EQ(ApplyShape(shape, ShapeMode::kSubtract, {}, volume), voxels);
    EXPECT_TRUE(volume.empty());
  }
}

TEST(Shapes, PaintingAddsNothing) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);
  volume.Set({100, 0, 0}, kRed);

  EXPECT_EQ(ApplyShape(MakeShape(ShapeKind::kEllipsoid, {30, 30, 30}),
                       ShapeMode::kPaint, kBlue, volume),
            1u);
  EXPECT_EQ(volume.Get({0, 0, 0}), kBlue);
  EXPECT_EQ(volume.Get({100, 0, 0}), kRed);
  EXPECT_EQ(volume.CountVoxels(), 2u);
}

TEST(Shapes, AddingKeepsWhatIsAround) {
  Volume volume;
  volume.Set({9, 9, 9}, kBlue);

  EXPECT_EQ(ApplyShape(MakeShape(ShapeKind::kBox, {2, 2, 2}), ShapeMode::kAdd,
                       kRed, volume),
            8u);
  EXPECT_EQ(volume.Get({9, 9, 9}), kBlue);
}

TEST(Shapes, ALineHasOneCellPerStepAndBothEnds) {
  std::vector<Cell> cells;
  ForEachCellOfLine({0, 0, 0}, {-4, 2, 1},
                    [&](Cell cell) { cells.push_back(cell); });

  EXPECT_EQ(cells,
            (std::vector<Cell>{
                {0, 0, 0}, {-1, 0, 0}, {-2, 1, 0}, {-3, 1, 1}, {-4, 2, 1}}));
}

TEST(Shapes, ALineOfNoLengthIsOneCell) {
  Volume volume;

  EXPECT_EQ(ApplyLine({3, 3, 3}, {3, 3, 3}, ShapeMode::kAdd, kRed, volume), 1u);
  EXPECT_EQ(ApplyLine({0, 3, 3}, {9, 3, 3}, ShapeMode::kSubtract, {}, volume),
            1u);
  EXPECT_TRUE(volume.empty());
}

TEST(ShapeEdits, StopWhenTheVolumeHasTooManyTiles) {
  Volume volume;
  constexpr std::size_t kTiles = 10;

  EXPECT_FALSE(ApplyLine({0, 0, 0}, {100'000, 0, 0}, ShapeMode::kAdd, kRed,
                         volume, kTiles));
  EXPECT_EQ(volume.CountTiles(), kTiles + 1);
  Volume other;
  EXPECT_FALSE(ApplyShape(MakeShape(ShapeKind::kBox, {100'000, 1, 1}),
                          ShapeMode::kAdd, kRed, other, kTiles));
  EXPECT_EQ(other.CountTiles(), kTiles + 1);
}

}  // namespace
}  // namespace goxel
