// Cameras: what a reply echoes, what a project remembers, what a file brings.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr char kNoCamera[] = R"({"width":64,"height":48,
    "options":{"return_mode":"base64","format":"raw"}})";

std::string WithCamera(const std::string& camera) {
  return R"({"width":64,"height":48,"camera":)" + camera +
         R"(,"options":{"return_mode":"base64","format":"raw"}})";
}

std::string WithLook(const std::string& options) {
  return R"({"width":64,"height":48,"options":{"return_mode":"base64",)"
         R"("format":"raw",)" +
         options + "}}";
}

class ViewStateTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(daemon_.AwaitReady());
    client_.emplace(home_.socket());
    ASSERT_TRUE(Must("goxel.load_project", R"(["builtin:demo"])"));
  }

  bool Must(std::string_view method, std::string_view params) {
    const auto reply = Call(*client_, method, params);
    EXPECT_TRUE(reply.Has("/result")) << method << reply.text();
    return reply.Has("/result");
  }

  std::string PixelsOf(const std::string& params) {
    const auto reply = Call(*client_, "goxel.render_scene", params);
    EXPECT_TRUE(reply.Has("/result/image/data")) << reply.text();
    return reply.Text("/result/image/data");
  }

  std::string MessageOf(const std::string& method, const std::string& params) {
    return Call(*client_, method, params).Text("/error/message");
  }

  DaemonHome home_;
  DaemonProcess daemon_{home_};
  std::optional<SocketClient> client_;
};

TEST_F(ViewStateTest, AnEchoedCameraMakesTheSameBytes) {
  for (const char* camera :
       {R"({})", R"({"azimuth":33.3,"elevation":12.7,"roll":5})",
        R"({"azimuth":-77,"ortho":true})",
        R"({"eye":[70,-30,44],"up":[0.1,0.2,1],"fov":41})",
        R"({"eye":[70,-30,44],"target":[3,4,5],"near":4,
            "intrinsics":[[90,0,30],[0,80,25],[0,0,1]]})"}) {
    const auto first = Call(*client_, "goxel.render_scene", WithCamera(camera));
    const std::string echoed = first.At("/result/camera");

    EXPECT_EQ(PixelsOf(WithCamera(echoed)), first.Text("/result/image/data"))
        << camera << " came back as " << echoed;
  }
}

TEST_F(ViewStateTest, BothConventionsOfOneCameraMakeTheSameBytes) {
  const std::string by_opengl = PixelsOf(
      WithCamera(R"({"matrix":[1,0,0,0, 0,0,1,0, 0,-1,0,0, 8,-150,12,1]})"));

  EXPECT_EQ(PixelsOf(WithCamera(
                R"({"convention":"opencv",
                    "matrix":[1,0,0,0, 0,0,-1,0, 0,1,0,0, 8,-150,12,1]})")),
            by_opengl);
  EXPECT_EQ(PixelsOf(WithCamera(
                R"({"world_to_camera":[1,0,0,0, 0,0,-1,0, 0,1,0,0,
                                       -8,-12,-150,1]})")),
            by_opengl);
}

TEST_F(ViewStateTest, ACameraThatIsSetIsThatOfRendersThatNameNone) {
  const std::string plain = PixelsOf(kNoCamera);
  const std::string front = PixelsOf(WithCamera(R"({"azimuth":0})"));
  ASSERT_NE(front, plain);

  ASSERT_TRUE(Must("goxel.set_camera", R"({"camera":{"azimuth":0}})"));
  EXPECT_EQ(PixelsOf(kNoCamera), front);
  EXPECT_EQ(PixelsOf(WithCamera(R"({"elevation":45})")), plain)
      << "a camera of the request's own counts as a whole";

  ASSERT_TRUE(Must("goxel.add_voxel", "[1,1,200,9,9,9]"));
  ASSERT_TRUE(Must("goxel.undo", "[]"));
  EXPECT_EQ(PixelsOf(kNoCamera), front) << "no edit and no undo touches it";

  ASSERT_TRUE(Must("goxel.set_camera", R"({"camera":null})"));
  EXPECT_EQ(PixelsOf(kNoCamera), plain);

  ASSERT_TRUE(Must("goxel.set_camera", R"({"camera_preset":"top"})"));
  ASSERT_TRUE(Must("goxel.load_project", R"(["builtin:demo"])"));
  EXPECT_EQ(PixelsOf(kNoCamera), plain) << "a project filled anew has none";
}

TEST_F(ViewStateTest, ALightThatIsSetIsThatOfRendersThatNameNone) {
  const std::string plain = PixelsOf(kNoCamera);
  const std::string low =
      PixelsOf(WithLook(R"("light":{"azimuth":100,"elevation":15})"));
  ASSERT_NE(low, plain);

  ASSERT_TRUE(
      Must("goxel.set_light", R"({"light":{"azimuth":100,"elevation":15}})"));
  EXPECT_EQ(PixelsOf(kNoCamera), low);
  EXPECT_EQ(PixelsOf(WithLook(R"("light":{})")), plain);

  ASSERT_TRUE(Must("goxel.set_light", "{}"));
  EXPECT_EQ(PixelsOf(kNoCamera), plain);
}

TEST_F(ViewStateTest, WhatIsNoCameraOrLightIsNotSet) {
  ASSERT_TRUE(Must("goxel.set_camera", R"({"camera":{"azimuth":7}})"));

  EXPECT_THAT(MessageOf("goxel.set_camera", R"({"camera":{"fov":180}})"),
              HasSubstr("fov is 180"));
  EXPECT_THAT(MessageOf("goxel.set_camera", R"({"camera":{"stored":"hero"}})"),
              HasSubstr("0 cameras"));
  EXPECT_THAT(MessageOf("goxel.set_light", R"({"light":{"shadow":2}})"),
              HasSubstr("light.shadow is 2"));

  EXPECT_EQ(
      Call(*client_, "goxel.get_camera", "{}").Number("/result/camera/azimuth"),
      7);
  EXPECT_EQ(Call(*client_, "goxel.get_light", "{}").At("/result/light"),
            "null");
}

TEST_F(ViewStateTest, NumbersThatAreNotFiniteAreRefused) {
  EXPECT_THAT(MessageOf("goxel.render_scene", WithCamera(R"({"fov":1e999})")),
              HasSubstr("1e999"));
  EXPECT_THAT(MessageOf("goxel.render_scene",
                        WithLook(R"("light":{"ambient":-1e999})")),
              HasSubstr("1e999"));
}

TEST_F(ViewStateTest, ASavedProjectBringsItsCameraAndLightBack) {
  const std::string file = home_.path() / "saved.gox";
  ASSERT_TRUE(Must("goxel.set_camera",
                   R"({"camera":{"eye":[90,-120,70],"target":[8,8,8]}})"));
  ASSERT_TRUE(
      Must("goxel.set_light", R"({"light":{"azimuth":-80,"elevation":20}})"));
  ASSERT_TRUE(Must("goxel.save_project", "[\"" + file + "\"]"));

  ASSERT_TRUE(Must("goxel.load_project", "[\"" + file + "\"]"));

  const auto cameras = Call(*client_, "goxel.get_camera", "{}");
  EXPECT_EQ(cameras.At("/result/camera"), "null");
  EXPECT_EQ(cameras.Text("/result/stored/0/name"), "set_camera");
  EXPECT_EQ(cameras.At("/result/stored/0/active"), "true");
  const auto light = Call(*client_, "goxel.get_light", "{}");
  EXPECT_NEAR(light.Number("/result/stored/azimuth"), -80, 1e-3);
  EXPECT_NEAR(light.Number("/result/stored/elevation"), 20, 1e-3);
  for (const char* name : {"\"active\"", "\"set_camera\"", "0"}) {
    const auto shown =
        Call(*client_, "goxel.render_scene",
             WithCamera(std::string(R"({"stored":)") + name + "}"));
    EXPECT_NEAR(shown.Number("/result/camera/matrix/12"), 90, 1e-3) << name;
    EXPECT_NEAR(shown.Number("/result/camera/matrix/14"), 70, 1e-3) << name;
  }
  EXPECT_NEAR(Call(*client_, "goxel.render_scene", kNoCamera)
                  .Number("/result/camera/azimuth"),
              45, 1e-9)
      << "not used unless asked for";
}

TEST_F(ViewStateTest, TheCamerasOfAGoxFileCanBeAskedFor) {
  const auto file = std::filesystem::path(GOXEL_DATA_DIR) / "vengi_shape3.gox";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there";
  ASSERT_TRUE(Must("goxel.load_project", "[\"" + file.native() + "\"]"));

  const auto shown =
      Call(*client_, "goxel.render_scene", WithCamera(R"({"stored":0})"));

  EXPECT_TRUE(shown.Has("/result/camera/matrix")) << shown.text();
  EXPECT_THAT(MessageOf("goxel.render_scene", WithCamera(R"({"stored":1})")),
              HasSubstr("1 cameras"));
}

// A request that says nothing of its camera in a project that remembers one is
// the request that spells it out.
TEST_F(ViewStateTest, ACameraThatIsSetHasTheKeyOfOneThatIsSpelledOut) {
  const auto key = [&](const std::string& params) {
    return Call(*client_, "goxel.render_scene", params)
        .Text("/result/render/key");
  };
  const std::string order = R"({"options":{"return_mode":"mmap"}})";
  const std::string plain = key(order);
  const std::string spelled_out =
      key(R"({"camera":{"azimuth":3},"options":{"return_mode":"mmap"}})");
  ASSERT_TRUE(Must("goxel.set_camera", R"({"camera":{"azimuth":3}})"));

  EXPECT_EQ(key(order), spelled_out);
  EXPECT_NE(spelled_out, plain);
}

}  // namespace
}  // namespace goxel
