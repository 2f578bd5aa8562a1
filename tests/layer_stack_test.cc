#include "renderer/scene/layer_stack.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/colors.h"

namespace goxel {
namespace {

constexpr Cell kCell = {1, 2, 3};

// Layers 1 to `count`, the last one active, each with a voxel of its own.
Scene MakeStack(int count) {
  Scene scene;
  for (int i = 1; i <= count; ++i) {
    scene.AddLayer("Layer").volume.Set({i, 0, 0}, kRed);
  }
  return scene;
}

std::vector<std::int32_t> IdsOf(const Scene& scene) {
  std::vector<std::int32_t> ids;
  for (const Layer& layer : scene.layers) ids.push_back(layer.id);
  return ids;
}

using Ids = std::vector<std::int32_t>;

TEST(LayerStack, ALayerThatIsNotThereIsNamedWithThoseThatAre) {
  Scene scene = MakeStack(2);

  const Status removed = RemoveLayer(scene, 7);

  EXPECT_EQ(removed.code(), StatusCode::kNotFound);
  EXPECT_EQ(removed.message(), "there is no layer 7; the layers are 1, 2");
  EXPECT_EQ(NoSuchLayer(MakeStack(20), 77).message(),
            "there is no layer 77; the layers are 1, 2, 3, 4, 5, 6, 7, 8, ...");
}

TEST(LayerStack, ChoicesFallBackToTheActiveLayerWhereTheySaySo) {
  const Scene scene = MakeStack(3);

  EXPECT_EQ(FindLayer(scene, 0)->id, 3);
  EXPECT_EQ(FindLayer(scene, 1)->id, 1);
  EXPECT_EQ(FindLayer(scene, 9), nullptr);
  EXPECT_EQ(FindLayer(scene, LayerChoice(9, true))->id, 3);
}

TEST(LayerStack, RemovingTheActiveLayerActivatesTheOneBelow) {
  Scene scene = MakeStack(3);
  scene.active_layer = 2;

  ASSERT_TRUE(RemoveLayer(scene, 2).ok());
  EXPECT_EQ(scene.active_layer, 1);
  ASSERT_TRUE(RemoveLayer(scene, 1).ok());
  EXPECT_EQ(scene.active_layer, 3);
}

TEST(LayerStack, RemovingTheLastLayerMakesAFreshOne) {
  Scene scene = MakeStack(1);

  ASSERT_TRUE(RemoveLayer(scene, 1).ok());

  EXPECT_EQ(IdsOf(scene), Ids{1});
  EXPECT_TRUE(scene.layers[0].volume.empty());
  EXPECT_EQ(scene.active_layer, 1);
}

TEST(LayerStack, MergingBlendsTheSourceOverTheTarget) {
  Scene scene = MakeStack(2);
  scene.layers[0].volume.Set(kCell, kBlue);
  scene.layers[1].volume.Set(kCell, kRed);

  // Whichever of them lies lower.
  Scene other_way = scene;
  ASSERT_TRUE(MergeLayer(scene, 2, 1).ok());
  ASSERT_TRUE(MergeLayer(other_way, 1, 2).ok());

  EXPECT_EQ(IdsOf(scene), Ids{1});
  EXPECT_EQ(scene.layers[0].volume.Get(kCell), kRed);
  EXPECT_EQ(scene.layers[0].volume.CountVoxels(), 3u);
  EXPECT_EQ(scene.active_layer, 1);
  EXPECT_EQ(IdsOf(other_way), Ids{2});
  EXPECT_EQ(other_way.layers[0].volume.Get(kCell), kBlue);
}

TEST(LayerStack, MergingHonoursTheModeOfTheSource) {
  Scene scene = MakeStack(2);
  scene.layers[0].volume.Set(kCell, kBlue);
  scene.layers[1].volume.Set(kCell, kRed);
  scene.layers[1].mode = BlendMode::kSubtract;

  ASSERT_TRUE(MergeLayer(scene, 2, 1).ok());

  EXPECT_EQ(scene.layers[0].volume.Get(kCell).a, 0);
  EXPECT_EQ(scene.layers[0].volume.CountVoxels(), 1u);
}

TEST(LayerStack, MergingTakesHiddenLayersToo) {
  Scene scene = MakeStack(2);
  scene.layers[0].visible = false;
  scene.layers[1].visible = false;

  ASSERT_TRUE(MergeLayer(scene, 2, 1).ok());

  EXPECT_EQ(scene.layers[0].volume.CountVoxels(), 2u);
  EXPECT_FALSE(scene.layers[0].visible);
}

TEST(LayerStack, MergingSeveralGivesThePictureOfThem) {
  Scene scene = MakeStack(4);
  scene.layers[1].mode = BlendMode::kReplace;
  scene.layers[3].mode = BlendMode::kPaint;
  scene.layers[3].volume.Set({2, 0, 0}, kBlue);
  const Hash128 seen = HashVolume(Composite(scene));

  EXPECT_EQ(MergeLayers(scene, Ids{4, 3, 1, 2}).value_or(0), 1);

  EXPECT_EQ(IdsOf(scene), Ids{1});
  EXPECT_EQ(HashVolume(Composite(scene)), seen);
}

TEST(LayerStack, MergingNeedsTwoLayers) {
  Scene scene = MakeStack(2);

  EXPECT_EQ(MergeLayer(scene, 1, 1).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(MergeLayer(scene, 1, 5).code(), StatusCode::kNotFound);
  EXPECT_EQ(MergeLayer(scene, 5, 1).code(), StatusCode::kNotFound);
  EXPECT_EQ(MergeLayers(scene, Ids{1, 1}).error().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(MergeLayers(scene, Ids{1, 9}).error().code(),
            StatusCode::kNotFound);
  EXPECT_EQ(IdsOf(scene), (Ids{1, 2}));
}

TEST(LayerStack, LayersMoveToAnyPlace) {
  Scene scene = MakeStack(4);

  ASSERT_TRUE(MoveLayer(scene, 1, 2).ok());
  EXPECT_EQ(IdsOf(scene), (Ids{2, 3, 1, 4}));
  ASSERT_TRUE(MoveLayer(scene, 4, 0).ok());
  EXPECT_EQ(IdsOf(scene), (Ids{4, 2, 3, 1}));
  EXPECT_EQ(MoveLayer(scene, 4, 4).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(IdsOf(scene), (Ids{4, 2, 3, 1}));
}

TEST(LayerStack, AnEditedCloneIsALayerOfItsOwn) {
  Scene scene = MakeStack(2);
  scene.layers[1].base_id = 1;

  const auto layer = LayerToEdit(scene, 2);

  ASSERT_TRUE(layer);
  EXPECT_EQ((*layer)->base_id, 0);
}

}  // namespace
}  // namespace goxel
