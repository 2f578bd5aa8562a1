#include "renderer/formats/vox_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "renderer/formats/color_reduction.h"
#include "renderer/formats/vox_chunks.h"
#include "tests/colors.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

using testing::Each;
using testing::HasSubstr;

Scene ReadBackVox(const Scene& scene) {
  return ReadBack(Written(scene, ExportFormat::kVox), SceneFormat::kVox);
}

void ExpectSameSolids(const Scene& back, const Scene& scene) {
  EXPECT_EQ(HashVolume(Composite(back)), HashVolume(SolidVolume(scene)));
}

TEST(VoxWriter, EmptySceneIsReadBack) {
  EXPECT_TRUE(Composite(ReadBackVox(NewScene())).empty());
}

TEST(VoxWriter, VoxelsComeBackWhereTheyWere) {
  Scene scene = NewScene();
  Volume& volume = scene.layers[0].volume;
  volume.Set({0, 0, 0}, kRed);
  volume.Set({-1, -2, -3}, kBlue);
  volume.Set({2, 1, 0}, kRed);

  ExpectSameSolids(ReadBackVox(scene), scene);
}

// Models hold 256 voxels per axis; these lie on both sides of every cut.
TEST(VoxWriter, LargeLayersAreSplitIntoModels) {
  Scene scene = NewScene();
  Volume& volume = scene.layers[0].volume;
  for (const std::int32_t at : {-70000, -257, -256, -1, 0, 255, 256, 100000}) {
    volume.Set({at, 0, 0}, kRed);
    volume.Set({0, at, 3}, kBlue);
    volume.Set({5, 5, at}, kRed);
  }

  const std::string file = Written(scene, ExportFormat::kVox);

  ExpectSameSolids(ReadBack(file, SceneFormat::kVox), scene);
  const auto parsed = ParseVoxFile(AsBytes(file));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_GT(parsed->models.size(), 8u);
  for (const VoxModel& model : parsed->models) {
    EXPECT_THAT(model.size, Each(testing::Le(256)));
  }
}

TEST(VoxWriter, UpperLayerHidesTheOneBelow) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.layers[0].volume.Set({1, 0, 0}, kRed);
  scene.AddLayer("top").volume.Set({1, 0, 0}, kBlue);

  ExpectSameSolids(ReadBackVox(scene), scene);
}

TEST(VoxWriter, BlendModesAreAppliedBeforehand) {
  Scene scene = NewScene();
  for (int x = 0; x < 4; ++x) scene.layers[0].volume.Set({x, 0, 0}, kRed);
  Layer& top = scene.AddLayer("hole");
  top.mode = BlendMode::kSubtract;
  top.volume.Set({2, 0, 0}, kBlue);

  const Scene back = ReadBackVox(scene);

  EXPECT_EQ(Composite(back).CountVoxels(), 3u);
  ExpectSameSolids(back, scene);
}

TEST(VoxWriter, NamesAndVisibilityOfLayersAreKept) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  Layer& hidden = scene.AddLayer("hidden one");
  hidden.visible = false;
  hidden.volume.Set({0, 0, 0}, kBlue);
  hidden.volume.Set({900, 0, 0}, kBlue);

  const std::string file = Written(scene, ExportFormat::kVox);
  const auto parsed = ParseVoxFile(AsBytes(file));

  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->hidden_layers, std::set<std::int32_t>{1});
  EXPECT_EQ(parsed->models.size(), 3u);
  std::vector<std::string> hidden_names;
  for (const VoxNode& node : parsed->nodes) {
    const auto* transform = std::get_if<VoxTransform>(&node.content);
    if (transform != nullptr && transform->hidden) {
      hidden_names.emplace_back(transform->name);
    }
  }
  EXPECT_EQ(hidden_names, std::vector<std::string>{"hidden one"});
  const Scene back = ReadBack(file, SceneFormat::kVox);
  EXPECT_EQ(back.layers[0].name, "Layer.1");
  ExpectSameSolids(back, scene);
}

TEST(VoxWriter, PaletteOfTheSceneStaysWhereItFits) {
  Scene scene = NewScene();
  scene.palette.resize(256);
  for (std::size_t i = 1; i < 256; ++i) {
    scene.palette[i].color = {static_cast<std::uint8_t>(i), 7, 7, 255};
  }
  scene.palette[200].material = 0;
  scene.materials = {{"metal", {1, 1, 1, 1}, 0.25f, 0.75f, {0, 0, 0}}};
  scene.layers[0].volume.Set({0, 0, 0}, scene.palette[200].color);

  const Scene back = ReadBackVox(scene);

  EXPECT_EQ(back.palette, scene.palette);
  EXPECT_EQ(back.materials, scene.materials);
}

TEST(VoxWriter, ColourBesideThePaletteMakesANewOneWithItsMaterials) {
  Scene scene = NewScene();
  scene.palette.resize(256);
  scene.palette[9] = {kRed, 0};
  scene.materials = {{"glass", {1, 1, 1, 0.5f}, 0, 0.125f, {0, 0, 0}}};
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.layers[0].volume.Set({1, 0, 0}, {1, 2, 3, 255});

  const Scene back = ReadBackVox(scene);

  ExpectSameSolids(back, scene);
  EXPECT_EQ(back.materials, scene.materials);
  const auto red = std::ranges::find(back.palette, kRed, &PaletteEntry::color);
  ASSERT_NE(red, back.palette.end());
  EXPECT_EQ(red->material, 0);
}

TEST(VoxWriter, MaterialsOfEveryTypeComeBack) {
  Scene scene = NewScene();
  scene.palette.resize(256);
  scene.materials = {{"diffuse", {1, 1, 1, 1}, 0, 0.5f, {0, 0, 0}},
                     {"metal", {1, 1, 1, 1}, 0.5f, 0.25f, {0, 0, 0}},
                     {"glass", {1, 1, 1, 0.75f}, 0, 0.5f, {0, 0, 0}},
                     {"blend", {1, 1, 1, 0.5f}, 0, 0.5f, {0, 0, 0}},
                     {"media", {1, 1, 1, 0.35f}, 0, 0.5f, {0, 0, 0}},
                     {"emit", {1, 1, 1, 1}, 0, 0.5f, {3, 0, 0}}};
  for (std::size_t i = 0; i < scene.materials.size(); ++i) {
    scene.palette[i + 1] = {{255, 0, 0, 255}, static_cast<std::int32_t>(i)};
  }

  EXPECT_EQ(ReadBackVox(scene).materials, scene.materials);
}

TEST(VoxWriter, UpTo255ColoursAreExact) {
  Scene scene = NewScene();
  for (int i = 0; i < 255; ++i) {
    scene.layers[0].volume.Set({i, 0, 0},
                               {static_cast<std::uint8_t>(i),
                                static_cast<std::uint8_t>(255 - i), 17, 255});
  }

  EXPECT_FALSE(ExceedsVoxPalette(scene));
  ExpectSameSolids(ReadBackVox(scene), scene);
}

TEST(VoxWriter, MoreColoursBecomeNearOnes) {
  Scene scene = NewScene();
  for (int i = 0; i < 4096; ++i) {
    scene.layers[0].volume.Set({i % 64, i / 64, 0},
                               {static_cast<std::uint8_t>(i % 16 * 17),
                                static_cast<std::uint8_t>(i / 16 % 16 * 17),
                                static_cast<std::uint8_t>(i / 256 * 17), 255});
  }
  ASSERT_TRUE(ExceedsVoxPalette(scene));

  const Volume back = Composite(ReadBackVox(scene));

  EXPECT_EQ(back.CountVoxels(), 4096u);
  for (int i = 0; i < 4096; ++i) {
    const Cell cell = {i % 64, i / 64, 0};
    const Color was = scene.layers[0].volume.Get(cell);
    const Color is = back.Get(cell);
    EXPECT_LE(std::abs(was.r - is.r), 48) << i;
    EXPECT_LE(std::abs(was.g - is.g), 48) << i;
    EXPECT_LE(std::abs(was.b - is.b), 48) << i;
  }
  EXPECT_THAT(FindLosses(scene, ExportFormat::kVox),
              testing::ElementsAre(HasSubstr("255 colours")));
}

TEST(VoxWriter, FaintVoxelsAreLeftOutAndTranslucentOnesOpaque) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, {9, 9, 9, 126});
  scene.layers[0].volume.Set({1, 0, 0}, {9, 9, 9, 127});

  ExpectSameSolids(ReadBackVox(scene), scene);
  EXPECT_THAT(FindLosses(scene, ExportFormat::kVox),
              testing::ElementsAre(HasSubstr("1 voxel is left out"),
                                   HasSubstr("1 translucent voxel is")));
}

TEST(ColorReduction, FewColoursStayWhatTheyAre) {
  ColorReduction reduction;
  const std::vector<Color> colors = {{0, 0, 0, 255}, {9, 200, 3, 255}, kRed};
  for (const Color color : colors) reduction.Add(color);

  EXPECT_EQ(reduction.Reduce(255), colors);
}

TEST(ColorReduction, OneColourIsTheMean) {
  ColorReduction reduction;
  for (int i = 0; i < 3; ++i) reduction.Add({0, 0, 0, 255});
  reduction.Add({200, 100, 40, 255});

  EXPECT_EQ(reduction.Reduce(1), (std::vector<Color>{{50, 25, 10, 255}}));
}

TEST(ColorReduction, NoColoursGiveNone) {
  EXPECT_TRUE(ColorReduction().Reduce(255).empty());
}

}  // namespace
}  // namespace goxel
