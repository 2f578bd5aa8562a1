#include "renderer/formats/gox_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "renderer/formats/gox_chunks.h"
#include "tests/colors.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Color kFaint = {1, 2, 3, 4};

Scene ReadBackGox(const Scene& scene) {
  return ReadBack(Written(scene, ExportFormat::kGox), SceneFormat::kGox);
}

// How often a chunk type occurs; good enough for files without pictures of it.
std::size_t CountChunks(const std::string& file, std::string_view type) {
  std::size_t count = 0;
  for (std::size_t at = 8; at < file.size();) {
    std::uint32_t length = 0;
    std::memcpy(&length, file.data() + at + 4, sizeof(length));
    if (std::string_view(file).substr(at, 4) == type) ++count;
    at += 12 + length;
  }
  return count;
}

Layer LayerWith(std::int32_t id, const Volume& volume) {
  Layer layer;
  layer.id = id;
  layer.volume = volume;
  return layer;
}

TEST(GoxWriter, EmptySceneIsReadBack) {
  const Scene scene = ReadBackGox(NewScene());

  ASSERT_EQ(scene.layers.size(), 1u);
  EXPECT_EQ(scene.layers[0].name, "Layer.1");
  EXPECT_TRUE(scene.layers[0].volume.empty());
}

TEST(GoxWriter, VoxelsComeBackWithTheirAlphaWhereverTheyAre) {
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kFar = std::numeric_limits<std::int32_t>::max() - 31;
  Scene scene = NewScene();
  Volume& volume = scene.layers[0].volume;
  for (const Cell cell : {Cell{0, 0, 0}, Cell{-1, -17, 40}, Cell{kMin, 5, kMin},
                          Cell{kFar, kFar, kFar}}) {
    volume.Set(cell, kFaint);
    volume.Set({cell.x, cell.y + 1, cell.z}, kRed);
  }

  EXPECT_EQ(HashVolume(ReadBackGox(scene).layers[0].volume),
            HashVolume(volume));
}

TEST(GoxWriter, EqualTilesAreWrittenOnce) {
  Volume volume;
  for (const std::int32_t x : {0, 16, 160}) volume.Set({x, 0, 0}, kRed);
  volume.Set({1, 16, 0}, kRed);
  Scene scene;
  scene.layers = {LayerWith(1, volume), LayerWith(2, volume)};

  const std::string file = Written(scene, ExportFormat::kGox);

  EXPECT_EQ(CountChunks(file, "BL16"), 2u);
  const Scene back = ReadBack(file, SceneFormat::kGox);
  for (const Layer& layer : back.layers) {
    EXPECT_EQ(HashVolume(layer.volume), HashVolume(volume));
  }
}

// Goxel numbers blocks and materials as it comes to them.
TEST(GoxWriter, BlocksAndMaterialsComeBeforeTheLayersThatUseThem) {
  Scene scene = NewScene();
  scene.materials.resize(2);
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  Layer upper = scene.layers[0];
  upper.id = 2;
  upper.volume.Set({99, 0, 0}, kRed);
  scene.layers.push_back(upper);

  const std::string file = Written(scene, ExportFormat::kGox);

  const std::size_t first_layer = file.find("LAYR");
  EXPECT_LT(file.rfind("BL16"), first_layer);
  EXPECT_LT(file.rfind("MATE"), first_layer);
}

TEST(GoxWriter, LayerSettingsComeBack) {
  Scene scene;
  scene.materials.resize(3);
  for (const std::int32_t id : {7, 3, 9}) {
    Layer layer = LayerWith(id, {});
    layer.name = "L" + std::to_string(id);
    layer.visible = id != 3;
    layer.mode = id == 9 ? BlendMode::kReplace : BlendMode::kOver;
    layer.material = id == 7 ? -1 : id / 4;
    layer.matrix[12] = static_cast<float>(id);
    layer.volume.Set({id, 0, 0}, kRed);
    scene.layers.push_back(layer);
  }
  scene.active_layer = 3;

  const Scene back = ReadBackGox(scene);

  ASSERT_EQ(back.layers.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.layers[i].id, scene.layers[i].id);
    EXPECT_EQ(back.layers[i].name, scene.layers[i].name);
    EXPECT_EQ(back.layers[i].visible, scene.layers[i].visible);
    EXPECT_EQ(back.layers[i].mode, scene.layers[i].mode);
    EXPECT_EQ(back.layers[i].material, scene.layers[i].material);
    EXPECT_EQ(back.layers[i].matrix, scene.layers[i].matrix);
    EXPECT_EQ(HashVolume(back.layers[i].volume),
              HashVolume(scene.layers[i].volume));
  }
  EXPECT_EQ(back.active_layer, 3);
}

TEST(GoxWriter, CloneIsStoredAsItsBaseAndMatrix) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({1, 2, 3}, kRed);
  Layer& clone = scene.AddLayer("clone");
  clone.base_id = 1;
  clone.matrix = TranslationMatrix(100, 0, 0);
  ASSERT_TRUE(UpdateClones(scene).ok());

  const std::string file = Written(scene, ExportFormat::kGox);
  const Scene back = ReadBack(file, SceneFormat::kGox);

  EXPECT_EQ(CountChunks(file, "BL16"), 1u);
  ASSERT_EQ(back.layers.size(), 2u);
  EXPECT_EQ(back.layers[1].base_id, 1);
  EXPECT_EQ(back.layers[1].volume.Get({101, 2, 3}), kRed);
}

TEST(GoxWriter, CloneWithoutItsBaseKeepsItsVoxels) {
  Scene scene = NewScene();
  scene.layers[0].base_id = 44;
  scene.layers[0].volume.Set({1, 2, 3}, kRed);

  const Scene back = ReadBackGox(scene);

  EXPECT_EQ(back.layers[0].base_id, 0);
  EXPECT_EQ(back.layers[0].volume.Get({1, 2, 3}), kRed);
}

TEST(GoxWriter, MaterialsCamerasLightAndBoxComeBack) {
  Scene scene = NewScene();
  scene.materials = {{"gold", {1, 0.5f, 0, 1}, 0.9f, 0.1f, {0, 0, 0}},
                     {"lamp", {1, 1, 1, 0.5f}, 0, 1, {2, 3, 4}}};
  scene.cameras = {{"a", TranslationMatrix(1, 2, 3), 5, true, false},
                   {"b", TranslationMatrix(4, 5, 6), 7, false, true}};
  scene.light = StoredLight{0.1f, 0.2f, 3, 0.4f, 0.5f, true};
  scene.image_box = Box{{-7, 0, 3}, {8, 101, 4}};

  const Scene back = ReadBackGox(scene);

  EXPECT_EQ(back.materials, scene.materials);
  EXPECT_EQ(back.cameras, scene.cameras);
  EXPECT_EQ(back.light, scene.light);
  EXPECT_EQ(back.image_box, scene.image_box);
}

// Goxel reads values of at most 255 bytes into a buffer of 256.
TEST(GoxWriter, LongNamesAreCutBetweenCharacters) {
  Scene scene = NewScene();
  scene.layers[0].name = std::string(254, 'x') + "\xC3\xA9";  // An e acute.
  EXPECT_EQ(ReadBackGox(scene).layers[0].name, std::string(254, 'x'));

  scene.layers[0].name = std::string(253, 'x') + "\xC3\xA9";
  EXPECT_EQ(ReadBackGox(scene).layers[0].name, scene.layers[0].name);

  scene.layers[0].name = std::string("roof\0rest", 9);
  EXPECT_EQ(ReadBackGox(scene).layers[0].name, "roof");
}

TEST(GoxWriter, NoValueIsLongerThanGoxelReads) {
  Scene scene = NewScene();
  scene.layers[0].name = std::string(5000, 'x');
  scene.materials.push_back({.name = std::string(5000, 'y')});
  scene.cameras.push_back({.name = std::string(5000, 'z')});

  const std::string file = Written(scene, ExportFormat::kGox);

  EXPECT_THAT(file, Not(HasSubstr(std::string(256, 'x'))));
  EXPECT_THAT(file, Not(HasSubstr(std::string(256, 'y'))));
  EXPECT_THAT(file, Not(HasSubstr(std::string(256, 'z'))));
}

TEST(GoxWriter, MaterialsOfPaletteColoursAreALoss) {
  Scene scene = NewScene();
  scene.materials.resize(1);
  scene.palette.resize(256);
  EXPECT_TRUE(FindLosses(scene, ExportFormat::kGox).empty());

  scene.palette[9].material = 0;

  EXPECT_THAT(FindLosses(scene, ExportFormat::kGox),
              ElementsAre(HasSubstr("palette")));
}

TEST(GoxWriter, EqualScenesGiveEqualBytesHoweverTheyCameAbout) {
  std::vector<std::string> files;
  for (const int step : {1, -1}) {
    Scene scene = NewScene();
    for (int i = step > 0 ? 0 : 999; i >= 0 && i < 1000; i += step) {
      scene.layers[0].volume.Set({i * 7, -i * 3, i}, kRed);
    }
    files.push_back(Written(scene, ExportFormat::kGox));
  }

  EXPECT_EQ(files[0], files[1]);
}

TEST(GoxWriter, ErrorOfTheSinkEndsTheWriting) {
  Scene scene = NewScene();
  for (int i = 0; i < 40000; ++i) {
    scene.layers[0].volume.Set({i % 200 * 16, i / 200 * 16, i % 4096 / 256},
                               {static_cast<std::uint8_t>(i), 9, 9, 255});
  }
  int calls = 0;

  const Status status = WriteGox(scene, [&calls](std::string_view) {
    ++calls;
    return Status(StatusCode::kStorageFailed, "no room");
  });

  EXPECT_EQ(status.message(), "no room");
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace goxel
