#include "daemon/edit_history.h"

#include <gtest/gtest.h>

#include "daemon/project.h"
#include "tests/colors.h"

namespace goxel {
namespace {

constexpr Cell kCell = {1, 2, 3};

class EditHistoryTest : public testing::Test {
 protected:
  EditHistoryTest() { EXPECT_TRUE(project_.Replace(NewScene(), "p", {}).ok()); }

  void Set(Cell cell, Color color) {
    const VoxelChange voxel{cell, color};
    ASSERT_TRUE(project_.SetVoxels(0, {&voxel, 1}).ok());
  }

  Color At(Cell cell) {
    Color color;
    project_.Read([&](const Scene& scene) {
      color = scene.ActiveLayer()->volume.Get(cell);
    });
    return color;
  }

  std::size_t Steps() { return project_.Describe()->undo_steps; }

  Project project_{
      {.max_voxels = 5000, .history = {.max_steps = 3, .max_bytes = 1 << 20}}};
};

TEST_F(EditHistoryTest, UndoAndRedoGoThroughVoxelsAndScenes) {
  Set(kCell, kRed);
  ASSERT_TRUE(project_
                  .Edit([](Scene& scene) -> Status {
                    scene.AddLayer("second").volume.Set(kCell, kBlue);
                    return {};
                  })
                  .ok());
  EXPECT_EQ(At(kCell), kBlue);

  EXPECT_TRUE(project_.Undo().ok());
  EXPECT_EQ(At(kCell), kRed);
  EXPECT_EQ(project_.Describe()->layers, 1u);
  EXPECT_TRUE(project_.Undo().ok());
  EXPECT_EQ(At(kCell), Color{});
  EXPECT_EQ(project_.Undo().code(), StatusCode::kFailedPrecondition);

  EXPECT_TRUE(project_.Redo().ok());
  EXPECT_EQ(At(kCell), kRed);
  EXPECT_TRUE(project_.Redo().ok());
  EXPECT_EQ(At(kCell), kBlue);
  EXPECT_EQ(project_.Redo().code(), StatusCode::kFailedPrecondition);
}

TEST_F(EditHistoryTest, OneRequestThatWritesACellTwiceIsUndoneAndRedone) {
  const VoxelChange voxels[] = {{kCell, kRed}, {kCell, kBlue}};
  ASSERT_TRUE(project_.SetVoxels(0, voxels).ok());

  ASSERT_TRUE(project_.Undo().ok());
  EXPECT_EQ(At(kCell), Color{});
  ASSERT_TRUE(project_.Redo().ok());
  EXPECT_EQ(At(kCell), kBlue);
  ASSERT_TRUE(project_.Undo().ok());
  EXPECT_EQ(At(kCell), Color{});
}

TEST_F(EditHistoryTest, AnEditForgetsWhatWasUndone) {
  Set(kCell, kRed);
  ASSERT_TRUE(project_.Undo().ok());
  Set({0, 0, 0}, kBlue);

  EXPECT_FALSE(project_.Redo().ok());
}

TEST_F(EditHistoryTest, WhatChangesNothingIsNoStep) {
  Set(kCell, kRed);
  Set(kCell, kRed);
  Set({9, 9, 9}, Color{});
  ASSERT_TRUE(project_.Edit([](Scene&) -> Status { return {}; }).ok());

  EXPECT_EQ(Steps(), 1u);
}

TEST_F(EditHistoryTest, TheOldestStepsGoWhenThereAreTooMany) {
  for (int i = 0; i < 5; ++i) Set({i, 0, 0}, kRed);

  EXPECT_EQ(Steps(), 3u);
}

TEST_F(EditHistoryTest, StepsGoWhenTheyHoldTooMuchMemory) {
  // Each edit replaces about 40 tiles of 16 KiB: two do not fit into 1 MiB.
  const auto repaint = [&](Color color) {
    return project_.Edit([&](Scene& scene) -> Status {
      for (int i = 0; i < 40; ++i) {
        scene.ActiveLayer().volume.Set({16 * i, 0, 0}, color);
      }
      return {};
    });
  };
  ASSERT_TRUE(repaint(kRed).ok());
  ASSERT_TRUE(repaint(kBlue).ok());
  ASSERT_TRUE(repaint(kRed).ok());

  EXPECT_EQ(Steps(), 1u);
}

TEST_F(EditHistoryTest, AnEditThatFailsChangesNothing) {
  Set(kCell, kRed);

  const Status failed = project_.Edit([](Scene& scene) {
    scene.ActiveLayer().volume.Set(kCell, kBlue);
    return Status(StatusCode::kInvalidArgument, "no");
  });

  EXPECT_EQ(failed.message(), "no");
  EXPECT_EQ(At(kCell), kRed);
  EXPECT_EQ(Steps(), 1u);
}

TEST_F(EditHistoryTest, AProjectOverItsLimitOfVoxelsStaysAsItWas) {
  std::vector<VoxelChange> many;
  for (int i = 0; i < 5001; ++i) many.push_back({{i, 0, 0}, kRed});

  EXPECT_EQ(project_.SetVoxels(0, many).code(), StatusCode::kTooLarge);
  EXPECT_EQ(project_.Describe()->voxels, 0u);
  many.pop_back();
  EXPECT_TRUE(project_.SetVoxels(0, many).ok());
  // Full, but what is there may be painted.
  Set({7, 0, 0}, kBlue);
  EXPECT_EQ(project_.Describe()->voxels, 5000u);
}

TEST(ProjectTiles, FarVoxelsAreRefusedBeforeTheyTakeTheMemory) {
  Project project({.max_tiles = 100, .history = {}});
  ASSERT_TRUE(project.Replace(NewScene(), "p", {}).ok());
  std::vector<VoxelChange> far;
  for (int i = 0; i < 200'000; ++i) far.push_back({{16 * i, 0, 0}, kRed});

  const Status refused = project.SetVoxels({}, far);

  EXPECT_EQ(refused.code(), StatusCode::kTooLarge);
  // Found out after the first of many pieces.
  EXPECT_EQ(refused.message(),
            "the project would have 1024 tiles of 16^3; the limit is 100");
  EXPECT_EQ(project.Describe()->voxels, 0u);
  EXPECT_TRUE(project.SetVoxels({}, std::span(far).first(100)).ok());
  EXPECT_EQ(project.SetVoxels({}, std::span(far).first(101)).code(),
            StatusCode::kTooLarge);
}

TEST_F(EditHistoryTest, ClonesFollowTheirBase) {
  ASSERT_TRUE(project_
                  .Edit([](Scene& scene) -> Status {
                    Layer& clone = scene.AddLayer("clone");
                    clone.base_id = 1;
                    clone.matrix[12] = 10;
                    scene.active_layer = 1;
                    return {};
                  })
                  .ok());
  Set(kCell, kRed);

  project_.Read([&](const Scene& scene) {
    EXPECT_EQ(scene.layers.back().volume.Get({11, 2, 3}), kRed);
  });
}

}  // namespace
}  // namespace goxel
