#include "renderer/scene/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/colors.h"

namespace goxel {
namespace {

using testing::ElementsAre;

constexpr Color kEmpty = {};

std::vector<std::string> Names(const Scene& scene) {
  std::vector<std::string> names;
  for (const Layer& layer : scene.layers) names.push_back(layer.name);
  return names;
}

// Two editors, `changed` and `target`, who started from the same three layers.
class MergeTest : public testing::Test {
 protected:
  MergeTest() {
    for (const char* name : {"low", "middle", "high"}) {
      base_.AddLayer(name).volume.Set({0, 0, 0}, kRed);
    }
    base_.active_layer = 1;
    changed_ = base_;
    target_ = base_;
  }

  void Merge() { MergeScene(base_, changed_, target_); }

  Scene base_;
  Scene changed_;
  Scene target_;
};

TEST_F(MergeTest, VoxelsOfBothEditorsOfOneTileAreThere) {
  changed_.layers[0].volume.Set({1, 0, 0}, kGreen);
  target_.layers[0].volume.Set({2, 0, 0}, kBlue);

  Merge();

  const Volume& merged = target_.layers[0].volume;
  EXPECT_EQ(merged.Get({0, 0, 0}), kRed);
  EXPECT_EQ(merged.Get({1, 0, 0}), kGreen);
  EXPECT_EQ(merged.Get({2, 0, 0}), kBlue);
}

TEST_F(MergeTest, TheChangeWinsWhereBothEdited) {
  changed_.layers[0].volume.Set({0, 0, 0}, kGreen);
  target_.layers[0].volume.Set({0, 0, 0}, kBlue);

  Merge();

  EXPECT_EQ(target_.layers[0].volume.Get({0, 0, 0}), kGreen);
}

TEST_F(MergeTest, WhatWasNotChangedDoesNotComeBack) {
  changed_.layers[0].volume.Set({1, 0, 0}, kGreen);
  target_.layers[0].volume.Set({0, 0, 0}, kEmpty);

  Merge();

  EXPECT_EQ(target_.layers[0].volume.Get({0, 0, 0}), kEmpty);
  EXPECT_EQ(target_.layers[0].volume.CountVoxels(), 1u);
}

TEST_F(MergeTest, RemovedVoxelsAreGoneAlsoWithTheWholeTile) {
  changed_.layers[0].volume.Set({0, 0, 0}, kEmpty);
  target_.layers[0].volume.Set({100, -100, 5}, kBlue);
  changed_.layers[1].volume.Set({0, 0, 0}, kEmpty);
  target_.layers[1].volume.Set({3, 0, 0}, kBlue);

  Merge();

  EXPECT_EQ(target_.layers[0].volume.Get({0, 0, 0}), kEmpty);
  EXPECT_EQ(target_.layers[0].volume.Get({100, -100, 5}), kBlue);
  EXPECT_EQ(target_.layers[1].volume.Get({0, 0, 0}), kEmpty);
  EXPECT_EQ(target_.layers[1].volume.Get({3, 0, 0}), kBlue);
}

TEST_F(MergeTest, CellsOnEverySideOfTheOriginAreMerged) {
  const std::vector<Cell> cells = {
      {-1, -2, -3}, {15, 16, 17}, {-16, 15, -17}, {2147483647, 0, -2147483648}};
  for (const Cell& cell : cells) {
    base_.layers[0].volume.Set(cell, kRed);
    changed_.layers[0].volume.Set(cell, kGreen);
    // Another voxel of the same tile, so that none is taken whole.
    target_.layers[0].volume.Set({cell.x ^ 1, cell.y, cell.z}, kBlue);
  }

  Merge();

  for (const Cell& cell : cells) {
    EXPECT_EQ(target_.layers[0].volume.Get(cell), kGreen) << cell.x;
    EXPECT_EQ(target_.layers[0].volume.Get({cell.x ^ 1, cell.y, cell.z}), kBlue)
        << cell.x;
  }
}

TEST_F(MergeTest, AVolumeThatNobodyElseTouchedIsSharedAndNotCopied) {
  changed_.layers[0].volume.Set({1, 0, 0}, kGreen);

  Merge();

  EXPECT_TRUE(
      target_.layers[0].volume.SharesAllWith(changed_.layers[0].volume));
  EXPECT_TRUE(target_.layers[1].volume.SharesAllWith(base_.layers[1].volume));
}

TEST_F(MergeTest, ATileThatNobodyElseTouchedIsSharedAndNotCopied) {
  changed_.layers[0].volume.Set({1, 0, 0}, kGreen);
  target_.layers[0].volume.Set({100, 0, 0}, kBlue);

  Merge();

  EXPECT_EQ(target_.layers[0].volume.FindTile({0, 0, 0}),
            changed_.layers[0].volume.FindTile({0, 0, 0}));
}

TEST_F(MergeTest, PartsOfALayerAreMergedOneByOne) {
  changed_.layers[1].name = "renamed";
  changed_.layers[1].mode = BlendMode::kMax;
  target_.layers[1].visible = false;
  target_.layers[1].mode = BlendMode::kPaint;

  Merge();

  EXPECT_EQ(target_.layers[1].name, "renamed");
  EXPECT_EQ(target_.layers[1].mode, BlendMode::kMax);
  EXPECT_FALSE(target_.layers[1].visible);
}

TEST_F(MergeTest, AnAddedLayerComesAboveTheOneThatItIsAbove) {
  Layer added;
  added.id = 9;
  added.name = "added";
  changed_.layers.insert(changed_.layers.begin() + 1, added);
  target_.layers[1].name = "still the middle";

  Merge();

  EXPECT_THAT(Names(target_),
              ElementsAre("low", "added", "still the middle", "high"));
  EXPECT_EQ(target_.layers[1].id, 9);
}

TEST_F(MergeTest, LayersThatBothAddedAreKeptUnderTheirOwnIds) {
  changed_.AddLayer("by the change").volume.Set({5, 5, 5}, kGreen);
  target_.AddLayer("by another").volume.Set({6, 6, 6}, kBlue);
  ASSERT_EQ(changed_.layers.back().id, target_.layers.back().id);

  Merge();

  ASSERT_EQ(target_.layers.size(), 5u);
  EXPECT_EQ(target_.FindLayer(4)->name, "by another");
  EXPECT_EQ(target_.FindLayer(4)->volume.CountVoxels(), 1u);
  EXPECT_EQ(target_.FindLayer(5)->name, "by the change");
  EXPECT_EQ(target_.FindLayer(5)->volume.Get({5, 5, 5}), kGreen);
  EXPECT_EQ(target_.active_layer, 5);
}

TEST_F(MergeTest, ARemovedLayerGoesAndALostOneStaysLost) {
  std::erase_if(changed_.layers, [](const Layer& l) { return l.id == 1; });
  changed_.layers.back().volume.Set({1, 1, 1}, kGreen);
  std::erase_if(target_.layers, [](const Layer& l) { return l.id == 3; });

  Merge();

  EXPECT_THAT(Names(target_), ElementsAre("middle"));
}

TEST_F(MergeTest, LayersTakeTheOrderTheyWerePutInto) {
  std::swap(changed_.layers[0], changed_.layers[2]);
  target_.AddLayer("top").volume.Set({7, 7, 7}, kBlue);

  Merge();

  EXPECT_THAT(Names(target_), ElementsAre("high", "middle", "low", "top"));
}

TEST_F(MergeTest, TheActiveLayerIsWhoeverChangedIts) {
  target_.active_layer = 3;
  Merge();
  EXPECT_EQ(target_.active_layer, 3);

  changed_.active_layer = 2;
  Merge();
  EXPECT_EQ(target_.active_layer, 2);
}

TEST_F(MergeTest, WithoutAChangeNothingChanges) {
  target_.layers[0].volume.Set({1, 0, 0}, kBlue);
  const Scene before = target_;

  Merge();

  EXPECT_TRUE(IsUnchanged(before, target_));
}

}  // namespace
}  // namespace goxel
