#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "renderer/scene/placed_volume.h"
#include "renderer/scene/scene.h"
#include "tests/colors.h"
#include "tests/voxel_file_writer.h"

namespace goxel {
namespace {

constexpr Cell kBoth = {0, 0, 0};       // A voxel below and one above.
constexpr Cell kBelowOnly = {1, 0, 0};  // In the same tile.
constexpr Cell kAboveOnly = {2, 0, 0};
constexpr Cell kFarBelow = {100, 0, 0};  // In a tile of its own.
constexpr Cell kFarAbove = {200, 0, 0};

// Two layers that meet in kBoth, with these voxels.
Scene TwoLayers(BlendMode mode, Color below, Color above) {
  Scene scene = NewScene();
  for (const Cell cell : {kBoth, kBelowOnly, kFarBelow}) {
    scene.layers[0].volume.Set(cell, below);
  }
  Layer& layer = scene.AddLayer("above");
  layer.mode = mode;
  for (const Cell cell : {kBoth, kAboveOnly, kFarAbove}) {
    layer.volume.Set(cell, above);
  }
  return scene;
}

// What a mode makes of a voxel on both layers, on one only, and whether tiles
// that only one layer has agree with that.
struct Outcome {
  Color both;
  Color below_only;
  Color above_only;
};

Outcome OutcomeOf(BlendMode mode, Color below, Color above) {
  const Volume volume = Composite(TwoLayers(mode, below, above));
  EXPECT_EQ(volume.Get(kFarBelow), volume.Get(kBelowOnly));
  EXPECT_EQ(volume.Get(kFarAbove), volume.Get(kAboveOnly));
  return {volume.Get(kBoth), volume.Get(kBelowOnly), volume.Get(kAboveOnly)};
}

constexpr Color kBelow = {200, 100, 50, 240};
constexpr Color kAbove = {10, 20, 30, 100};

TEST(Composite, OverBlendsByAlpha) {
  const Outcome outcome = OutcomeOf(BlendMode::kOver, kBelow, kAbove);

  // Weights 255 * 100 and 240 * 155: 25500 and 37200.
  const Color expected = {(10 * 25500 + 200 * 37200) / 62700,
                          (20 * 25500 + 100 * 37200) / 62700,
                          (30 * 25500 + 50 * 37200) / 62700, 100 + 37200 / 255};
  EXPECT_EQ(outcome.both, expected);
  EXPECT_EQ(outcome.below_only, kBelow);
  EXPECT_EQ(outcome.above_only, kAbove);
}

TEST(Composite, OpaqueVoxelOverAnotherReplacesIt) {
  EXPECT_EQ(OutcomeOf(BlendMode::kOver, kBelow, kBlue).both, kBlue);
}

TEST(Composite, SubtractTakesAlphaAway) {
  const Outcome outcome = OutcomeOf(BlendMode::kSubtract, kBelow, kAbove);

  EXPECT_EQ(outcome.both, (Color{200, 100, 50, 140}));
  EXPECT_EQ(outcome.below_only, kBelow);
  EXPECT_EQ(outcome.above_only, Color{});
}

TEST(Composite, SubtractOfAnOpaqueVoxelRemoves) {
  EXPECT_EQ(OutcomeOf(BlendMode::kSubtract, kRed, kBlue).both, Color{});
}

TEST(Composite, SubtractClampLimitsAlpha) {
  const Outcome outcome = OutcomeOf(BlendMode::kSubtractClamp, kBelow, kAbove);

  EXPECT_EQ(outcome.both, (Color{200, 100, 50, 155}));
  EXPECT_EQ(outcome.below_only, kBelow);
  EXPECT_EQ(outcome.above_only, Color{});
}

TEST(Composite, PaintColoursWhatIsThere) {
  const Outcome outcome = OutcomeOf(BlendMode::kPaint, kBelow, kAbove);

  const Color expected = {(10 * 100 + 200 * 155) / 255,
                          (20 * 100 + 100 * 155) / 255,
                          (30 * 100 + 50 * 155) / 255, 240};
  EXPECT_EQ(outcome.both, expected);
  EXPECT_EQ(outcome.below_only, kBelow);
  EXPECT_EQ(outcome.above_only, Color{});
}

TEST(Composite, MaxKeepsTheGreaterAlphaAndTheColourAbove) {
  const Outcome outcome = OutcomeOf(BlendMode::kMax, kBelow, kAbove);

  EXPECT_EQ(outcome.both, (Color{10, 20, 30, 240}));
  EXPECT_EQ(outcome.below_only, kBelow);
  EXPECT_EQ(outcome.above_only, kAbove);
}

TEST(Composite, IntersectKeepsWhatBothHaveInTheColourBelow) {
  const Outcome outcome = OutcomeOf(BlendMode::kIntersect, kBelow, kAbove);

  EXPECT_EQ(outcome.both, (Color{200, 100, 50, 100}));
  EXPECT_EQ(outcome.below_only, Color{});
  EXPECT_EQ(outcome.above_only, Color{});
}

TEST(Composite, IntersectFillKeepsWhatBothHaveInTheColourAbove) {
  const Outcome outcome = OutcomeOf(BlendMode::kIntersectFill, kBelow, kAbove);

  EXPECT_EQ(outcome.both, (Color{10, 20, 30, 100}));
  EXPECT_EQ(outcome.below_only, Color{});
  EXPECT_EQ(outcome.above_only, Color{});
}

TEST(Composite, MultiplyAlphaScalesWhatIsBelow) {
  const Outcome outcome = OutcomeOf(BlendMode::kMultiplyAlpha, kBelow, kAbove);

  const Color expected = {200 * 100 / 255, 100 * 100 / 255, 50 * 100 / 255,
                          240 * 100 / 255};
  EXPECT_EQ(outcome.both, expected);
  EXPECT_EQ(outcome.below_only, Color{});
  EXPECT_EQ(outcome.above_only, Color{});
}

TEST(Composite, ReplaceShowsNothingOfWhatIsBelow) {
  const Outcome outcome = OutcomeOf(BlendMode::kReplace, kBelow, kAbove);

  EXPECT_EQ(outcome.both, kAbove);
  EXPECT_EQ(outcome.below_only, Color{});
  EXPECT_EQ(outcome.above_only, kAbove);
}

TEST(Composite, OfOneVisibleLayerSharesItsVolume) {
  Scene scene = TwoLayers(BlendMode::kSubtract, kRed, kBlue);
  scene.layers[0].visible = false;

  EXPECT_EQ(&Composite(scene).tiles(), &scene.layers[1].volume.tiles());
}

TEST(Composite, SharesTilesThatOnlyOneLayerHas) {
  const Scene scene = TwoLayers(BlendMode::kOver, kRed, kBlue);

  const Volume volume = Composite(scene);

  EXPECT_EQ(volume.FindTile(TileOf(kFarBelow)),
            scene.layers[0].volume.FindTile(TileOf(kFarBelow)));
  EXPECT_EQ(volume.FindTile(TileOf(kFarAbove)),
            scene.layers[1].volume.FindTile(TileOf(kFarAbove)));
}

TEST(Composite, LeavesTheLayersAlone) {
  const Scene scene = TwoLayers(BlendMode::kIntersect, kRed, kBlue);

  (void)Composite(scene);

  EXPECT_EQ(scene.layers[0].volume.CountVoxels(), 3u);
  EXPECT_EQ(scene.layers[1].volume.CountVoxels(), 3u);
}

TEST(Composite, OfNoVisibleLayerIsEmpty) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.layers[0].visible = false;

  EXPECT_TRUE(Composite(scene).empty());
}

TEST(Composite, OfAnEmptyIntersectLayerIsEmpty) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.AddLayer("nothing").mode = BlendMode::kIntersect;

  EXPECT_TRUE(Composite(scene).empty());
}

TEST(Scene, NewLayerTakesTheNextFreeIdAndBecomesActive) {
  Scene scene = NewScene();
  EXPECT_EQ(scene.active_layer, 1);
  EXPECT_EQ(scene.AddLayer("b").id, 2);
  EXPECT_EQ(scene.AddLayer("c").id, 3);
  scene.layers.erase(scene.layers.begin() + 1);

  EXPECT_EQ(scene.AddLayer("d").id, 2);
  EXPECT_EQ(scene.active_layer, 2);
  EXPECT_EQ(scene.FindLayer(3)->name, "c");
  EXPECT_EQ(scene.FindLayer(4), nullptr);
}

// A scene with a red voxel in layer 1 and clones of it in a chain.
Scene ChainOfClones(int clones, const Matrix4& matrix) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({1, 2, 3}, kRed);
  for (int i = 0; i < clones; ++i) {
    Layer& clone = scene.AddLayer("clone");
    clone.base_id = clone.id - 1;
    clone.matrix = matrix;
  }
  return scene;
}

TEST(Clones, FollowTheirBaseThroughAChain) {
  Scene scene = ChainOfClones(3, TranslationMatrix(10, 0, 0));

  ASSERT_TRUE(UpdateClones(scene).ok());

  EXPECT_EQ(scene.layers[3].volume.Get({31, 2, 3}), kRed);
  EXPECT_EQ(scene.layers[3].volume.CountVoxels(), 1u);
}

TEST(Clones, FollowABaseThatStandsAboveThem) {
  Scene scene = ChainOfClones(1, TranslationMatrix(-1, 0, 0));
  std::swap(scene.layers[0], scene.layers[1]);

  ASSERT_TRUE(UpdateClones(scene).ok());

  EXPECT_EQ(scene.layers[0].volume.Get({0, 2, 3}), kRed);
}

TEST(Clones, InAVeryLongChainNeedNoDeepStack) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({1, 2, 3}, kRed);
  // Top first, so that the first clone depends on all the others.
  for (std::int32_t id = 100'000; id > 1; --id) {
    Layer clone;
    clone.id = id;
    clone.base_id = id - 1;
    scene.layers.push_back(clone);
  }

  ASSERT_TRUE(UpdateClones(scene).ok());

  EXPECT_EQ(scene.FindLayer(100'000)->volume.Get({1, 2, 3}), kRed);
}

TEST(Clones, InACycleAreRefused) {
  Scene scene = ChainOfClones(3, kIdentityMatrix);
  scene.layers[1].base_id = scene.layers[3].id;

  const Status status = UpdateClones(scene);

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
}

TEST(Clones, OfThemselvesAreRefused) {
  Scene scene = ChainOfClones(1, kIdentityMatrix);
  scene.layers[1].base_id = scene.layers[1].id;

  EXPECT_EQ(UpdateClones(scene).code(), StatusCode::kDataLoss);
}

TEST(Clones, WhoseBaseIsGoneBecomeOrdinaryLayers) {
  Scene scene = ChainOfClones(1, kIdentityMatrix);
  ASSERT_TRUE(UpdateClones(scene).ok());
  scene.layers.erase(scene.layers.begin());

  ASSERT_TRUE(UpdateClones(scene).ok());

  EXPECT_EQ(scene.layers[0].base_id, 0);
  EXPECT_EQ(scene.layers[0].volume.Get({1, 2, 3}), kRed);
}

TEST(TransformVolume, TurnsAboutTheOriginLikeGoxel) {
  Volume volume;
  volume.Set({3, 0, 0}, kRed);
  volume.Set({0, 2, 5}, kBlue);
  // A quarter turn about Z: x goes to y, y to -x.
  const Matrix4 turn = {0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  std::uint64_t cells_left = 1 << 20;

  const auto turned = TransformVolume(volume, turn, cells_left);

  ASSERT_TRUE(turned.has_value());
  EXPECT_EQ(turned->Get({0, 3, 0}), kRed);
  EXPECT_EQ(turned->Get({-2, 0, 5}), kBlue);
  EXPECT_EQ(turned->CountVoxels(), 2u);
}

TEST(TransformVolume, ScalesEveryVoxelToABox) {
  Volume volume;
  volume.Set({1, 1, 1}, kRed);
  const Matrix4 twice = BoxMatrix({2, 2, 2}, {0, 0, 0});
  std::uint64_t cells_left = 1 << 20;

  const auto scaled = TransformVolume(volume, twice, cells_left);

  // round(p / 2) == 1 for p in 1, 2; halves go away from zero.
  ASSERT_TRUE(scaled.has_value());
  const Box expected = {{1, 1, 1}, {3, 3, 3}};
  EXPECT_EQ(scaled->Bounds(), expected);
  EXPECT_EQ(scaled->CountVoxels(), 8u);
}

// Every cell of a large box must agree with the definition, also where tiles
// were passed over as out of reach.
TEST(TransformVolume, AgreesWithItsDefinitionInEveryCell) {
  Volume volume;
  for (std::int32_t i = 0; i < 40; ++i) {
    volume.Set({i, (i * 7) % 23, -i / 2},
               {static_cast<std::uint8_t>(i), 1, 1, 255});
  }
  // A turn by 30 degrees about Z, some scale, and an odd offset.
  const Matrix4 matrix = {1.3f, 0.75f, 0, 0, -0.75f, 1.3f,  0,    0,
                          0,    0,     1, 0, 3.4f,   -7.7f, 2.2f, 1};
  std::uint64_t cells_left = 1 << 24;

  const auto moved = TransformVolume(volume, matrix, cells_left);

  ASSERT_TRUE(moved.has_value());
  const double scale = double{1.3f} * 1.3f + double{0.75f} * 0.75f;
  for (std::int32_t z = -30; z < 30; ++z) {
    for (std::int32_t y = -60; y < 90; ++y) {
      for (std::int32_t x = -60; x < 90; ++x) {
        const double dx = x - double{3.4f};
        const double dy = y - double{-7.7f};
        const double sx = (1.3f * dx + 0.75f * dy) / scale;
        const double sy = (-0.75f * dx + 1.3f * dy) / scale;
        const Cell from = {
            static_cast<std::int32_t>(std::round(sx)),
            static_cast<std::int32_t>(std::round(sy)),
            static_cast<std::int32_t>(std::round(z - double{2.2f}))};
        ASSERT_EQ(moved->Get({x, y, z}), volume.Get(from))
            << x << " " << y << " " << z;
      }
    }
  }
}

TEST(TransformVolume, ByAMatrixWithoutInverseIsEmpty) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);
  std::uint64_t cells_left = 1 << 20;

  const auto flat =
      TransformVolume(volume, BoxMatrix({1, 1, 0}, {0, 0, 0}), cells_left);

  ASSERT_TRUE(flat.has_value());
  EXPECT_TRUE(flat->empty());
}

TEST(TransformVolume, ToAHugeSizeIsRefusedBeforeItIsMade) {
  Volume volume;
  volume.Set({0, 0, 0}, kRed);
  std::uint64_t cells_left = 1 << 20;

  const auto huge =
      TransformVolume(volume, BoxMatrix({1e9f, 1e9f, 1e9f}, {}), cells_left);

  EXPECT_EQ(huge.error().code(), StatusCode::kTooLarge);
}

constexpr Box kWideBox = {{-100, -100, -100}, {100, 100, 100}};

TEST(FillShape, CubeHasExactlyItsCells) {
  std::uint64_t cells_left = 1 << 20;

  const auto cube =
      FillShape(UnitShape::kCube, BoxMatrix({2, 3, 4}, {10, 0, 0}), kRed,
                kWideBox, cells_left);

  ASSERT_TRUE(cube.has_value());
  const Box expected = {{8, -3, -4}, {12, 3, 4}};
  EXPECT_EQ(cube->Bounds(), expected);
  EXPECT_EQ(cube->CountVoxels(), 4u * 6u * 8u);
}

TEST(FillShape, SphereAndCylinderHoldTheCellsWhoseCentreIsInside) {
  std::uint64_t cells_left = 1 << 22;
  const Matrix4 matrix = BoxMatrix({5, 4, 3}, {0, 0, 0});

  const auto sphere =
      FillShape(UnitShape::kSphere, matrix, kRed, kWideBox, cells_left);
  const auto cylinder =
      FillShape(UnitShape::kCylinder, matrix, kRed, kWideBox, cells_left);

  ASSERT_TRUE(sphere.has_value() && cylinder.has_value());
  for (std::int32_t z = -8; z < 8; ++z) {
    for (std::int32_t y = -8; y < 8; ++y) {
      for (std::int32_t x = -8; x < 8; ++x) {
        const double u = (x + 0.5) / 5;
        const double v = (y + 0.5) / 4;
        const double w = (z + 0.5) / 3;
        EXPECT_EQ(sphere->Get({x, y, z}).a != 0, u * u + v * v + w * w <= 1);
        EXPECT_EQ(cylinder->Get({x, y, z}).a != 0,
                  u * u + v * v <= 1 && std::abs(w) <= 1);
      }
    }
  }
}

TEST(FillShape, StaysInsideTheClipBox) {
  std::uint64_t cells_left = 1 << 20;
  const Box clip = {{0, 0, 0}, {3, 200, 1}};

  const auto cube = FillShape(UnitShape::kCube, BoxMatrix({50, 50, 50}, {}),
                              kRed, clip, cells_left);

  ASSERT_TRUE(cube.has_value());
  const Box expected = {{0, 0, 0}, {3, 50, 1}};
  EXPECT_EQ(cube->Bounds(), expected);
}

TEST(FillShape, OfAHugeSizeIsRefusedBeforeItIsMade) {
  std::uint64_t cells_left = 1 << 20;
  constexpr std::int64_t kFar = 2'000'000'000;
  const Box everything = {{-kFar, -kFar, -kFar}, {kFar, kFar, kFar}};

  const auto huge =
      FillShape(UnitShape::kSphere, BoxMatrix({1e9f, 1e9f, 1e9f}, {}), kRed,
                everything, cells_left);

  EXPECT_EQ(huge.error().code(), StatusCode::kTooLarge);
}

}  // namespace
}  // namespace goxel
