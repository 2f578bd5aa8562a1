#include "renderer/stored_camera.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <glm/geometric.hpp>
#include <vector>

#include "renderer/light.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr Box kStoredBox = {.min = {-3, 2, 10}, .max = {25, 9, 44}};

StoredCamera At(std::string name, float x) {
  StoredCamera camera{.name = std::move(name), .distance = 20};
  camera.matrix[12] = x;
  camera.matrix[14] = 100;
  return camera;
}

std::vector<StoredCamera> ThreeCameras() {
  std::vector<StoredCamera> cameras = {At("wide", 1), At("close", 2),
                                       At("wide", 3)};
  cameras[1].active = true;
  return cameras;
}

// Where the camera that `choice` names stands along X.
double PlaceOf(StoredCameraChoice choice,
               const std::vector<StoredCamera>& cameras = ThreeCameras()) {
  CameraRequest request;
  request.stored = std::move(choice);
  const Status used = UseStoredCamera(cameras, request);
  EXPECT_TRUE(used.ok()) << used.message();
  EXPECT_FALSE(request.stored);
  return request.matrix ? (*request.matrix)[3].x : -1;
}

TEST(StoredCamera, IsNamedByNameOrPositionOrAsTheActiveOne) {
  EXPECT_EQ(PlaceOf("wide"), 1) << "the first of that name";
  EXPECT_EQ(PlaceOf("close"), 2);
  EXPECT_EQ(PlaceOf(2), 3);
  EXPECT_EQ(PlaceOf("active"), 2);
}

TEST(StoredCamera, AnActiveOneThatIsCalledSoIsThatOne) {
  std::vector<StoredCamera> cameras = ThreeCameras();
  cameras[2].name = "active";

  EXPECT_EQ(PlaceOf("active", cameras), 3);
}

TEST(StoredCamera, UnknownOneIsNotFoundAmongThoseThereAre) {
  for (const StoredCameraChoice& choice :
       {StoredCameraChoice("tight"), StoredCameraChoice(3),
        StoredCameraChoice(-1)}) {
    CameraRequest request;
    request.stored = choice;

    const Status used = UseStoredCamera(ThreeCameras(), request);

    EXPECT_EQ(used.code(), StatusCode::kNotFound);
    EXPECT_THAT(used.message(), HasSubstr("3 cameras"));
    EXPECT_THAT(used.message(), HasSubstr("\"close\""));
  }
}

TEST(StoredCamera, ARequestThatNamesNoneStaysAsItIs) {
  CameraRequest request;
  request.azimuth = 7;

  EXPECT_TRUE(UseStoredCamera({}, request).ok());

  EXPECT_FALSE(request.matrix);
}

TEST(StoredCamera, OrthographicOneShowsTwiceItsDistanceFromLeftToRight) {
  StoredCamera stored = At("flat", 10);
  stored.orthographic = true;

  const auto camera = ResolveCamera(RequestOf(stored), kStoredBox, 300, 100);

  ASSERT_TRUE(camera) << camera.error().message();
  EXPECT_NEAR(camera->ortho_height * 3, 40, 1e-9);
}

TEST(StoredCamera, PerspectiveOneHasGoxelsFieldOfView) {
  const auto camera =
      ResolveCamera(RequestOf(At("deep", 10)), kStoredBox, 300, 100);

  ASSERT_TRUE(camera) << camera.error().message();
  EXPECT_EQ(camera->fov, 20);
  EXPECT_EQ(camera->camera_to_world[3], glm::dvec4(10, 0, 100, 1));
}

TEST(StoredCamera, HasTheFieldOfViewAndTheHeightOfItsFile) {
  StoredCamera stored = At("deep", 10);
  stored.fov = 45;
  const auto deep = ResolveCamera(RequestOf(stored), kStoredBox, 300, 100);
  stored.orthographic = true;
  stored.ortho_height = 33;
  const auto flat = ResolveCamera(RequestOf(stored), kStoredBox, 300, 100);

  ASSERT_TRUE(deep) << deep.error().message();
  ASSERT_TRUE(flat) << flat.error().message();
  EXPECT_EQ(deep->fov, 45);
  EXPECT_EQ(flat->ortho_height, 33);
}

TEST(StoredCamera, WhatTheRequestSaysOfTheProjectionCounts) {
  std::vector<StoredCamera> cameras = ThreeCameras();
  cameras[0].fov = 45;
  cameras[1].orthographic = true;
  cameras[1].ortho_height = 33;
  CameraRequest wide;
  wide.stored = "wide";
  wide.fov = kDefaultFovDegrees;
  CameraRequest close;
  close.stored = "close";
  close.ortho_width = 7;

  ASSERT_TRUE(UseStoredCamera(cameras, wide).ok());
  ASSERT_TRUE(UseStoredCamera(cameras, close).ok());

  EXPECT_EQ(wide.fov, kDefaultFovDegrees);
  EXPECT_FALSE(close.ortho_height);
  EXPECT_EQ(close.ortho_width, 7);
}

// Rz(yaw) * Rx(pitch) * (0, 0, 1).
glm::dvec3 GoxelsDirection(const StoredLight& light) {
  const double pitch = double{light.pitch};
  const double yaw = double{light.yaw};
  return {std::sin(yaw) * std::sin(pitch), -std::cos(yaw) * std::sin(pitch),
          std::cos(pitch)};
}

TEST(StoredLight, ShinesFromWhereGoxelHasIt) {
  for (const StoredLight& stored :
       {StoredLight{}, StoredLight{.pitch = 0.8f, .yaw = -2.5f}}) {
    const Light light =
        ResolveLight(Style::kGoxel, SettingsOf(stored), Camera{});

    EXPECT_LT(glm::length(light.to_sun - GoxelsDirection(stored)), 1e-6);
  }
}

TEST(StoredLight, ThatTurnsWithTheCameraIsItselfInTheDefaultView) {
  const StoredLight stored{.fixed = true};
  const auto camera = ResolveCamera({}, kStoredBox, 64, 64);

  const Light light = ResolveLight(Style::kGoxel, SettingsOf(stored), *camera);

  EXPECT_LT(glm::length(light.to_sun - GoxelsDirection(stored)), 1e-6);
}

TEST(StoredLight, GoxelsOwnIsAFactorOfOne) {
  const LightSettings settings = SettingsOf(StoredLight{});

  EXPECT_EQ(settings.intensity, 1);
  EXPECT_EQ(settings.ambient, 1);
  EXPECT_EQ(settings.shadow, 1);
}

TEST(StoredLight, SettingsComeBackFromTheFile) {
  const LightSettings settings{.azimuth = 30,
                               .elevation = 50,
                               .follows_camera = false,
                               .intensity = 2,
                               .ambient = 0.5,
                               .shadow = 0.25};

  const LightSettings again = SettingsOf(StoredLightOf(settings));

  EXPECT_NEAR(*again.azimuth, 30, 1e-4);
  EXPECT_NEAR(*again.elevation, 50, 1e-4);
  EXPECT_EQ(again.follows_camera, false);
  EXPECT_NEAR(again.intensity, 2, 1e-6);
  EXPECT_NEAR(again.ambient, 0.5, 1e-6);
  EXPECT_NEAR(again.shadow, 0.25, 1e-6);
}

}  // namespace
}  // namespace goxel
