#include "renderer/turntable.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <glm/vec4.hpp>
#include <vector>

namespace goxel {
namespace {

constexpr int kWidth = 160;
constexpr int kHeight = 120;
// Long and flat: from the side it needs more room than from its end.
constexpr Box kBeam = {.min = {-40, -4, 0}, .max = {40, 4, 10}};

std::vector<glm::dvec3> Corners(const Box& box) {
  std::vector<glm::dvec3> corners;
  for (int i = 0; i < 8; ++i) {
    const auto side = [&](std::size_t axis) {
      return static_cast<double>((i >> axis & 1) != 0 ? box.max[axis]
                                                      : box.min[axis]);
    };
    corners.emplace_back(side(0), side(1), side(2));
  }
  return corners;
}

// How far from the centre of the frame the box reaches: 1 is the frame's edge.
double Reach(const CameraRequest& request, const Box& box) {
  const auto camera = ResolveCamera(request, box, kWidth, kHeight);
  EXPECT_TRUE(camera) << camera.error().message();
  double reach = 0;
  for (const glm::dvec3& corner : Corners(box)) {
    const glm::dvec4 seen =
        camera->projection * camera->world_to_camera * glm::dvec4(corner, 1);
    reach =
        std::max({reach, std::abs(seen.x / seen.w), std::abs(seen.y / seen.w)});
  }
  return reach;
}

std::vector<CameraRequest> Cameras(const TurntableRequest& request) {
  const auto cameras = TurntableCameras(request, kBeam, kWidth, kHeight, {});
  EXPECT_TRUE(cameras) << cameras.error().message();
  return cameras.value_or(std::vector<CameraRequest>());
}

TEST(TurntableTest, TheSceneStaysWithinTheMarginInEveryFrame) {
  for (const bool orthographic : {false, true}) {
    TurntableRequest request{.frames = 36};
    request.first.elevation = 20;
    request.first.orthographic = orthographic;
    double widest = 0;
    for (const CameraRequest& camera : Cameras(request)) {
      const double reach = Reach(camera, kBeam);
      EXPECT_LE(reach, 1 - 2 * kDefaultMargin + 1e-9);
      widest = std::max(widest, reach);
    }
    // And one frame fills it.
    EXPECT_NEAR(widest, 1 - 2 * kDefaultMargin, 1e-6) << orthographic;
  }
}

TEST(TurntableTest, AllFramesAreFramedAlike) {
  const auto cameras = Cameras({.frames = 12});
  for (const CameraRequest& camera : cameras) {
    EXPECT_EQ(camera.distance, cameras.front().distance);
    EXPECT_EQ(camera.target, cameras.front().target);
  }
  EXPECT_EQ(cameras.front().target, (std::array<double, 3>{0, 0, 5}));
}

TEST(TurntableTest, TheCameraGoesAroundInEvenSteps) {
  TurntableRequest request{.frames = 8};
  request.first.azimuth = 10;
  EXPECT_EQ(TurntableAzimuth(request, 0), 10);
  EXPECT_EQ(TurntableAzimuth(request, 2), 100);
  EXPECT_EQ(TurntableAzimuth(request, 7), 325);
  request.turns = -0.5;
  EXPECT_EQ(TurntableAzimuth(request, 4), -80);
  request.first.azimuth.reset();
  EXPECT_EQ(TurntableAzimuth(request, 0), 45);
}

TEST(TurntableTest, WhatTheClientFixesIsKept) {
  TurntableRequest request{.frames = 4};
  request.first.distance = 77;
  request.first.target = {1, 2, 3};
  for (const CameraRequest& camera : Cameras(request)) {
    EXPECT_EQ(camera.distance, 77);
    EXPECT_EQ(camera.target, (std::array<double, 3>{1, 2, 3}));
  }
}

TEST(TurntableTest, AnEmptySceneHasATurntableToo) {
  const auto cameras =
      TurntableCameras({.frames = 3}, std::nullopt, kWidth, kHeight, {});
  ASSERT_TRUE(cameras) << cameras.error().message();
  EXPECT_EQ(cameras->size(), 3u);
}

TEST(TurntableTest, ACameraThatCannotBeIsRefused) {
  TurntableRequest request{.frames = 3};
  request.first.elevation = 91;
  const auto cameras = TurntableCameras(request, kBeam, kWidth, kHeight, {});
  ASSERT_FALSE(cameras);
  EXPECT_EQ(cameras.error().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace goxel
