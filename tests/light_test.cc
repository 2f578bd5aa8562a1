#include "renderer/light.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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

std::array<glm::vec3, 6> Sunlit(const Camera& camera) {
  return ResolveLight(Style::kDefault, {}, camera).faces.sunlit;
}

// The factors of green of the faces that `camera` sees at more than a grazing
// angle, darkest first.
std::vector<float> SeenFactors(const Camera& camera, double grazing = 0.15) {
  const auto light = Sunlit(camera);
  std::vector<float> seen;
  for (const Face face : kFaces) {
    if (Towards(camera, face) > grazing) seen.push_back(light[IndexOf(face)].g);
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

TEST(Light, NoShadowIsDeadOrBrighterThanTheSun) {
  for (const Style style : {Style::kDefault, Style::kGoxel, Style::kClay}) {
    const FaceLight light = ResolveLight(style, {}, CameraAt(45, 45)).faces;
    for (std::size_t i = 0; i < kFaces.size(); ++i) {
      EXPECT_GE(light.shaded[i].g, 0.4f) << i;
      EXPECT_LE(light.shaded[i].g, light.sunlit[i].g) << i;
    }
  }
}

TEST(Light, NothingIsClippedUnlessMoreLightIsAskedFor) {
  for (double azimuth = 0; azimuth < 360; azimuth += 15) {
    for (const glm::vec3& factor : Sunlit(CameraAt(azimuth, 30))) {
      EXPECT_LE(std::max({factor.r, factor.g, factor.b}), 1.0f) << azimuth;
    }
  }
  const LightSettings bright = {.intensity = 2};
  const auto light = ResolveLight(Style::kDefault, bright, CameraAt(45, 45));
  EXPECT_GT(light.faces.sunlit[IndexOf(Face::kPlusZ)].g, 1.2f);
}

TEST(Light, ShadowsAreCoolerThanTheSun) {
  const FaceLight light =
      ResolveLight(Style::kDefault, {}, CameraAt(45, 45)).faces;

  const glm::vec3 top = light.shaded[IndexOf(Face::kPlusZ)];
  EXPECT_GT(top.b, top.r);
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
    auto before = Sunlit(CameraAt(0, elevation));
    for (double azimuth = 1; azimuth <= 360; ++azimuth) {
      const auto after = Sunlit(CameraAt(azimuth, elevation));
      for (std::size_t i = 0; i < after.size(); ++i) {
        EXPECT_NEAR(after[i].g, before[i].g, 0.05)
            << azimuth << ", " << elevation;
      }
      before = after;
    }
  }
}

TEST(Light, TopOfACubeIsItsBrightestFaceFromAbove) {
  const auto light = Sunlit(CameraAt(45, 45));

  EXPECT_EQ(light[IndexOf(Face::kPlusZ)], glm::vec3(1));
  EXPECT_LT(light[IndexOf(Face::kMinusY)].g, light[IndexOf(Face::kPlusX)].g);
}

TEST(Light, SunStandsWhereARequestPutsIt) {
  const LightSettings settings = {.azimuth = 90, .elevation = 0};
  for (const double azimuth : {0.0, 100.0}) {
    const Light light =
        ResolveLight(Style::kDefault, settings, CameraAt(azimuth, 30));
    EXPECT_NEAR(light.to_sun.x, 1, 1e-12) << azimuth;
    EXPECT_GT(light.faces.sunlit[IndexOf(Face::kPlusX)].g,
              light.faces.sunlit[IndexOf(Face::kMinusX)].g + 0.2f);
  }
}

TEST(Light, SunOfGoxelStandsWhereItDoesInGoxel) {
  const Light light = ResolveLight(Style::kGoxel, {}, CameraAt(10, 20));

  EXPECT_NEAR(light.to_sun.x, 0.296, 1e-3);
  EXPECT_NEAR(light.to_sun.y, 0.171, 1e-3);
  EXPECT_NEAR(light.to_sun.z, 0.940, 1e-3);
}

}  // namespace
}  // namespace goxel
