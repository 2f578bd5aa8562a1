#include "renderer/scene/hull.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <glm/geometric.hpp>
#include <limits>
#include <random>

#include "renderer/camera.h"

namespace goxel {
namespace {

constexpr Color kDarkRed = {200, 0, 0, 255};

void FillBall(Volume& volume, Cell centre, int radius) {
  for (int z = -radius; z <= radius; ++z) {
    for (int y = -radius; y <= radius; ++y) {
      for (int x = -radius; x <= radius; ++x) {
        if (x * x + y * y + z * z > radius * radius) continue;
        volume.Set({centre.x + x, centre.y + y, centre.z + z}, kDarkRed);
      }
    }
  }
}

double FarthestPoint(const std::vector<glm::dvec3>& points,
                     const glm::dvec3& direction) {
  double farthest = -std::numeric_limits<double>::infinity();
  for (const glm::dvec3& point : points) {
    farthest = std::max(farthest, glm::dot(point, direction));
  }
  return farthest;
}

// Of every corner of every voxel.
double FarthestCorner(const Volume& volume, const glm::dvec3& direction) {
  std::vector<glm::dvec3> corners;
  for (const auto& [coord, tile] : volume.tiles()) {
    for (int i = 0; i < kTileVoxels; ++i) {
      if (tile->voxels[static_cast<std::size_t>(i)].a < kSolidAlpha) continue;
      const glm::dvec3 low(coord.x * 16 + i % 16, coord.y * 16 + i / 16 % 16,
                           coord.z * 16 + i / 256);
      for (int corner = 0; corner < 8; ++corner) {
        corners.push_back(low +
                          glm::dvec3(corner & 1, corner >> 1 & 1, corner >> 2));
      }
    }
  }
  return FarthestPoint(corners, direction);
}

TEST(Hull, EmptyVolumeHasNoPoints) {
  EXPECT_TRUE(OutermostPoints(Volume()).empty());
}

TEST(Hull, FaintVoxelsDoNotCount) {
  Volume volume;
  volume.Set({0, 0, 0}, {1, 2, 3, kSolidAlpha - 1});

  EXPECT_TRUE(OutermostPoints(volume).empty());
}

TEST(Hull, OneVoxelHasItsEightCorners) {
  Volume volume;
  volume.Set({-1, 5, 40}, kDarkRed);

  const auto points = OutermostPoints(volume);

  ASSERT_EQ(points.size(), 8u);
  EXPECT_EQ(points.front(), glm::dvec3(-1, 5, 40));
  EXPECT_EQ(points.back(), glm::dvec3(0, 6, 41));
}

TEST(Hull, OutermostCellsOfTheWorldAreWhole) {
  constexpr auto kMax = std::numeric_limits<std::int32_t>::max();
  Volume volume;
  volume.Set({kMax, kMax, kMax}, kDarkRed);

  EXPECT_EQ(OutermostPoints(volume).back().x, double{kMax} + 1);
}

TEST(Hull, NothingSticksOutByMoreThanAHundredthOfTheSize) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  Volume volume;
  FillBall(volume, {3, -20, 9}, 30);
  for (int i = 0; i < 20; ++i) volume.Set({50 + i, i * 2, -i}, kDarkRed);
  const auto points = OutermostPoints(volume);

  for (int i = 0; i < 50; ++i) {
    const glm::dvec3 direction = glm::normalize(
        glm::dvec3(normal(random), normal(random), normal(random)));
    const double exact = FarthestCorner(volume, direction);
    const double found = FarthestPoint(points, direction);
    EXPECT_LE(found, exact + 1e-9);
    EXPECT_GE(found, exact - 0.6);
  }
}

// A spire on a plain: the box is mostly air, the outline is not.
TEST(Hull, CameraComesCloserThanForTheBox) {
  Volume volume;
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 60; ++x) volume.Set({x, y, 0}, kDarkRed);
  }
  for (int z = 0; z < 60; ++z) volume.Set({30, 30, z}, kDarkRed);

  const auto boxed = ResolveCamera({}, volume.Bounds(), 640, 360);
  const auto outlined =
      ResolveCamera({}, volume.Bounds(), 640, 360, OutermostPoints(volume));

  ASSERT_TRUE(boxed && outlined);
  EXPECT_LT(outlined->distance, 0.85 * boxed->distance);
  EXPECT_GT(outlined->near_plane, 0);
}

// Face-on, the corners of the plain hide the tower from the sampled outline.
TEST(Hull, ATowerOnAPlainIsInFrontOfTheNearPlane) {
  Volume volume;
  for (int y = 0; y < 400; ++y) {
    for (int x = 0; x < 400; ++x) volume.Set({x, y, 0}, kDarkRed);
  }
  for (int z = 0; z < 10; ++z) volume.Set({200, 200, z}, kDarkRed);
  CameraRequest request;
  request.elevation = 90;

  const auto camera = ResolveCamera(request, volume.Bounds(), 640, 640,
                                    OutermostPoints(volume));

  ASSERT_TRUE(camera);
  EXPECT_LT(camera->near_plane, camera->camera_to_world[3].z - 10);
}

}  // namespace
}  // namespace goxel
