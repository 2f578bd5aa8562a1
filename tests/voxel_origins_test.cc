#include "renderer/scene/voxel_origins.h"

#include <gtest/gtest.h>

#include <array>

namespace goxel {
namespace {

constexpr Color kBelow = {200, 100, 50, 255};
constexpr Color kAbove = {10, 20, 30, 255};
constexpr Cell kBoth = {0, 0, 0};
constexpr Cell kBelowOnly = {1, 0, 0};  // In the same tile.
constexpr Cell kAboveOnly = {2, 0, 0};
constexpr Cell kFarBelow = {100, 0, 0};  // In a tile of its own.
constexpr Cell kFarAbove = {200, 0, 0};

Scene TwoLayers(BlendMode mode, Color above = kAbove) {
  Scene scene = NewScene();
  for (const Cell cell : {kBoth, kBelowOnly, kFarBelow}) {
    scene.layers[0].volume.Set(cell, kBelow);
  }
  Layer& layer = scene.AddLayer("above");
  layer.mode = mode;
  for (const Cell cell : {kBoth, kAboveOnly, kFarAbove}) {
    layer.volume.Set(cell, above);
  }
  return scene;
}

TEST(VoxelOrigins, VoxelsAreOfTheLayerThatGaveThemTheirColour) {
  const VoxelOrigins origins(TwoLayers(BlendMode::kOver));

  EXPECT_EQ(origins.Of(kBoth), 1);
  EXPECT_EQ(origins.Of(kBelowOnly), 0);
  EXPECT_EQ(origins.Of(kAboveOnly), 1);
  EXPECT_EQ(origins.Of(kFarBelow), 0);
  EXPECT_EQ(origins.Of(kFarAbove), 1);
}

TEST(VoxelOrigins, AFaintVoxelAboveOwnsNothing) {
  const VoxelOrigins origins(TwoLayers(BlendMode::kOver, {10, 20, 30, 60}));

  EXPECT_EQ(origins.Of(kBoth), 0);
}

// With layers of opaque voxels in two plain colours, a mode either keeps a
// colour or takes the other: the origin is the layer of that colour.
TEST(VoxelOrigins, OriginsFollowTheColoursInEveryMode) {
  for (const BlendMode mode :
       {BlendMode::kOver, BlendMode::kMax, BlendMode::kIntersect,
        BlendMode::kIntersectFill, BlendMode::kMultiplyAlpha,
        BlendMode::kReplace, BlendMode::kSubtractClamp, BlendMode::kSubtract}) {
    SCOPED_TRACE(static_cast<int>(mode));
    const Scene scene = TwoLayers(mode);
    const Volume seen = Composite(scene);
    const VoxelOrigins origins(scene);
    for (const Cell cell :
         {kBoth, kBelowOnly, kAboveOnly, kFarBelow, kFarAbove}) {
      const Color color = seen.Get(cell);
      if (color.a == 0) continue;
      EXPECT_EQ(origins.Of(cell), color.r == kAbove.r ? 1 : 0) << cell.x;
    }
  }
}

TEST(VoxelOrigins, PaintedVoxelsStayTheirLayers) {
  const VoxelOrigins origins(TwoLayers(BlendMode::kPaint));

  EXPECT_EQ(origins.Of(kBoth), 0);
}

TEST(VoxelOrigins, HiddenLayersAreNotCounted) {
  Scene scene = TwoLayers(BlendMode::kOver);
  scene.layers[1].visible = false;
  EXPECT_EQ(VoxelOrigins(scene).Of(kBoth), 0);

  scene.layers[1].visible = true;
  scene.layers[0].visible = false;
  EXPECT_EQ(VoxelOrigins(scene).Of(kAboveOnly), 1);
}

TEST(VoxelOrigins, WholeTilesAgreeWithTheirCells) {
  const VoxelOrigins origins(TwoLayers(BlendMode::kOver));
  std::array<LayerIndex, kTileVoxels> layers;

  origins.OfTile({0, 0, 0}, layers);

  for (const Cell cell : {kBoth, kBelowOnly, kAboveOnly}) {
    EXPECT_EQ(layers[Tile::IndexOf(cell)], origins.Of(cell)) << cell.x;
  }
}

}  // namespace
}  // namespace goxel
