#include "daemon/view_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "daemon/camera_request.h"
#include "daemon/params.h"
#include "daemon/project.h"
#include "daemon/render_json.h"
#include "daemon/render_request.h"
#include "renderer/stored_camera.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 200;
constexpr int kHeight = 150;
constexpr Box kSceneBounds = {.min = {0, 0, 0}, .max = {9, 20, 30}};

CameraRequest At(double azimuth) {
  CameraRequest camera;
  camera.azimuth = azimuth;
  return camera;
}

Scene SceneWithCamera() {
  Scene scene = NewScene();
  StoredCamera& camera = scene.cameras.emplace_back();
  camera.name = "hero";
  camera.matrix[12] = 7;
  scene.layers.front().volume.Set({1, 2, 3}, {255, 0, 0, 255});
  return scene;
}

SceneRenderRequest Completed(const ViewState& state, SceneRenderRequest request,
                             const Scene& scene = SceneWithCamera()) {
  const Status used = UseViewState(state, scene, request);
  EXPECT_TRUE(used.ok()) << used.message();
  return request;
}

TEST(ViewState, FillsInWhatTheRequestDoesNotSay) {
  ViewState state{.camera = At(7), .light = LightSettings{.azimuth = 8}};

  const SceneRenderRequest request = Completed(state, {});

  EXPECT_EQ(request.camera.azimuth, 7);
  EXPECT_EQ(request.settings.light.azimuth, 8);
}

TEST(ViewState, GivesWayAsAWholeToWhatTheRequestSays) {
  ViewState state{.camera = At(7), .light = LightSettings{.azimuth = 8}};
  SceneRenderRequest request;
  request.camera_given = request.light_given = true;
  request.camera.elevation = 3;
  request.settings.light.elevation = 4;

  request = Completed(state, request);

  EXPECT_EQ(request.camera.azimuth, std::nullopt);
  EXPECT_EQ(request.settings.light.azimuth, std::nullopt);
}

TEST(ViewState, AStoredCameraBecomesItsMatrix) {
  SceneRenderRequest request;
  request.camera_given = true;
  request.camera.stored = "hero";

  request = Completed({}, request);

  ASSERT_TRUE(request.camera.matrix);
  EXPECT_EQ((*request.camera.matrix)[3].x, 7);

  ViewState state;
  state.camera.emplace().stored = 0;
  EXPECT_TRUE(Completed(state, {}).camera.matrix);
}

TEST(ViewState, ACameraThatTheFileDoesNotHaveIsNotFound) {
  SceneRenderRequest request;
  request.camera_given = true;
  request.camera.stored = "villain";

  const Status used = UseViewState({}, SceneWithCamera(), request);

  EXPECT_EQ(used.code(), StatusCode::kNotFound);
  EXPECT_THAT(used.message(), HasSubstr("\"villain\""));
}

TEST(ViewState, TheFilesLightShinesInTheStyleGoxelAlone) {
  Scene scene = SceneWithCamera();
  scene.light = StoredLight{.pitch = 1};
  SceneRenderRequest goxel;
  goxel.settings.style = Style::kGoxel;
  const LightSettings of_file = SettingsOf(*scene.light);

  EXPECT_EQ(Completed({}, goxel, scene).settings.light, of_file);
  EXPECT_EQ(Completed({}, {}, scene).settings.light, LightSettings());
  const ViewState state{.light = LightSettings{.azimuth = 8}};
  EXPECT_EQ(Completed(state, goxel, scene).settings.light, *state.light);
  goxel.light_given = true;
  EXPECT_EQ(Completed({}, goxel, scene).settings.light, LightSettings());
}

TEST(ViewState, IsNoPartOfTheSceneAndGoesWithIt) {
  Project project;
  EXPECT_FALSE(project.SetViewCamera(At(1)).ok()) << "there is no scene yet";
  ASSERT_TRUE(project.Replace(SceneWithCamera(), "p", {}).ok());
  ASSERT_TRUE(project.SetViewCamera(At(7)).ok());
  ASSERT_TRUE(project.SetViewLight(LightSettings{.azimuth = 8}).ok());
  const VoxelChange voxel{{0, 0, 0}, {1, 2, 3, 255}};
  ASSERT_TRUE(project.SetVoxels({}, {&voxel, 1}).ok());
  ASSERT_TRUE(project.Undo().ok());

  EXPECT_EQ(project.view_state().camera->azimuth, 7);
  EXPECT_EQ(project.view_state().light->azimuth, 8);

  ASSERT_TRUE(project.Replace(SceneWithCamera(), "p", {}).ok());
  EXPECT_FALSE(project.view_state().camera);
  EXPECT_FALSE(project.view_state().light);
}

TEST(ViewState, IsStoredAmongTheCamerasOfAFile) {
  Scene scene = SceneWithCamera();
  scene.cameras.front().active = true;
  ViewState state{.light = LightSettings{.elevation = 10}};
  state.camera.emplace().eye = {50, -60, 70};

  StoreViewState(state, scene);
  StoreViewState(state, scene);

  ASSERT_EQ(scene.cameras.size(), 2u) << "the second replaces the first";
  EXPECT_FALSE(scene.cameras[0].active);
  EXPECT_TRUE(scene.cameras[1].active);
  EXPECT_EQ(scene.cameras[1].matrix[12], 50);
  EXPECT_EQ(scene.cameras[1].matrix[14], 70);
  ASSERT_TRUE(scene.light);
  EXPECT_NEAR(*SettingsOf(*scene.light).elevation, 10, 1e-4);
}

TEST(ViewState, NothingIsStoredWhereNothingIsSet) {
  Scene scene = SceneWithCamera();

  StoreViewState({}, scene);

  EXPECT_EQ(scene.cameras.size(), 1u);
  EXPECT_FALSE(scene.light);
}

CameraRequest ParseCamera(const std::string& camera) {
  const auto params = Params::Parse(R"({"camera":)" + camera + "}");
  const auto request = ParseCameraRequest(*params);
  EXPECT_TRUE(request) << camera << ": " << request.error().message();
  return request.value_or(CameraRequest{});
}

std::string EchoOf(const Camera& camera) {
  ResultWriter out;
  WriteCamera(out, camera, kWidth, kHeight);
  return out.Text();
}

// What a reply says of a camera, read back, is that camera to the last bit.
TEST(CameraJson, AnEchoedCameraIsTheCamera) {
  for (const char* text :
       {R"({})", R"({"azimuth":33.3,"elevation":12.7,"roll":5})",
        R"({"azimuth":-77,"ortho":true})",
        R"({"eye":[70,-30,44],"up":[0.1,0.2,1],"fov":41,"far":90.5})",
        R"({"eye":[70,-30,44],"target":[3,4,5],"near":4,
            "intrinsics":[[90,0,30],[0,80,25],[0,0,1]]})"}) {
    const auto camera =
        ResolveCamera(ParseCamera(text), kSceneBounds, kWidth, kHeight);
    ASSERT_TRUE(camera) << camera.error().message();
    const std::string echo = EchoOf(*camera);

    const auto again =
        ResolveCamera(ParseCamera(echo), kSceneBounds, kWidth, kHeight);

    ASSERT_TRUE(again) << echo << again.error().message();
    EXPECT_EQ(again->camera_to_world, camera->camera_to_world) << echo;
    EXPECT_EQ(again->projection, camera->projection) << echo;
    EXPECT_EQ(EchoOf(*again).substr(EchoOf(*again).find("\"matrix\"")),
              echo.substr(echo.find("\"matrix\"")));
  }
}

TEST(CameraJson, ARequestThatIsWrittenReadsAsItself) {
  for (const char* text :
       {R"({"azimuth":30,"elevation":20,"roll":0,"target":[1,2,3],)"
        R"("fov":20,"ortho":true,"ortho_width":9,"margin":0.1})",
        R"({"stored":"hero","roll":0,"fov":20,"margin":0.08})",
        R"({"roll":0,"eye":[1,2,3],"up":[0,1,0],)"
        R"("intrinsics":[[9,0,3],[0,8,2],[0,0,1]],"near":1,"far":2,)"
        R"("margin":0.08})"}) {
    ResultWriter out;
    WriteCameraRequest(out, ParseCamera(text));
    const std::string written = out.Text();
    ResultWriter again;
    WriteCameraRequest(again, ParseCamera(written));

    EXPECT_EQ(again.Text(), written);
    EXPECT_THAT(written, HasSubstr("\"margin\""));
  }
}

}  // namespace
}  // namespace goxel
