#include "renderer/formats/vox_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "tests/voxel_file_writer.h"

namespace goxel {
namespace {

using testing::HasSubstr;

Result<Scene> Read(const std::string& file, const ReadLimits& limits = {}) {
  return ReadVox(AsBytes(file), limits);
}

// The volume of a file that must be read.
Volume VolumeOf(const std::string& file) {
  const Result<Scene> scene = Read(file);
  if (!scene) {
    ADD_FAILURE() << scene.error().message();
    return {};
  }
  return Composite(*scene);
}

std::set<Cell> CellsOf(const Volume& volume) {
  std::set<Cell> cells;
  for (const auto& [coord, tile] : volume.tiles()) {
    for (std::int32_t i = 0; i < kTileVoxels; ++i) {
      if (tile->voxels[static_cast<std::size_t>(i)].a == 0) continue;
      cells.insert({coord.x * 16 + i % 16, coord.y * 16 + i / 16 % 16,
                    coord.z * 16 + i / 256});
    }
  }
  return cells;
}

const std::string kOneVoxel = ModelOf({1, 1, 1}, {{0, 0, 0, 5}});
const std::string kOtherVoxel = ModelOf({1, 1, 1}, {{0, 0, 0, 9}});

void ExpectRefused(const std::string& file, StatusCode code,
                   const std::string& words) {
  const Result<Scene> scene = Read(file);
  ASSERT_FALSE(scene.has_value());
  EXPECT_EQ(scene.error().code(), code);
  EXPECT_THAT(scene.error().message(), HasSubstr(words));
}

TEST(VoxFormat, ModelWithoutAGraphKeepsTheCoordinatesOfTheFile) {
  const Volume volume = VolumeOf(
      VoxFileOf(150, {ModelOf({20, 20, 20}, {{0, 1, 2, 1}, {19, 3, 17, 1}})}));

  EXPECT_EQ(CellsOf(volume), (std::set<Cell>{{0, 1, 2}, {19, 3, 17}}));
}

TEST(VoxFormat, AnimationWithoutAGraphShowsItsFirstModel) {
  const Volume volume = VolumeOf(
      VoxFileOf(150, {VoxChunk("PACK", Int(2)), kOneVoxel,
                      ModelOf({9, 9, 9}, {{1, 0, 0, 1}, {2, 0, 0, 1}})}));

  EXPECT_EQ(volume.CountVoxels(), 1u);
}

TEST(VoxFormat, PaletteEntryBelongsToTheIndexAfterIt) {
  std::array<Color, 256> colors{};
  colors[4] = {1, 2, 3, 0};
  const Volume volume =
      VolumeOf(VoxFileOf(150, {kOneVoxel, VoxChunk("RGBA", Raw(colors))}));

  // Alpha in a palette means nothing.
  EXPECT_EQ(volume.Get({0, 0, 0}), (Color{1, 2, 3, 255}));
}

TEST(VoxFormat, DefaultPaletteIsTheCubeOfWebColoursAndFourRamps) {
  std::vector<VoxVoxel> voxels;
  for (const int number : {1, 2, 6, 7, 36, 37, 215, 216, 226, 236, 255}) {
    const auto index = static_cast<std::uint8_t>(number);
    voxels.push_back({index, 0, 0, index});
  }
  const Volume volume =
      VolumeOf(VoxFileOf(150, {ModelOf({256, 1, 1}, voxels)}));

  EXPECT_EQ(volume.Get({1, 0, 0}), (Color{0xFF, 0xFF, 0xFF, 0xFF}));
  EXPECT_EQ(volume.Get({2, 0, 0}), (Color{0xFF, 0xFF, 0xCC, 0xFF}));
  EXPECT_EQ(volume.Get({6, 0, 0}), (Color{0xFF, 0xFF, 0x00, 0xFF}));
  EXPECT_EQ(volume.Get({7, 0, 0}), (Color{0xFF, 0xCC, 0xFF, 0xFF}));
  EXPECT_EQ(volume.Get({36, 0, 0}), (Color{0xFF, 0x00, 0x00, 0xFF}));
  EXPECT_EQ(volume.Get({37, 0, 0}), (Color{0xCC, 0xFF, 0xFF, 0xFF}));
  EXPECT_EQ(volume.Get({215, 0, 0}), (Color{0x00, 0x00, 0x33, 0xFF}));
  EXPECT_EQ(volume.Get({216, 0, 0}), (Color{0xEE, 0x00, 0x00, 0xFF}));
  EXPECT_EQ(volume.Get({226, 0, 0}), (Color{0x00, 0xEE, 0x00, 0xFF}));
  EXPECT_EQ(volume.Get({236, 0, 0}), (Color{0x00, 0x00, 0xEE, 0xFF}));
  EXPECT_EQ(volume.Get({255, 0, 0}), (Color{0x11, 0x11, 0x11, 0xFF}));
}

TEST(VoxFormat, ColourIndexZeroIsNoVoxelAndTheLastDuplicateCounts) {
  const Volume volume = VolumeOf(VoxFileOf(
      150,
      {ModelOf({4, 4, 4}, {{0, 0, 0, 0}, {1, 0, 0, 216}, {1, 0, 0, 226}})}));

  EXPECT_EQ(volume.CountVoxels(), 1u);
  EXPECT_EQ(volume.Get({1, 0, 0}), (Color{0, 0xEE, 0, 255}));
}

// The matrix of a rotation byte, as the format describes it.
std::array<std::array<int, 3>, 3> MatrixOf(int byte) {
  std::array<std::array<int, 3>, 3> matrix{};
  const int first = byte & 3;
  const int second = byte >> 2 & 3;
  matrix[0][static_cast<std::size_t>(first)] = (byte & 16) != 0 ? -1 : 1;
  matrix[1][static_cast<std::size_t>(second)] = (byte & 32) != 0 ? -1 : 1;
  matrix[2][static_cast<std::size_t>(3 - first - second)] =
      (byte & 64) != 0 ? -1 : 1;
  return matrix;
}

// floor(R * (p + 1/2 - floor(size / 2)) + T), in real numbers.
Cell Expected(int byte, std::array<int, 3> p, std::array<int, 3> size,
              std::array<int, 3> t) {
  const auto matrix = MatrixOf(byte);
  std::array<std::int32_t, 3> cell{};
  for (std::size_t row = 0; row < 3; ++row) {
    double sum = t[row];
    for (std::size_t column = 0; column < 3; ++column) {
      const int pivot = size[column] / 2;
      sum += matrix[row][column] * (p[column] + 0.5 - pivot);
    }
    cell[row] = static_cast<std::int32_t>(std::floor(sum));
  }
  return {cell[0], cell[1], cell[2]};
}

TEST(VoxFormat, All48OrientationsTurnAboutTheMiddleCell) {
  const std::array<int, 3> size = {4, 5, 9};
  const std::vector<std::array<int, 3>> voxels = {
      {0, 0, 0}, {3, 0, 1}, {1, 4, 8}, {2, 2, 5}};
  std::vector<VoxVoxel> stored;
  for (const auto& p : voxels) {
    stored.push_back({static_cast<std::uint8_t>(p[0]),
                      static_cast<std::uint8_t>(p[1]),
                      static_cast<std::uint8_t>(p[2]), 1});
  }
  int orientations = 0;
  for (int byte = 0; byte < 128; ++byte) {
    const int first = byte & 3;
    const int second = byte >> 2 & 3;
    if (first == 3 || second == 3 || first == second) continue;
    ++orientations;
    const Volume volume = VolumeOf(VoxFileOf(
        150,
        {ModelOf({4, 5, 9}, stored),
         TransformOf(0, 1, {{"_r", std::to_string(byte)}, {"_t", "7 -30 200"}}),
         ShapeOf(1, 0)}));
    std::set<Cell> expected;
    for (const auto& p : voxels) {
      expected.insert(Expected(byte, p, size, {7, -30, 200}));
    }
    EXPECT_EQ(CellsOf(volume), expected) << "rotation " << byte;
  }
  EXPECT_EQ(orientations, 48);
}

// Byte 17 turns x to y and y to -x (rows: -y, x, z).
TEST(VoxFormat, OuterTransformsApplyToInnerTranslations) {
  const Volume volume = VolumeOf(VoxFileOf(
      150,
      {kOneVoxel, TransformOf(0, 1, {{"_r", "17"}, {"_t", "100 0 0"}}),
       GroupOf(1, {2}), TransformOf(2, 3, {{"_t", "10 1 0"}}), ShapeOf(3, 0)}));

  // (10.5, 1.5) turns to (-1.5, 10.5) and moves to (98.5, 10.5).
  EXPECT_EQ(CellsOf(volume), (std::set<Cell>{{98, 10, 0}}));
}

TEST(VoxFormat, OneShapeUnderSeveralTransformsShowsSeveralTimes) {
  const Volume volume = VolumeOf(VoxFileOf(
      150,
      {kOneVoxel, GroupOf(0, {1, 2, 3}), TransformOf(1, 9, {{"_t", "0 0 0"}}),
       TransformOf(2, 9, {{"_t", "5 0 0"}}),
       TransformOf(3, 9, {{"_t", "9 0 0"}}), ShapeOf(9, 0)}));

  EXPECT_EQ(CellsOf(volume), (std::set<Cell>{{0, 0, 0}, {5, 0, 0}, {9, 0, 0}}));
}

TEST(VoxFormat, HiddenNodesHideAllThatIsBelowThem) {
  const Volume volume = VolumeOf(VoxFileOf(
      150,
      {kOneVoxel, GroupOf(0, {1, 3}), TransformOf(1, 2, {}, {{"_hidden", "1"}}),
       GroupOf(2, {4}), TransformOf(4, 9, {{"_t", "5 0 0"}}),
       TransformOf(3, 9, {{"_t", "7 0 0"}}, {{"_hidden", "0"}}),
       ShapeOf(9, 0)}));

  EXPECT_EQ(CellsOf(volume), (std::set<Cell>{{7, 0, 0}}));
}

TEST(VoxFormat, HiddenLayersHideTheNodesThatNameThemAndAllBelow) {
  const auto layer = [](int id, const std::string& hidden) {
    return VoxChunk("LAYR",
                    Int(id) + VoxDictOf({{"_hidden", hidden}}) + Int(-1));
  };
  const Volume volume = VolumeOf(VoxFileOf(
      150, {kOneVoxel, GroupOf(0, {1, 3}), TransformOf(1, 2, {}, {}, 4),
            TransformOf(2, 9, {{"_t", "5 0 0"}}, {}, 5),
            TransformOf(3, 9, {{"_t", "7 0 0"}}, {}, 5), ShapeOf(9, 0),
            layer(4, "1"), layer(5, "0")}));

  EXPECT_EQ(CellsOf(volume), (std::set<Cell>{{7, 0, 0}}));
}

std::string OverlapOf(int version) {
  return VoxFileOf(
      version, {kOneVoxel, kOtherVoxel, GroupOf(0, {1, 2}), TransformOf(1, 3),
                TransformOf(2, 4), ShapeOf(3, 0), ShapeOf(4, 1)});
}

TEST(VoxFormat, OfTwoInstancesInOneCellVersion150ShowsTheLater) {
  EXPECT_EQ(VolumeOf(OverlapOf(150)).Get({0, 0, 0}),
            VolumeOf(VoxFileOf(150, {kOtherVoxel})).Get({0, 0, 0}));
}

TEST(VoxFormat, OfTwoInstancesInOneCellVersion200ShowsTheEarlier) {
  EXPECT_EQ(VolumeOf(OverlapOf(200)).Get({0, 0, 0}),
            VolumeOf(VoxFileOf(200, {kOneVoxel})).Get({0, 0, 0}));
}

TEST(VoxFormat, AnimatedShapeShowsTheModelOfItsFirstFrame) {
  const auto shape =
      [](const std::vector<std::pair<int, std::string>>& models) {
        std::string content = Int(1) + VoxDictOf({}) +
                              Int(static_cast<std::int64_t>(models.size()));
        for (const auto& [model, frame] : models) {
          content += Int(model) + VoxDictOf({{"_f", frame}});
        }
        return VoxChunk("nSHP", content);
      };
  const auto file = [&](const std::string& node) {
    return VoxFileOf(150, {kOneVoxel, kOtherVoxel, TransformOf(0, 1), node});
  };
  const Color one = VolumeOf(VoxFileOf(150, {kOneVoxel})).Get({0, 0, 0});
  const Color other = VolumeOf(VoxFileOf(150, {kOtherVoxel})).Get({0, 0, 0});

  EXPECT_EQ(VolumeOf(file(shape({{1, "5"}, {0, "0"}}))).Get({0, 0, 0}), one);
  EXPECT_EQ(VolumeOf(file(shape({{1, "5"}, {0, "9"}}))).Get({0, 0, 0}), other);
  EXPECT_EQ(VolumeOf(file(shape({{0, "-4"}, {1, "-1"}}))).Get({0, 0, 0}),
            other);
}

TEST(VoxFormat, AnimatedTransformStandsWhereItsFirstFrameSays) {
  const std::string transform =
      VoxChunk("nTRN", Int(0) + VoxDictOf({}) + Int(1) + Int(-1) + Int(-1) +
                           Int(2) + VoxDictOf({{"_t", "9 9 9"}, {"_f", "10"}}) +
                           VoxDictOf({{"_t", "3 0 0"}, {"_f", "0"}}));
  const Volume volume =
      VolumeOf(VoxFileOf(150, {kOneVoxel, transform, ShapeOf(1, 0)}));

  EXPECT_EQ(CellsOf(volume), (std::set<Cell>{{3, 0, 0}}));
}

TEST(VoxFormat, LayerIsNamedAfterTheOnlyInstance) {
  const auto named = Read(VoxFileOf(
      150,
      {kOneVoxel, TransformOf(0, 1, {}, {{"_name", "tower"}}), ShapeOf(1, 0)}));
  const auto nameless = Read(VoxFileOf(150, {kOneVoxel}));

  ASSERT_TRUE(named.has_value() && nameless.has_value());
  EXPECT_EQ(named->layers[0].name, "tower");
  EXPECT_EQ(nameless->layers[0].name, "MagicaVoxel");
}

TEST(VoxFormat, MaterialsBelongToTheirPaletteIndex) {
  const auto material = [](int id, const TextPairs& settings) {
    return VoxChunk("MATL", Int(id) + VoxDictOf(settings));
  };
  const auto scene = Read(VoxFileOf(
      150,
      {kOneVoxel,
       material(5,
                {{"_type", "_metal"}, {"_metal", "0.75"}, {"_rough", "0.25"}}),
       material(6, {{"_type", "_glass"}, {"_alpha", "0.95"}}),
       material(7, {{"_type", "_emit"}, {"_emit", "0.5"}, {"_flux", "1"}}),
       material(8, {{"_type", "_media"}}), material(9, {{"_rough", "nan"}}),
       material(256, {{"_type", "_diffuse"}})}));

  ASSERT_TRUE(scene.has_value());
  ASSERT_EQ(scene->palette.size(), 256u);
  ASSERT_EQ(scene->materials.size(), 6u);
  const auto of = [&](std::size_t index) {
    return scene
        ->materials[static_cast<std::size_t>(scene->palette[index].material)];
  };
  EXPECT_EQ(of(5).name, "metal");
  EXPECT_FLOAT_EQ(of(5).metallic, 0.75f);
  EXPECT_FLOAT_EQ(of(5).roughness, 0.25f);
  EXPECT_FLOAT_EQ(of(6).color[3], 0.1f);
  // Index 7 is FF CC FF: an emission of 0.5 * (1 + 1) times that, linear.
  EXPECT_FLOAT_EQ(of(7).emission[0], 1.0f);
  EXPECT_NEAR(of(7).emission[1], 0.6038f, 1e-3f);
  EXPECT_FLOAT_EQ(of(8).color[3], 0.35f);
  EXPECT_EQ(of(9).name, "diffuse");
  EXPECT_FLOAT_EQ(of(9).roughness, 0.5f);
  EXPECT_EQ(scene->palette[10].material, -1);
  EXPECT_EQ(scene->palette[0].material, 5);
}

TEST(VoxFormat, WrongSizeOfMainAndUnknownChunksDoNotMatter) {
  std::string file = VoxFileOf(150, {VoxChunk("rCAM", "anything"), kOneVoxel,
                                     VoxChunk("\x01\x02\x03\x04", "")});
  file.replace(16, 4, Int(7));

  EXPECT_EQ(VolumeOf(file).CountVoxels(), 1u);
}

TEST(VoxFormat, InstanceAtTheEdgeOfTheWorldIsRefused) {
  ExpectRefused(
      VoxFileOf(150,
                {kOneVoxel, TransformOf(0, 1, {{"_t", "2147483647 0 0"}}),
                 TransformOf(1, 2, {{"_t", "2147483647 0 0"}}), ShapeOf(2, 0)}),
      StatusCode::kDataLoss, "beyond 32-bit coordinates");
}

TEST(VoxFormat, CycleIsRefused) {
  ExpectRefused(VoxFileOf(150, {kOneVoxel, TransformOf(0, 1), GroupOf(1, {0})}),
                StatusCode::kDataLoss, "its own descendant");
  ExpectRefused(VoxFileOf(150, {kOneVoxel, TransformOf(0, 1), ShapeOf(1, 0),
                                TransformOf(5, 6), GroupOf(6, {5})}),
                StatusCode::kDataLoss, "its own descendant");
}

// A chain of transforms, `levels` nodes long with the shape at its end.
std::string ChainOf(int levels) {
  std::vector<std::string> parts = {kOneVoxel};
  for (int i = 0; i + 1 < levels; ++i) parts.push_back(TransformOf(i, i + 1));
  parts.push_back(ShapeOf(levels - 1, 0));
  return VoxFileOf(150, parts);
}

TEST(VoxFormat, GraphOf512LevelsIsReadAndOfMoreRefused) {
  EXPECT_EQ(VolumeOf(ChainOf(512)).CountVoxels(), 1u);
  ExpectRefused(ChainOf(513), StatusCode::kDataLoss, "512 levels");
  ExpectRefused(ChainOf(100'000), StatusCode::kDataLoss, "512 levels");
}

TEST(VoxFormat, DeepGraphIsRefusedInAnyOrderOfItsNodes) {
  std::vector<std::string> parts = {kOneVoxel, ShapeOf(600, 0)};
  for (int i = 599; i >= 0; --i) parts.push_back(TransformOf(i, i + 1));

  ExpectRefused(VoxFileOf(150, parts), StatusCode::kDataLoss, "512 levels");
}

// Twice the same child at every level: 2^levels instances.
std::string BombOf(int levels, const std::string& model) {
  std::vector<std::string> parts = {model};
  for (int i = 0; i < levels; ++i) parts.push_back(GroupOf(i, {i + 1, i + 1}));
  parts.push_back(ShapeOf(levels, 0));
  return VoxFileOf(150, parts);
}

TEST(VoxFormat, GraphBombIsRefusedBeforeItGoesOff) {
  ExpectRefused(BombOf(60, kOneVoxel), StatusCode::kTooLarge, "voxels");
  ExpectRefused(BombOf(500, kOneVoxel), StatusCode::kTooLarge, "voxels");
  ExpectRefused(BombOf(25, kOneVoxel), StatusCode::kTooLarge, "unfolds to");
}

TEST(VoxFormat, GraphBombWithoutVoxelsIsHarmless) {
  const std::string empty = ModelOf({1, 1, 1}, {});
  std::vector<std::string> parts = {empty, kOneVoxel};
  for (int i = 0; i < 60; ++i) {
    parts.push_back(TransformOf(2 * i, 2 * i + 1, {}, {{"_hidden", "1"}}));
    parts.push_back(GroupOf(2 * i + 1, {2 * i + 2, 2 * i + 2}));
  }
  parts.push_back(ShapeOf(120, 1));

  EXPECT_TRUE(VolumeOf(VoxFileOf(150, parts)).empty());
}

TEST(VoxFormat, LimitsOnVoxelsAndTilesAreKept) {
  const std::string file = VoxFileOf(
      150,
      {ModelOf({256, 1, 1}, {{0, 0, 0, 1}, {100, 0, 0, 1}, {200, 0, 0, 1}})});

  EXPECT_TRUE(Read(file, {.max_voxels = 3, .max_tiles = 3}).has_value());
  EXPECT_EQ(Read(file, {.max_voxels = 2}).error().code(),
            StatusCode::kTooLarge);
  EXPECT_EQ(Read(file, {.max_tiles = 2}).error().code(), StatusCode::kTooLarge);
}

TEST(VoxFormat, TeardownFileIsRefusedByName) {
  ExpectRefused(VoxFileOf(150, {VoxChunk("TDCZ", "xxxx")}),
                StatusCode::kInvalidArgument, "Teardown");
}

TEST(VoxFormat, BrokenChunksAreRefusedByWhatIsWrong) {
  ExpectRefused(VoxFileOf(150, {}), StatusCode::kDataLoss, "no model");
  ExpectRefused(VoxFileOf(150, {VoxChunk("XYZI", Int(0))}),
                StatusCode::kDataLoss, "no SIZE before it");
  ExpectRefused(VoxFileOf(150, {ModelOf({1, -1, 1}, {})}),
                StatusCode::kDataLoss, "not negative");
  ExpectRefused(VoxFileOf(150, {VoxChunk("SIZE", Int(1) + Int(1) + Int(1)),
                                VoxChunk("XYZI", Int(1 << 30))}),
                StatusCode::kDataLoss, "XYZI is cut off");
  ExpectRefused(VoxFileOf(150, {kOneVoxel, VoxChunk("RGBA", "short")}),
                StatusCode::kDataLoss, "RGBA is cut off");
  ExpectRefused(VoxFileOf(150, {kOneVoxel, ShapeOf(1, 0), ShapeOf(1, 0)}),
                StatusCode::kDataLoss, "two nodes have the id 1");
  ExpectRefused(VoxFileOf(150, {kOneVoxel, ShapeOf(1, 7)}),
                StatusCode::kDataLoss, "shows model 7");
  ExpectRefused(VoxFileOf(150, {kOneVoxel, TransformOf(0, 77)}),
                StatusCode::kDataLoss, "child 77");
  ExpectRefused(VoxFileOf(150, {kOneVoxel, TransformOf(0, 1, {{"_r", "0"}}),
                                ShapeOf(1, 0)}),
                StatusCode::kDataLoss, "rotation \"0\"");
  ExpectRefused(VoxFileOf(150, {kOneVoxel, TransformOf(0, 1, {{"_t", "1 2"}}),
                                ShapeOf(1, 0)}),
                StatusCode::kDataLoss, "translation \"1 2\"");
  ExpectRefused(VoxFileOf(150, {VoxChunk("nGRP", Int(0) + Int(0) + Int(-1))}),
                StatusCode::kDataLoss, "nGRP is cut off");
}

}  // namespace
}  // namespace goxel
