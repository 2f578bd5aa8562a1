#include "renderer/viewer.h"

#include <gtest/gtest.h>

#include "tests/colors.h"

namespace goxel {
namespace {

// The faces of two voxels, one ten cells further along every axis.
Mesh TwoVoxels() {
  Volume volume;
  volume.Set({100, 200, -300}, kRed);
  volume.Set({110, 210, -290}, kRed);
  return *BuildMesh(volume);
}

std::vector<Face> FacesSeen(const Mesh& mesh, const Viewer& viewer) {
  std::vector<Face> faces;
  for (const MeshRegion& region : mesh.regions) {
    if (MaySeeFronts(viewer, region)) faces.push_back(*region.face);
  }
  return faces;
}

TEST(Viewer, FromAfarSeesTheFacesThatLookItsWay) {
  const Viewer viewer{.at = {1, -1, 0}, .is_far = true};

  EXPECT_EQ(FacesSeen(TwoVoxels(), viewer),
            (std::vector{Face::kPlusX, Face::kMinusY}));
}

TEST(Viewer, BesideTheSceneSeesThreeDirections) {
  const Viewer viewer{.at = {500, 0, 0}, .is_far = false};

  EXPECT_EQ(FacesSeen(TwoVoxels(), viewer),
            (std::vector{Face::kPlusX, Face::kMinusY, Face::kPlusZ}));
}

TEST(Viewer, BetweenTwoVoxelsSeesBothDirections) {
  const Viewer viewer{.at = {105, 205, -295}, .is_far = false};

  EXPECT_EQ(FacesSeen(TwoVoxels(), viewer).size(), 6u);
}

// The upper face of the lower voxel lies at 101, that of the other at 111; the
// lower faces at 100 and 110.
TEST(Viewer, FaceIsSeenFromTheFirstStepInFrontOfIt) {
  const auto sees = [](double x, Face face) {
    for (const MeshRegion& region : TwoVoxels().regions) {
      if (region.face != face) continue;
      return MaySeeFronts({.at = {x, 0, 0}, .is_far = false}, region);
    }
    return false;
  };

  EXPECT_FALSE(sees(101, Face::kPlusX));
  EXPECT_TRUE(sees(101.001, Face::kPlusX));
  EXPECT_FALSE(sees(110, Face::kMinusX));
  EXPECT_TRUE(sees(109.999, Face::kMinusX));
}

}  // namespace
}  // namespace goxel
