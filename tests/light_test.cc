#include "renderer/light.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace goxel {
namespace {

Camera CameraAt(double azimuth, double elevation) {
  CameraRequest request;
  request.azimuth = azimuth;
  request.elevation = elevation;
  auto camera = ResolveCamera(request, std::nullopt, 64, 64);
  EXPECT_TRUE(camera) << camera.error().message();
  return camera.value_or(Camera{});
}

double Towards(const Camera& camera, Face face) {
  const double along =
      camera.camera_to_world[2][static_cast<int>(AxisOf(face))];
  return LooksUpAxis(face) ? along : -along;
}

// The factors of the faces that `camera` sees at more than a grazing angle,
// darkest first.
std::vector<float> SeenFactors(const Camera& camera, double grazing = 0.15) {
  const FaceLight light = LitFaces(camera);
  std::vector<float> seen;
  for (const Face face : kFaces) {
    if (Towards(camera, face) > grazing) seen.push_back(light[IndexOf(face)]);
  }
  std::sort(seen.begin(), seen.end());
  return seen;
}

TEST(Light, BrightestFaceSeenIsExact) {
  for (double elevation = -90; elevation <= 90; elevation += 7.5) {
    for (double azimuth = 0; azimuth < 360; azimuth += 7.5) {
      EXPECT_EQ(SeenFactors(CameraAt(azimuth, elevation), 1e-9).back(), 1.0f)
          << azimuth << ", " << elevation;
    }
  }
}

TEST(Light, NoSideThatIsSeenIsDead) {
  for (double elevation = -90; elevation <= 90; elevation += 7.5) {
    for (double azimuth = 0; azimuth < 360; azimuth += 7.5) {
      EXPECT_GE(SeenFactors(CameraAt(azimuth, elevation)).front(), 0.4f)
          << azimuth << ", " << elevation;
    }
  }
}

TEST(Light, ThreeFacesOfTheIsometricViewDifferClearly) {
  const std::vector<float> seen = SeenFactors(CameraAt(45, 45));

  ASSERT_EQ(seen.size(), 3u);
  EXPECT_LT(seen[0] + 0.1f, seen[1]);
  EXPECT_LT(seen[1] + 0.1f, seen[2]);
}

TEST(Light, TwoSidesSeenTogetherAlwaysDiffer) {
  for (double azimuth = 0; azimuth < 360; azimuth += 2.5) {
    const Camera camera = CameraAt(azimuth, 0);
    const std::vector<float> seen = SeenFactors(camera);
    if (seen.size() != 2) continue;
    EXPECT_LT(seen[0] + 0.015f, seen[1]) << azimuth;
  }
}

TEST(Light, NothingJumpsWhileTheCameraTurns) {
  for (double elevation = -90; elevation <= 90; elevation += 15) {
    FaceLight before = LitFaces(CameraAt(0, elevation));
    for (double azimuth = 1; azimuth <= 360; ++azimuth) {
      const FaceLight now = LitFaces(CameraAt(azimuth, elevation));
      for (std::size_t i = 0; i < now.size(); ++i) {
        EXPECT_NEAR(now[i], before[i], 0.05) << azimuth << ", " << elevation;
      }
      before = now;
    }
  }
}

TEST(Light, TopOfACubeIsItsBrightestFaceFromAbove) {
  const FaceLight light = LitFaces(CameraAt(45, 45));

  EXPECT_EQ(light[IndexOf(Face::kPlusZ)], 1.0f);
  EXPECT_LT(light[IndexOf(Face::kMinusY)], light[IndexOf(Face::kPlusX)]);
}

}  // namespace
}  // namespace goxel
