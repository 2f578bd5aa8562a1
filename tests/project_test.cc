#include "daemon/project.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "daemon/demo_scene.h"
#include "tests/colors.h"

namespace goxel {
namespace {

void AddVoxel(Project& project, Cell cell) {
  const VoxelChange voxel{cell, kRed};
  EXPECT_TRUE(project.SetVoxels(0, {&voxel, 1}).ok());
}

TEST(Project, ThereIsNoneBeforeTheFirstReplace) {
  Project project;

  EXPECT_FALSE(project.Describe());
  const Status refused = project.Edit([](Scene&) -> Status {
    ADD_FAILURE();
    return {};
  });
  EXPECT_EQ(refused.code(), StatusCode::kFailedPrecondition);
  EXPECT_FALSE(project.Read([](const Scene&) { FAIL(); }));
  EXPECT_TRUE(project.Snapshot()->view().scene.volume.empty());
}

TEST(Project, DescribesWhatItWasReplacedWith) {
  Project project;

  ASSERT_TRUE(project.Replace(NewScene(), "tower", {1, 2, 3}).ok());

  const auto described = project.Describe();
  ASSERT_TRUE(described);
  EXPECT_EQ(described->name, "tower");
  EXPECT_EQ(described->size, (ProjectSize{1, 2, 3}));
  EXPECT_EQ(described->layers, 1u);
}

TEST(Project, VoxelsOnlyWhereThereAreSomeOrNoneAtAll) {
  Project project;
  ASSERT_TRUE(project.Replace(NewScene(), "p", {}).ok());
  AddVoxel(project, {0, 0, 0});
  constexpr Color kBlue = {0, 0, 255, 255};
  const std::vector<VoxelChange> both = {{{0, 0, 0}, kBlue},
                                         {{1, 0, 0}, kBlue}};

  const Status refused = project.SetVoxels(0, both, VoxelTarget::kVoxelsOnly);
  const Status painted =
      project.SetVoxels(0, {both.data(), 1}, VoxelTarget::kVoxelsOnly);

  EXPECT_EQ(refused.code(), StatusCode::kNotFound);
  EXPECT_EQ(refused.message(), "there is no voxel at 1, 0, 0");
  EXPECT_TRUE(painted.ok());
  EXPECT_EQ(project.Copy()->layers[0].volume.Get({0, 0, 0}), kBlue);
  EXPECT_EQ(project.Describe()->undo_steps, 2u);
}

TEST(Project, AVoxelForACloneMakesItALayerOfItsOwn) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.AddLayer("clone").base_id = 1;
  ASSERT_TRUE(UpdateClones(scene).ok());
  Project project;
  ASSERT_TRUE(project.Replace(scene, "p", {}).ok());

  const VoxelChange voxel{{5, 0, 0}, kRed};
  ASSERT_TRUE(project.SetVoxels(2, {&voxel, 1}).ok());
  AddVoxel(project, {9, 0, 0});

  const Scene edited = *project.Copy();
  EXPECT_EQ(edited.layers[1].base_id, 0);
  EXPECT_EQ(edited.layers[1].volume.Get({0, 0, 0}), kRed);
  EXPECT_EQ(edited.layers[1].volume.Get({5, 0, 0}), kRed);
  EXPECT_EQ(edited.layers[0].volume.CountVoxels(), 1u);
}

TEST(Project, ASnapshotDoesNotSeeLaterEdits) {
  Project project;
  ASSERT_TRUE(project.Replace(NewScene(), "p", {}).ok());
  AddVoxel(project, {1, 1, 1});

  const auto before = project.Snapshot();
  AddVoxel(project, {2, 2, 2});

  EXPECT_EQ(before->view().scene.volume.CountVoxels(), 1u);
  EXPECT_EQ(project.Snapshot()->view().scene.volume.CountVoxels(), 2u);
  EXPECT_NE(before->view().scene.hash, project.Snapshot()->view().scene.hash);
}

TEST(Project, SnapshotsAreSharedUntilAnEdit) {
  Project project;
  ASSERT_TRUE(project.Replace(NewScene(), "p", {}).ok());
  const auto first = project.Snapshot();

  EXPECT_EQ(project.Snapshot(), first);
  AddVoxel(project, {0, 0, 0});
  EXPECT_NE(project.Snapshot(), first);
}

TEST(Project, ASnapshotNeverShowsHalfAnEdit) {
  Project project;
  ASSERT_TRUE(project.Replace(NewScene(), "p", {}).ok());
  constexpr int kEdits = 100;
  constexpr int kVoxels = 2000;  // Per edit, over many tiles: it takes a while.
  std::thread editor([&] {
    for (int i = 0; i < kEdits; ++i) {
      const Status edited = project.Edit([&](Scene& scene) -> Status {
        Volume& volume = scene.layers.front().volume;
        for (int z = 0; z < kVoxels; ++z) volume.Set({i, 0, z}, kRed);
        return {};
      });
      EXPECT_TRUE(edited.ok());
    }
  });
  std::uint64_t voxels = 0;
  while (voxels < kEdits * kVoxels) {
    voxels = project.Snapshot()->view().scene.volume.CountVoxels();
    EXPECT_EQ(voxels % kVoxels, 0u);
  }
  editor.join();
}

TEST(Project, ShowsTheHashOfTheCurrentSceneAndForgetsItWithEachEdit) {
  std::vector<Hash128> shown;
  Project project({}, [&](const Hash128& hash) { shown.push_back(hash); });
  ASSERT_TRUE(project.Replace(NewScene(), "scene", {}).ok());
  const auto old = project.Snapshot();
  old->view();
  shown.clear();

  project.ShowHashOf(*old);
  AddVoxel(project, {1, 2, 3});
  // An edit came between: nobody may take this for the current scene.
  project.ShowHashOf(*old);
  const auto current = project.Snapshot();
  project.ShowHashOf(*old);
  project.ShowHashOf(*current);

  ASSERT_EQ(shown.size(), 3u);
  EXPECT_EQ(shown[0], old->view().scene.hash);
  EXPECT_EQ(shown[1], Hash128{});
  EXPECT_EQ(shown[2], current->view().scene.hash);
  EXPECT_FALSE(shown[0] == shown[2]);
}

TEST(DemoScene, IsOfTheSizeItPromisesAndAlwaysTheSame) {
  const Volume volume = Composite(MakeDemoScene());

  EXPECT_GE(volume.CountVoxels(), 100'000u);
  EXPECT_LE(volume.CountVoxels(), 200'000u);
  EXPECT_EQ(HashVolume(volume), HashVolume(Composite(MakeDemoScene())));
}

}  // namespace
}  // namespace goxel
