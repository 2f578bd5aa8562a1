// Planes of the views of goxel.render_views, and the objects that they tell
// apart, over the socket of a real daemon.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/daemon_process.h"
#include "tests/voxel_file_writer.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr std::size_t kHeaderBytes = 4096;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Two huts of 4 x 4 x 4 voxels, 12 apart along X, of which one is named, and a
// hidden one between them.
std::string TwoHuts() {
  std::vector<VoxVoxel> voxels;
  for (int i = 0; i < 64; ++i) {
    voxels.push_back({static_cast<std::uint8_t>(i % 4),
                      static_cast<std::uint8_t>(i / 4 % 4),
                      static_cast<std::uint8_t>(i / 16), 5});
  }
  return VoxFileOf(
      150, {ModelOf({4, 4, 4}, voxels), GroupOf(0, {1, 2, 3}),
            TransformOf(1, 9, {{"_t", "-6 0 0"}}, {{"_name", "left hut"}}),
            TransformOf(2, 9, {{"_t", "0 0 0"}}, {{"_hidden", "1"}}),
            TransformOf(3, 9, {{"_t", "6 0 0"}}, {{"_name", "right hut"}}),
            ShapeOf(9, 0),
            VoxChunk("rCAM", Int(2) + VoxDictOf({{"_mode", "pers"},
                                                 {"_focus", "0 0 0"},
                                                 {"_angle", "-20 180 0"},
                                                 {"_radius", "60"},
                                                 {"_fov", "45"}}))});
}

class ViewPlanesTest : public testing::Test {
 protected:
  explicit ViewPlanesTest(const std::vector<std::string>& flags = {})
      : daemon_(home_, flags),
        ready_(daemon_.AwaitReady()),
        client_(home_.socket()) {
    const std::string file = home_.path() / "huts.vox";
    std::ofstream(file, std::ios::binary) << TwoHuts();
    EXPECT_TRUE(ready_);
    const JsonReply loaded =
        Call(client_, "goxel.load_project", R"({"path":")" + file + "\"}");
    EXPECT_EQ(loaded.Number("/result/layers"), 1) << loaded.text();
  }

  JsonReply Views(const std::string& params) {
    return Call(client_, "goxel.render_views", params);
  }

  // Files of the render directory with this end.
  std::size_t CountFiles(const std::string& end) const {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(home_.renders())) {
      const std::string name = entry.path().filename();
      if (name.starts_with("render_") && name.ends_with(end)) ++count;
    }
    return count;
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_;
};

TEST_F(ViewPlanesTest, EachViewHasPlanesOfItsOwnBesideItsPicture) {
  const JsonReply reply =
      Views(R"({"width":48,"height":32,"presets":["front","left","top"],)"
            R"("options":{"return_mode":"mmap","aov":["depth","voxel"]}})");

  std::set<std::string> paths;
  for (int i = 0; i < 3; ++i) {
    const std::string view = fmt::format("/result/views/{}", i);
    SCOPED_TRACE(view);
    const std::string depth = reply.Text(view + "/planes/depth/file/path");
    EXPECT_EQ(ContentOf(depth).size(), kHeaderBytes + 48 * 32 * 4)
        << reply.text();
    EXPECT_EQ(reply.Text(view + "/planes/depth/mapping/pixel_format"),
              "float32");
    EXPECT_EQ(ContentOf(reply.Text(view + "/planes/voxel/file/path")).size(),
              kHeaderBytes + 48 * 32 * 8);
    EXPECT_EQ(ContentOf(reply.Text(view + "/file/path")).size(),
              kHeaderBytes + 48 * 32 * 4);
    EXPECT_TRUE(reply.Has(view + "/world_to_camera/opencv"));
    EXPECT_EQ(reply.At(view + "/voxel_origin"), "[0,0,0]");
    EXPECT_TRUE(reply.Has(view + "/camera/matrix"));
    paths.insert(depth);
  }
  EXPECT_EQ(paths.size(), 3u);
}

TEST_F(ViewPlanesTest, PlanesOfAViewAreThoseOfTheSameRender) {
  const std::string rest =
      R"("width":48,"height":32,"options":{"return_mode":"mmap",)"
      R"("aov":["depth"],"color":false}})";
  const JsonReply views = Views(R"({"presets":["front","left"],)" + rest);
  const JsonReply one =
      Call(client_, "goxel.render_scene", R"({"camera_preset":"left",)" + rest);

  EXPECT_FALSE(views.Has("/result/views/0/file")) << views.text();
  EXPECT_EQ(views.Number("/result/views/1/camera/azimuth"), 90);
  EXPECT_EQ(one.Text("/result/planes/depth/render/id"),
            views.Text("/result/views/1/planes/depth/render/id"));
  EXPECT_EQ(one.At("/result/planes/depth/render/cached"), "true");
  EXPECT_EQ(one.At("/result/near"), views.At("/result/views/1/near"));
}

TEST_F(ViewPlanesTest, InstancesOfAVoxFileAreObjectsWithTheirNames) {
  const JsonReply reply = Views(
      R"({"width":64,"height":64,"presets":["front"],)"
      R"("options":{"return_mode":"mmap","aov":["object_id"],"color":false}})");

  const std::string objects = "/result/views/0/objects";
  EXPECT_EQ(reply.Number(objects + "/0/id"), 2) << reply.text();
  EXPECT_EQ(reply.Text(objects + "/0/name"), "left hut");
  EXPECT_EQ(reply.Number(objects + "/1/id"), 3);
  EXPECT_EQ(reply.Text(objects + "/1/name"), "right hut");
  EXPECT_FALSE(reply.Has(objects + "/2")) << "the hidden one";
  // Seen from the front the one at -X is left of the other.
  EXPECT_LE(reply.Number(objects + "/0/box/2"),
            reply.Number(objects + "/1/box/0"));
  const std::string plane =
      ContentOf(reply.Text("/result/views/0/planes/object_id/file/path"));
  ASSERT_EQ(plane.size(), kHeaderBytes + 64 * 64 * 2);
  const auto id_at = [&plane](std::size_t x, std::size_t y) {
    std::uint16_t id = 0;
    std::memcpy(&id, plane.data() + kHeaderBytes + (y * 64 + x) * 2, 2);
    return id;
  };
  EXPECT_EQ(id_at(10, 32), 2);
  EXPECT_EQ(id_at(32, 32), 0);
  EXPECT_EQ(id_at(53, 32), 3);
}

TEST_F(ViewPlanesTest, ObjectsOutliveSavingAsGox) {
  const std::string file = home_.path() / "huts.gox";
  const std::string path = R"({"path":")" + file + "\"}";
  const std::string order =
      R"({"width":64,"height":64,"camera_preset":"front",)"
      R"("options":{"return_mode":"mmap","aov":["object_id"]}})";
  const JsonReply before = Call(client_, "goxel.render_scene", order);
  Call(client_, "goxel.save_project", path);
  Call(client_, "goxel.load_project", path);

  const JsonReply after = Call(client_, "goxel.render_scene", order);

  EXPECT_EQ(after.At("/result/objects"), before.At("/result/objects"))
      << after.text();
  EXPECT_TRUE(after.Has("/result/objects/1"));
}

TEST_F(ViewPlanesTest, ACameraOfAVoxFileCanBeNamed) {
  const JsonReply reply =
      Call(client_, "goxel.render_scene",
           R"({"width":64,"height":64,"camera":{"stored":"camera 2"},)"
           R"("options":{"return_mode":"mmap"}})");

  EXPECT_NEAR(reply.Number("/result/camera/elevation"), 20, 1e-4)
      << reply.text();
  EXPECT_NEAR(std::abs(reply.Number("/result/camera/azimuth")), 180, 1e-4);
  EXPECT_EQ(reply.Number("/result/camera/fov"), 45);
  const JsonReply narrow =
      Call(client_, "goxel.render_scene",
           R"({"width":64,"height":64,"camera":{"stored":0,"fov":20},)"
           R"("options":{"return_mode":"mmap"}})");
  EXPECT_EQ(narrow.Number("/result/camera/fov"), 20) << "what the request says";
}

TEST_F(ViewPlanesTest, PlanesStreamWithTheirViews) {
  ASSERT_TRUE(client_.Send(
      R"({"id":7,"method":"goxel.render_views","params":{"width":32,)"
      R"("height":32,"turntable":{"frames":6},"options":{"stream":true,)"
      R"("return_mode":"mmap","aov":["depth","object_id"]}}})"
      "\n"));
  std::set<double> seen;
  JsonReply line(client_.ReadLine());
  for (; line.Has("/method"); line = JsonReply(client_.ReadLine())) {
    EXPECT_EQ(ContentOf(line.Text("/params/planes/depth/file/path")).size(),
              kHeaderBytes + 32 * 32 * 4)
        << line.text();
    EXPECT_TRUE(line.Has("/params/file/path"));
    EXPECT_TRUE(line.Has("/params/objects/0/box/3"));
    EXPECT_TRUE(line.Has("/params/intrinsics"));
    seen.insert(line.Number("/params/index"));
  }

  EXPECT_EQ(seen.size(), 6u);
  EXPECT_TRUE(line.Has("/result/views/5/planes/object_id")) << line.text();
}

TEST_F(ViewPlanesTest, ASheetOfViewsWithPlanesIsTheSheetWithoutThem) {
  const std::string common =
      R"("width":40,"height":40,"presets":["front","left"],)"
      R"("sheet":{"frames":true},"options":{"return_mode":"mmap")";
  const JsonReply plain = Views("{" + common + "}}");
  const JsonReply reply = Views("{" + common + R"(,"aov":["face"]}})");

  EXPECT_EQ(reply.Text("/result/sheet/render/id"),
            plain.Text("/result/sheet/render/id"))
      << reply.text();
  EXPECT_FALSE(reply.Has("/result/sheet/planes"));
  EXPECT_TRUE(reply.Has("/result/views/1/planes/face/file/path"));
}

TEST_F(ViewPlanesTest, WhatPlanesCannotBeIsRefusedByName) {
  const auto message = [&](const std::string& rest) {
    return Views(R"({"presets":["top"],)" + rest + "}").Text("/error/message");
  };
  EXPECT_THAT(message(R"("sheet":true,"options":{"aov":["depth"]})"),
              HasSubstr("sheet.frames true"));
  EXPECT_THAT(message(R"("sheet":{"frames":true},)"
                      R"("options":{"aov":["depth"],"color":false})"),
              HasSubstr("which is a picture"));
  EXPECT_THAT(message(R"("options":{"aov":["dept"]})"),
              HasSubstr("options.aov is \"dept\""));
  EXPECT_THAT(message(R"("options":{"aov":["depth"],"return_mode":"base64"})"),
              HasSubstr("options.aov comes with return_mode \"base64\""));
  EXPECT_THAT(message(R"("options":{"aov":["depth"],"output_dir":"/tmp"})"),
              HasSubstr("options.aov comes with return_mode"));
}

class FewPlanesTest : public ViewPlanesTest {
 protected:
  FewPlanesTest()
      : ViewPlanesTest({"--max-renders", "5", "--max-cache-size", "200000"}) {}
};

TEST_F(FewPlanesTest, EveryPlaneCountsTowardsTheLimits) {
  const JsonReply many =
      Views(R"({"width":16,"height":16,"turntable":{"frames":2},)"
            R"("options":{"aov":["depth","face"]}})");
  EXPECT_EQ(many.Number("/error/code"), -32004) << many.text();
  EXPECT_EQ(many.Number("/error/data/requested"), 6);
  EXPECT_EQ(many.Number("/error/data/limit"), 5);

  // The pictures are PNG; a plane of 128 x 128 is 69,632 bytes with its header.
  const JsonReply large =
      Views(R"({"width":128,"height":128,"turntable":{"frames":3},)"
            R"("options":{"aov":["depth"],"color":false}})");
  EXPECT_EQ(large.Number("/error/code"), -32004) << large.text();
  EXPECT_EQ(large.Number("/error/data/requested"), 3 * 69'632);

  const JsonReply right =
      Views(R"({"width":16,"height":16,"turntable":{"frames":2},)"
            R"("options":{"aov":["depth"]}})");
  EXPECT_EQ(right.Number("/result/count"), 2) << right.text();
  EXPECT_EQ(CountFiles(".pam"), 2u);
  EXPECT_EQ(CountFiles(".png"), 2u);
}

}  // namespace
}  // namespace goxel
