// The cameras of .vox files, read and written again.

#include "renderer/formats/vox_cameras.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <glm/geometric.hpp>
#include <glm/mat4x4.hpp>
#include <string>
#include <vector>

#include "renderer/formats/scene_file.h"
#include "renderer/formats/vox_format.h"
#include "tests/voxel_file_writer.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

std::string CameraChunk(int id, const TextPairs& settings) {
  return VoxChunk("rCAM", Int(id) + VoxDictOf(settings));
}

std::vector<StoredCamera> CamerasFrom(const std::vector<std::string>& chunks) {
  std::vector<std::string> parts = {ModelOf({1, 1, 1}, {{0, 0, 0, 5}})};
  parts.insert(parts.end(), chunks.begin(), chunks.end());
  const auto scene = ReadVox(AsBytes(VoxFileOf(150, parts)), {});
  EXPECT_TRUE(scene) << scene.error().message();
  return scene ? scene->cameras : std::vector<StoredCamera>();
}

// The only camera of a file, which looks at (10, 20, 30) from 100 voxels away.
StoredCamera CameraAt(const std::string& angle,
                      const std::string& mode = "pers") {
  const auto cameras = CamerasFrom({CameraChunk(3, {{"_mode", mode},
                                                    {"_focus", "10 20 30"},
                                                    {"_angle", angle},
                                                    {"_radius", "100"},
                                                    {"_frustum", "64"},
                                                    {"_fov", "45"}})});
  EXPECT_EQ(cameras.size(), 1u);
  return cameras.empty() ? StoredCamera() : cameras[0];
}

glm::vec3 ColumnOf(const StoredCamera& camera, std::size_t column) {
  const auto& m = camera.matrix;
  return {m[4 * column], m[4 * column + 1], m[4 * column + 2]};
}

void ExpectNear(const glm::vec3& actual, const glm::vec3& expected) {
  EXPECT_LT(glm::distance(actual, expected), 1e-4)
      << actual.x << ' ' << actual.y << ' ' << actual.z;
}

constexpr glm::vec3 kFocus = {10, 20, 30};

TEST(VoxCameras, LevelOneStandsInFrontOfItsFocusAndLooksAlongY) {
  const StoredCamera camera = CameraAt("0 0 0");

  EXPECT_EQ(camera.name, "camera 3");
  EXPECT_EQ(camera.fov, 45);
  EXPECT_FLOAT_EQ(camera.distance, 100);
  EXPECT_FALSE(camera.orthographic);
  ExpectNear(ColumnOf(camera, 3), kFocus - glm::vec3(0, 100, 0));
  ExpectNear(ColumnOf(camera, 0), {1, 0, 0});
  ExpectNear(ColumnOf(camera, 1), {0, 0, 1});
}

TEST(VoxCameras, YawGoesCounterClockwiseSeenFromAbove) {
  ExpectNear(ColumnOf(CameraAt("0 90 0"), 3), kFocus + glm::vec3(100, 0, 0));
  ExpectNear(ColumnOf(CameraAt("0 180 0"), 3), kFocus + glm::vec3(0, 100, 0));
}

TEST(VoxCameras, PitchAbove0LooksUpAndBelow0Down) {
  EXPECT_LT(ColumnOf(CameraAt("30 0 0"), 3).z, 0);
  EXPECT_GT(ColumnOf(CameraAt("-30 0 0"), 3).z, 60);
  ExpectNear(ColumnOf(CameraAt("-90 0 0"), 3), kFocus + glm::vec3(0, 0, 100));
}

TEST(VoxCameras, PitchBeyondStraightDownStandsOnTheOtherSideUpsideDown) {
  const StoredCamera camera = CameraAt("-120 0 0");

  // 30 degrees further than straight above, towards +Y.
  ExpectNear(ColumnOf(camera, 3), kFocus + glm::vec3(0, 50, 86.60254f));
  ExpectNear(ColumnOf(camera, 0), {1, 0, 0});
  EXPECT_LT(ColumnOf(camera, 1).z, 0);
}

TEST(VoxCameras, RollTurnsTheCameraCounterClockwise) {
  ExpectNear(ColumnOf(CameraAt("0 0 90"), 1), {-1, 0, 0});
}

TEST(VoxCameras, OrthographicOnesShowTheirFrustumFromTopToBottom) {
  for (const char* mode : {"orth", "iso"}) {
    const StoredCamera camera = CameraAt("0 0 0", mode);
    EXPECT_TRUE(camera.orthographic) << mode;
    EXPECT_EQ(camera.ortho_height, 64) << mode;
  }
  EXPECT_FALSE(CameraAt("0 0 0", "free").orthographic);
  EXPECT_FALSE(CameraAt("0 0 0", "pano").orthographic);
}

TEST(VoxCameras, SlotsThatWereNeverSetAndNonsenseAreLeftOut) {
  const auto cameras =
      CamerasFrom({CameraChunk(0, {{"_focus", "0 0 0"}, {"_radius", "0"}}),
                   CameraChunk(1, {{"_angle", "0 0 0"}, {"_radius", "1"}}),
                   CameraChunk(2, {{"_angle", "0 10 0"}, {"_fov", "720"}}),
                   CameraChunk(4, {{"_angle", "0 10 0"}, {"_radius", "-5"}}),
                   CameraChunk(5, {{"_angle", "nan 10 0"}, {"_radius", "inf"}}),
                   VoxChunk("rCAM", Int(6) + Int(99)), VoxChunk("rCAM", "")});

  ASSERT_EQ(cameras.size(), 1u);
  EXPECT_EQ(cameras[0].name, "camera 4");
  EXPECT_EQ(cameras[0].fov, 20) << "no _fov: the default of the project";
}

TEST(VoxCameras, RealFilesWithEmptySlotsHaveNone) {
  const auto path = std::filesystem::path(GOXEL_DATA_DIR) / "bevy_study.vox";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto scene = LoadScene(path);

  ASSERT_TRUE(scene) << scene.error().message();
  EXPECT_TRUE(scene->cameras.empty());
}

void ExpectSame(const StoredCamera& actual, const StoredCamera& expected) {
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_NEAR(actual.matrix[i], expected.matrix[i], 1e-4) << i;
  }
  EXPECT_NEAR(actual.distance, expected.distance, 1e-4);
  EXPECT_EQ(actual.fov, expected.fov);
  EXPECT_EQ(actual.orthographic, expected.orthographic);
  EXPECT_EQ(actual.ortho_height, expected.ortho_height);
}

TEST(VoxCameras, ComeBackFromAVoxFile) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, {255, 0, 0, 255});
  scene.cameras = {CameraAt("-35 200 15"), CameraAt("0 0 0", "orth"),
                   CameraAt("-90 30 0")};

  const Scene again =
      ReadBack(Written(scene, ExportFormat::kVox), SceneFormat::kVox);

  ASSERT_EQ(again.cameras.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    ExpectSame(again.cameras[i], scene.cameras[i]);
  }
}

TEST(VoxCameras, ComeBackFromAGoxFileWithTheirFieldOfView) {
  Scene scene = NewScene();
  scene.cameras = {CameraAt("-35 200 15"), CameraAt("0 0 0", "orth")};

  const Scene again =
      ReadBack(Written(scene, ExportFormat::kGox), SceneFormat::kGox);

  EXPECT_EQ(again.cameras, scene.cameras);
}

}  // namespace
}  // namespace goxel
