#include "daemon/project_draft.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/colors.h"

namespace goxel {
namespace {

void Set(Project& project, Cell cell, Color color = kRed) {
  const VoxelChange change = {cell, color};
  ASSERT_TRUE(project.SetVoxels(0, {&change, 1}).ok());
}

Color At(const Project& project, Cell cell) {
  Color color;
  project.Read([&](const Scene& scene) {
    color = scene.ActiveLayer()->volume.Get(cell);
  });
  return color;
}

class ProjectDraftTest : public testing::Test {
 protected:
  ProjectDraftTest() {
    EXPECT_TRUE(project_->Replace(NewScene(), "drawn", {8, 8, 8}).ok());
  }

  const std::shared_ptr<Project> project_ = std::make_shared<Project>();
};

TEST_F(ProjectDraftTest, IsInvisibleUntilItIsCommitted) {
  ProjectDraft draft(project_, {});
  EXPECT_FALSE(draft.IsChanged());

  Set(*draft.copy(), {1, 2, 3});

  EXPECT_TRUE(draft.IsChanged());
  EXPECT_EQ(At(*project_, {1, 2, 3}), Color{});
  ASSERT_TRUE(draft.Commit().ok());
  EXPECT_EQ(At(*project_, {1, 2, 3}), kRed);
}

TEST_F(ProjectDraftTest, ManyEditsAreOneStepOfTheOriginal) {
  ProjectDraft draft(project_, {});
  for (int x = 0; x < 10; ++x) Set(*draft.copy(), {x, 0, 0});

  ASSERT_TRUE(draft.Commit().ok());

  EXPECT_EQ(project_->Describe()->undo_steps, 1u);
  ASSERT_TRUE(project_->Undo().ok());
  EXPECT_EQ(project_->Describe()->voxels, 0u);
}

TEST_F(ProjectDraftTest, EditsOfOthersMeanwhileStay) {
  ProjectDraft draft(project_, {});
  Set(*draft.copy(), {1, 0, 0});
  Set(*project_, {2, 0, 0});

  ASSERT_TRUE(draft.Commit().ok());

  EXPECT_EQ(project_->Describe()->voxels, 2u);
}

TEST_F(ProjectDraftTest, IsRefusedWhereTheOriginalWasReplaced) {
  ProjectDraft draft(project_, {});
  Set(*draft.copy(), {1, 0, 0});
  ASSERT_TRUE(project_->Replace(NewScene(), "another", {8, 8, 8}).ok());

  EXPECT_EQ(draft.Commit().code(), StatusCode::kFailedPrecondition);

  EXPECT_EQ(project_->Describe()->voxels, 0u);
}

TEST_F(ProjectDraftTest, AReplacedCopyReplacesTheOriginal) {
  ProjectDraft draft(project_, {});
  ASSERT_TRUE(draft.copy()->Replace(NewScene(), "new", {1, 2, 3}).ok());
  EXPECT_TRUE(draft.IsChanged());

  ASSERT_TRUE(draft.Commit().ok());

  EXPECT_EQ(project_->Describe()->name, "new");
  EXPECT_EQ(project_->Describe()->size, (ProjectSize{1, 2, 3}));
}

TEST_F(ProjectDraftTest, AProjectWithoutASceneCanBeGivenOne) {
  const auto empty = std::make_shared<Project>();
  ProjectDraft draft(empty, {});
  EXPECT_FALSE(draft.copy()->Describe());
  EXPECT_FALSE(draft.IsChanged());
  ASSERT_TRUE(draft.copy()->Replace(NewScene(), "made", {8, 8, 8}).ok());

  ASSERT_TRUE(draft.Commit().ok());

  EXPECT_EQ(empty->Describe()->name, "made");
}

TEST_F(ProjectDraftTest, OneThatWouldBeOverALimitChangesNothing) {
  constexpr ProjectLimits kThreeVoxels = {.max_voxels = 3, .history = {}};
  const auto small = std::make_shared<Project>(kThreeVoxels);
  ASSERT_TRUE(small->Replace(NewScene(), "small", {8, 8, 8}).ok());
  ProjectDraft draft(small, kThreeVoxels);
  for (int x = 0; x < 3; ++x) Set(*draft.copy(), {x, 0, 0});
  Set(*small, {9, 9, 9});

  EXPECT_EQ(draft.Commit().code(), StatusCode::kTooLarge);

  EXPECT_EQ(small->Describe()->voxels, 1u);
}

}  // namespace
}  // namespace goxel
