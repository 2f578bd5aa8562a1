// Objects of a layer: what .vox files place, told apart after it was read.

#include "renderer/scene/layer_objects.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "renderer/formats/scene_file.h"
#include "renderer/formats/vox_format.h"
#include "renderer/scene/layer_stack.h"
#include "renderer/scene/merge.h"
#include "tests/voxel_file_writer.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

// Two voxels along X, a hut and a nameless thing: the first from 0 to 1, the
// second from 1 to 2, so that both fill the cell 1.
constexpr Cell kHutOnly = {0, 0, 0};
constexpr Cell kSharedCell = {1, 0, 0};
constexpr Cell kThingOnly = {2, 0, 0};
constexpr Color kPaint = {1, 2, 3, 255};

std::string TwoThings(int version, const TextPairs& of_second = {}) {
  return VoxFileOf(
      version,
      {ModelOf({2, 1, 1}, {{0, 0, 0, 5}, {1, 0, 0, 5}}), GroupOf(0, {1, 3}),
       TransformOf(1, 2, {{"_t", "1 0 0"}}, {{"_name", "hut"}}), ShapeOf(2, 0),
       TransformOf(3, 4, {{"_t", "2 0 0"}}, of_second), ShapeOf(4, 0)});
}

Scene SceneOfThings(int version = 150, const TextPairs& of_second = {}) {
  auto scene = ReadVox(AsBytes(TwoThings(version, of_second)), {});
  EXPECT_TRUE(scene) << scene.error().message();
  return scene ? *std::move(scene) : NewScene();
}

// The name of the object that a cell of the lowest layer is of.
std::string OwnerName(const Scene& scene, Cell cell) {
  const LayerObjects& objects = *scene.layers[0].objects;
  const OwnerIndex owner = objects.OwnerOf(cell);
  return owner == LayerObjects::kNobody ? "nobody"
                                        : objects.objects()[owner].name;
}

TEST(LayerObjects, InstancesAreObjectsInTheOrderOfTheGraph) {
  const Scene scene = SceneOfThings(150, {{"_name", "thing"}});

  ASSERT_EQ(scene.layers.size(), 1u);
  ASSERT_NE(scene.layers[0].objects, nullptr);
  const std::vector<SceneObject> expected = {{2, "hut"}, {3, "thing"}};
  EXPECT_EQ(scene.layers[0].objects->objects(), expected);
  EXPECT_EQ(OwnerName(scene, kHutOnly), "hut");
  EXPECT_EQ(OwnerName(scene, kThingOnly), "thing");
}

TEST(LayerObjects, ASharedCellIsOfTheInstanceThatItShows) {
  EXPECT_EQ(OwnerName(SceneOfThings(150), kSharedCell), "");
  EXPECT_EQ(OwnerName(SceneOfThings(200), kSharedCell), "hut");
}

TEST(LayerObjects, VersionsNumberInstancesAlike) {
  EXPECT_EQ(SceneOfThings(150).layers[0].objects->objects(),
            SceneOfThings(200).layers[0].objects->objects());
}

TEST(LayerObjects, AnInstanceAloneIsItsLayer) {
  const Scene scene = SceneOfThings(150, {{"_hidden", "1"}});

  EXPECT_EQ(scene.layers[0].objects, nullptr);
  EXPECT_EQ(scene.layers[0].name, "hut");
}

TEST(LayerObjects, WhatIsDrawnInAnObjectIsTheObjects) {
  Scene scene = SceneOfThings();

  scene.layers[0].volume.Set(kHutOnly, kPaint);
  scene.layers[0].volume.Set({0, 0, 1}, kPaint);
  scene.layers[0].volume.Set({200, 0, 0}, kPaint);

  EXPECT_EQ(OwnerName(scene, kHutOnly), "hut");
  EXPECT_EQ(OwnerName(scene, {0, 0, 1}), "nobody") << "beside it, in its tile";
  EXPECT_EQ(OwnerName(scene, {200, 0, 0}), "nobody");
}

TEST(LayerObjects, NamesAreFoundByTheIdsOfLayersAndObjects) {
  const Scene scene = SceneOfThings();

  EXPECT_EQ(scene.ObjectName(1), "MagicaVoxel");
  EXPECT_EQ(scene.ObjectName(2), "hut");
  EXPECT_EQ(scene.ObjectName(3), "");
  EXPECT_EQ(scene.ObjectName(77), "");
}

TEST(LayerObjects, ALayerGetsNoIdOfAnObject) {
  Scene scene = SceneOfThings();

  EXPECT_EQ(scene.AddLayer("above").id, 4);
}

TEST(LayerObjects, AChangeOfObjectsIsAChangeOfTheScene) {
  const Scene scene = SceneOfThings();
  Scene other = scene;
  EXPECT_TRUE(IsUnchanged(scene, other));

  other.layers[0].objects = nullptr;

  EXPECT_FALSE(IsUnchanged(scene, other));
}

TEST(LayerObjects, ADraftThatDropsThemDropsThemInTheScene) {
  const Scene base = SceneOfThings();
  Scene changed = base;
  changed.layers[0].objects = nullptr;
  Scene target = base;
  target.layers[0].name = "renamed meanwhile";

  MergeScene(base, changed, target);

  EXPECT_EQ(target.layers[0].objects, nullptr);
  EXPECT_EQ(target.layers[0].name, "renamed meanwhile");
}

TEST(LayerObjects, HashTellsApartWhoseAVoxelIs) {
  const Hash128 hash = SceneOfThings(150).layers[0].objects->Hash();

  EXPECT_EQ(SceneOfThings(150).layers[0].objects->Hash(), hash);
  EXPECT_NE(SceneOfThings(200).layers[0].objects->Hash(), hash);
  EXPECT_EQ(SceneOfThings(150, {{"_name", "x"}}).layers[0].objects->Hash(),
            hash)
      << "names are not shown";
}

// A plain layer above, which covers the hut's own cell and one of no object.
TEST(LayerObjects, AMergedLayerKeepsTheObjectsThatStillShow) {
  Scene scene = SceneOfThings();
  Layer& above = scene.AddLayer("above");
  above.volume.Set(kHutOnly, kPaint);
  above.volume.Set({0, 0, 9}, kPaint);

  ASSERT_TRUE(MergeLayer(scene, above.id, 1).ok());

  EXPECT_EQ(OwnerName(scene, kHutOnly), "nobody");
  EXPECT_EQ(OwnerName(scene, {0, 0, 9}), "nobody");
  EXPECT_EQ(OwnerName(scene, kThingOnly), "");
}

TEST(LayerObjects, AMergedLayerTakesOverTheObjectsOfTheOther) {
  Scene scene = SceneOfThings();
  Layer below = scene.layers[0];
  scene.layers[0].id = 10;
  below.objects = nullptr;
  below.volume = {};
  below.volume.Set({5, 0, 0}, kPaint);
  scene.layers.insert(scene.layers.begin(), below);

  ASSERT_TRUE(MergeLayer(scene, 10, 1).ok());

  EXPECT_EQ(OwnerName(scene, kHutOnly), "hut");
  EXPECT_EQ(OwnerName(scene, kThingOnly), "");
  EXPECT_EQ(OwnerName(scene, {5, 0, 0}), "nobody");
}

TEST(LayerObjects, ObjectsOfBothLayersAreKeptApart) {
  Scene scene = SceneOfThings();
  const Scene other = SceneOfThings(200);
  Layer above = other.layers[0];
  above.id = 10;
  above.objects = std::make_shared<const LayerObjects>(
      std::vector<SceneObject>{{11, "tree"}}, above.volume,
      TileOwnersTable{{{0, 0, 0}, {}}});
  above.volume.Set(kThingOnly, {});
  scene.layers.push_back(above);

  ASSERT_TRUE(MergeLayer(scene, 10, 1).ok());

  EXPECT_EQ(OwnerName(scene, kHutOnly), "tree");
  EXPECT_EQ(OwnerName(scene, kThingOnly), "");
  EXPECT_EQ(scene.ObjectName(11), "tree");
}

TEST(LayerObjects, ComeBackFromAGoxFile) {
  Scene scene = SceneOfThings();
  scene.AddLayer("above").volume.Set({0, 0, 0}, kPaint);
  for (const Cell cell : {kSharedCell, Cell{0, 0, 1}, Cell{100, 0, 0}}) {
    scene.layers[0].volume.Set(cell, kPaint);
  }

  const Scene again =
      ReadBack(Written(scene, ExportFormat::kGox), SceneFormat::kGox);

  ASSERT_NE(again.layers[0].objects, nullptr);
  EXPECT_EQ(again.layers[1].objects, nullptr);
  EXPECT_EQ(again.layers[0].objects->objects(),
            scene.layers[0].objects->objects());
  for (const Cell cell :
       {kHutOnly, kSharedCell, kThingOnly, Cell{0, 0, 1}, Cell{100, 0, 0}}) {
    EXPECT_EQ(OwnerName(again, cell), OwnerName(scene, cell)) << cell.x;
  }
}

// A .gox file of one layer with one full block at 0, 0, 0, and an OBJS chunk.
Result<Scene> ReadWithObjects(const std::string& objects) {
  const std::string file =
      GoxFileOf(2, {BlockOf(kPaint), LayerOf({{0, 0, 0, 0}}, {{"id", Int(1)}}),
                    GoxChunk("OBJS", objects)});
  return ReadScene(AsBytes(file), SceneFormat::kGox, {.max_tiles = 4});
}

// The only object of layer 1, with the tiles that follow.
std::string OneObject(int id) {
  return Int(1) + Int(1) + Int(id) + Text("tree");
}
const std::string kFirstTile = Int(0) + Int(0) + Int(0);

TEST(LayerObjects, AChunkOfThemIsReadByTheLetter) {
  const auto scene = ReadWithObjects(OneObject(9) + kFirstTile + Int(0));

  ASSERT_TRUE(scene) << scene.error().message();
  EXPECT_EQ(OwnerName(*scene, {3, 3, 3}), "tree");
  EXPECT_EQ(scene->ObjectName(9), "tree");
}

TEST(LayerObjects, IdsThatAreTakenMakeNoObjects) {
  for (const std::string& objects :
       {OneObject(1), OneObject(0), Int(7) + Int(0),
        Int(1) + Int(2) + Int(5) + Text("") + Int(5) + Text("")}) {
    const auto scene = ReadWithObjects(objects);
    ASSERT_TRUE(scene) << scene.error().message();
    EXPECT_EQ(scene->layers[0].objects, nullptr);
  }
}

TEST(LayerObjects, DamagedChunksAreRefused) {
  const auto code = [](const std::string& objects) {
    const auto scene = ReadWithObjects(objects);
    return scene ? StatusCode::kOk : scene.error().code();
  };
  std::string many = OneObject(9);
  for (int x = 0; x < 5; ++x) many += Int(x) + Int(0) + Int(0) + Int(0);

  EXPECT_EQ(code(OneObject(9) + kFirstTile + Int(1)), StatusCode::kDataLoss);
  EXPECT_EQ(code(OneObject(9) + kFirstTile + Int(-2)), StatusCode::kDataLoss);
  EXPECT_EQ(code(OneObject(9) + kFirstTile), StatusCode::kDataLoss);
  EXPECT_EQ(code(OneObject(9) + kFirstTile + Int(-1) + Text("no block")),
            StatusCode::kDataLoss);
  EXPECT_EQ(code(Int(1) + Int(65536)), StatusCode::kDataLoss);
  EXPECT_EQ(code(Int(1) + Int(-1)), StatusCode::kDataLoss);
  EXPECT_EQ(code(many), StatusCode::kTooLarge);
}

std::optional<Scene> RealScene(const std::string& name) {
  const auto path = std::filesystem::path(GOXEL_DATA_DIR) / name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  auto scene = LoadScene(path);
  EXPECT_TRUE(scene) << scene.error().message();
  return scene ? std::optional(*std::move(scene)) : std::nullopt;
}

// How many voxels are whose.
std::map<OwnerIndex, std::uint64_t> CountByOwner(const Layer& layer) {
  std::map<OwnerIndex, std::uint64_t> counts;
  for (const auto& [coord, tile] : layer.volume.tiles()) {
    const VoxelOwners owners = layer.objects->OwnersOf(coord);
    for (std::size_t i = 0; i < owners.size(); ++i) {
      if (tile->voxels[i].a != 0) ++counts[owners[i]];
    }
  }
  return counts;
}

TEST(LayerObjects, OfARealSceneComeBackFromAGoxFile) {
  const auto scene = RealScene("ogt_multi_model.vox");
  if (!scene) GTEST_SKIP() << "ogt_multi_model.vox is absent";

  const Scene again =
      ReadBack(Written(*scene, ExportFormat::kGox), SceneFormat::kGox);

  ASSERT_NE(again.layers[0].objects, nullptr);
  EXPECT_EQ(CountByOwner(again.layers[0]), CountByOwner(scene->layers[0]));
}

TEST(LayerObjects, EveryVoxelOfARealSceneHasItsInstance) {
  const auto scene = RealScene("bevy_study.vox");
  if (!scene) GTEST_SKIP() << "bevy_study.vox is absent";
  const Layer& layer = scene->layers[0];

  // 54 instances, of which one is hidden, and 751,164 voxels in 784,171 cells
  // that they fill.
  ASSERT_NE(layer.objects, nullptr);
  EXPECT_EQ(layer.objects->objects().size(), 53u);
  const auto counts = CountByOwner(layer);
  EXPECT_FALSE(counts.contains(LayerObjects::kNobody));
  std::uint64_t all = 0;
  for (const auto& [owner, voxels] : counts) all += voxels;
  EXPECT_EQ(all, 751'164u);
}

// Where no instance overlaps another, each has all voxels of its model.
TEST(LayerObjects, InstancesThatDoNotOverlapAreWhole) {
  const auto scene = RealScene("dotvox_axes.vox");
  if (!scene) GTEST_SKIP() << "dotvox_axes.vox is absent";
  std::map<std::uint64_t, int> instances;
  for (const auto& [owner, voxels] : CountByOwner(scene->layers[0])) {
    ++instances[voxels];
  }

  // Its ten instances are of models of 920, 1640, 1480 and 332 voxels.
  int all = 0;
  std::uint64_t voxels = 0;
  for (const auto& [size, count] : instances) {
    EXPECT_TRUE(size == 920 || size == 1640 || size == 1480 || size == 332)
        << size;
    all += count;
    voxels += size * static_cast<std::uint64_t>(count);
  }
  EXPECT_EQ(all, 10);
  EXPECT_EQ(voxels, 12'452u);
}

}  // namespace
}  // namespace goxel
