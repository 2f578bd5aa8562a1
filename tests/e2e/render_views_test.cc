// goxel.render_views and goxel.cancel over the socket of a real daemon.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

using testing::HasSubstr;

class RenderViewsTest : public testing::Test {
 protected:
  explicit RenderViewsTest(const std::vector<std::string>& flags = {})
      : daemon_(home_, flags),
        ready_(daemon_.AwaitReady()),
        client_(home_.socket()) {
    Call(client_, "goxel.load_project", R"({"path":"builtin:demo"})");
  }

  JsonReply Views(const std::string& params) {
    return Call(client_, "goxel.render_views", params);
  }

  static std::string Bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_;
};

TEST_F(RenderViewsTest, PresetsAreAViewEach) {
  const JsonReply reply =
      Views(R"({"width":64,"height":48,"presets":["front","top"]})");

  EXPECT_EQ(reply.Number("/result/count"), 2) << reply.text();
  EXPECT_EQ(reply.Text("/result/views/0/name"), "front");
  EXPECT_EQ(reply.Number("/result/views/1/index"), 1);
  EXPECT_EQ(reply.Number("/result/views/1/camera/elevation"), 90);
  EXPECT_EQ(Bytes(reply.Text("/result/views/0/file/path")).substr(1, 3), "PNG");
  const JsonReply all = Views(R"({"width":16,"height":16,"presets":"all"})");
  EXPECT_GE(all.Number("/result/count"), 7);
}

TEST_F(RenderViewsTest, AViewAndARenderOfTheSameCameraAreOneRender) {
  const std::string camera = R"({"azimuth":12.3456789,"elevation":0.1})";
  const std::string rest =
      R"("width":64,"height":48,"options":{"return_mode":"mmap"}})";
  const JsonReply one = Call(client_, "goxel.render_scene",
                             R"({"camera":)" + camera + "," + rest);
  const JsonReply views =
      Views(R"({"cameras":["left",)" + camera + "]," + rest);
  const JsonReply left =
      Call(client_, "goxel.render_scene", R"({"camera_preset":"left",)" + rest);

  EXPECT_EQ(views.At("/result/views/0/render/cached"), "false") << views.text();
  EXPECT_EQ(views.At("/result/views/1/render/cached"), "true");
  EXPECT_EQ(views.Text("/result/views/1/render/key"),
            one.Text("/result/render/key"));
  EXPECT_EQ(left.At("/result/render/cached"), "true");
  EXPECT_EQ(left.Text("/result/render/id"),
            views.Text("/result/views/0/render/id"));
}

TEST_F(RenderViewsTest, AFrameOfATurntableCanBeOrderedAlone) {
  const JsonReply turn =
      Views(R"({"width":64,"height":48,"turntable":{"frames":8,"elevation":20,)"
            R"("start_azimuth":5}})");
  const std::string camera = fmt::format(
      R"({{"azimuth":50,"elevation":20,"distance":{},"target":{}}})",
      turn.At("/result/framing/distance"), turn.At("/result/framing/target"));
  const JsonReply frame =
      Call(client_, "goxel.render_scene",
           R"({"width":64,"height":48,"camera":)" + camera +
               R"(,"options":{"return_mode":"file_path"}})");

  EXPECT_EQ(turn.Number("/result/count"), 8) << turn.text();
  EXPECT_EQ(turn.Text("/result/views/1/name"), "azimuth 50");
  EXPECT_EQ(frame.At("/result/render/cached"), "true") << frame.text();
  EXPECT_EQ(frame.Text("/result/render/id"),
            turn.Text("/result/views/1/render/id"));
}

TEST_F(RenderViewsTest, ViewsAreToldOfAsTheyAreFinished) {
  ASSERT_TRUE(client_.Send(
      R"({"jsonrpc":"2.0","id":7,"method":"goxel.render_views","params":)"
      R"({"width":32,"height":32,"turntable":{"frames":12},"request_id":"t",)"
      R"("options":{"stream":true,"return_mode":"mmap"}}})"
      "\n"));
  std::set<double> seen;
  JsonReply line(client_.ReadLine());
  for (; line.Has("/method"); line = JsonReply(client_.ReadLine())) {
    EXPECT_EQ(line.Text("/method"), "goxel.view_ready");
    EXPECT_EQ(line.Text("/params/request_id"), "t");
    EXPECT_EQ(line.Number("/params/count"), 12);
    EXPECT_TRUE(line.Has("/params/mapping/stride")) << line.text();
    EXPECT_TRUE(line.Has("/params/camera/matrix"));
    EXPECT_EQ(Bytes(line.Text("/params/file/path")).substr(0, 2), "P7");
    seen.insert(line.Number("/params/index"));
  }

  EXPECT_EQ(seen.size(), 12u);
  EXPECT_EQ(line.Number("/id"), 7);
  EXPECT_TRUE(line.Has("/result/views/11/file/path")) << line.text();
}

TEST_F(RenderViewsTest, AnEditMeanwhileChangesNoView) {
  const std::string views =
      R"({"width":48,"height":48,"turntable":{"frames":60},)"
      R"("options":{"return_mode":"mmap","stream":true,"cache":"refresh"}})";
  ASSERT_TRUE(client_.Send(
      R"({"id":1,"method":"goxel.render_views","params":)" + views + "}\n"));
  JsonReply line(client_.ReadLine());
  ASSERT_EQ(line.Text("/method"), "goxel.view_ready") << line.text();
  SocketClient editor(home_.socket());
  Call(editor, "goxel.procedural_shape",
       R"({"shape":"cube","position":[0,0,90],"size":[60,60,60],)"
       R"("color":[255,0,0,255]})");
  while (line.Has("/method")) line = JsonReply(client_.ReadLine());

  // The same turntable of the scene as it was gives the same keys, and so the
  // same renders.
  Call(editor, "goxel.undo");
  const JsonReply again =
      Views(R"({"width":48,"height":48,"turntable":{"frames":60},)"
            R"("options":{"return_mode":"mmap"}})");
  for (int i = 0; i < 60; ++i) {
    const std::string key = fmt::format("/result/views/{}/render/key", i);
    ASSERT_EQ(line.Text(key), again.Text(key)) << i;
    EXPECT_EQ(again.At(fmt::format("/result/views/{}/render/cached", i)),
              "true");
  }
}

TEST_F(RenderViewsTest, ASheetIsOneRenderOfAllViews) {
  const std::string params =
      R"({"width":60,"height":40,"presets":["front","left","top"],)"
      R"("sheet":{"columns":2,"gap":4},"options":{"return_mode":"mmap"}})";
  const JsonReply first = Views(params);
  const JsonReply second = Views(params);

  EXPECT_FALSE(first.Has("/result/views")) << first.text();
  EXPECT_EQ(first.Number("/result/count"), 3);
  EXPECT_EQ(first.Number("/result/sheet/width"), 2 * 60 + 3 * 4);
  EXPECT_EQ(first.Number("/result/sheet/file/dimensions/width"), 132);
  EXPECT_EQ(second.At("/result/sheet/render/cached"), "true");
  EXPECT_EQ(first.Text("/result/sheet/render/key"),
            second.Text("/result/sheet/render/key"));
}

TEST_F(RenderViewsTest, WhateverASheetShowsIsInItsKey) {
  std::set<std::string> keys;
  const std::vector<std::string> sheets = {
      R"("presets":["front","left"],"sheet":true)",
      R"("presets":["left","front"],"sheet":true)",
      R"("presets":["front","left"],"sheet":{"columns":1})",
      R"("presets":["front","left"],"sheet":{"gap":3})",
      R"("presets":["front","left"],"sheet":{"labels":false})",
      R"("presets":["front","left"],"sheet":{"labels":["a","b"]})",
      R"("presets":["front","left"],"sheet":{"label_color":[9,9,9]})",
      R"("presets":["front","left"],"sheet":{"background_color":[9,9,9]})"};
  for (const std::string& sheet : sheets) {
    const JsonReply reply = Views(R"({"width":40,"height":40,)" + sheet + "}");
    EXPECT_TRUE(keys.insert(reply.Text("/result/sheet/render/key")).second)
        << reply.text();
  }
}

TEST_F(RenderViewsTest, ACellOfASheetShowsWhatTheViewAloneShows) {
  const std::string common =
      R"("width":64,"height":64,"presets":["front","left"],)"
      R"("options":{"return_mode":"mmap"})";
  const JsonReply reply =
      Views("{" + common +
            R"(,"sheet":{"frames":true,"gap":0,"columns":2,"labels":false}})");

  const std::string sheet = Bytes(reply.Text("/result/sheet/file/path"));
  ASSERT_EQ(sheet.size(), 4096u + 128 * 64 * 4) << reply.text();
  for (std::size_t view = 0; view < 2; ++view) {
    const std::string alone =
        Bytes(reply.Text(fmt::format("/result/views/{}/file/path", view)));
    ASSERT_EQ(alone.size(), 4096u + 64 * 64 * 4);
    for (std::size_t y = 0; y < 64; ++y) {
      EXPECT_EQ(sheet.substr(4096 + (y * 128 + view * 64) * 4, 64 * 4),
                alone.substr(4096 + y * 64 * 4, 64 * 4))
          << "view " << view << " row " << y;
    }
  }
}

TEST_F(RenderViewsTest, PicturesComeInTheReplyWhenAskedTo) {
  const JsonReply reply =
      Views(R"({"width":16,"height":16,"presets":["front","top"],)"
            R"("sheet":{"frames":true},"options":{"return_mode":"base64"}})");

  for (const char* place :
       {"/result/views/0", "/result/views/1", "/result/sheet"}) {
    EXPECT_EQ(reply.Text(std::string(place) + "/image/data").substr(0, 8),
              "iVBORw0K")
        << reply.text();
  }
}

TEST_F(RenderViewsTest, WhatCannotBeIsRefusedByName) {
  const auto message = [&](const std::string& params) {
    return Views(params).Text("/error/message");
  };
  EXPECT_THAT(message(R"({"width":9})"), HasSubstr("turntable, cameras or"));
  EXPECT_THAT(message(R"({"presets":"all","cameras":["top"]})"),
              HasSubstr("only one"));
  EXPECT_THAT(message(R"({"presets":["tpo"]})"),
              HasSubstr("presets[0]: camera_preset is \"tpo\""));
  EXPECT_THAT(message(R"({"cameras":["top",{"fov":"wide"}]})"),
              HasSubstr("cameras[1]: camera.fov is \"wide\""));
  EXPECT_THAT(message(R"({"cameras":[]})"), HasSubstr("at least one"));
  EXPECT_THAT(message(R"({"turntable":{}})"), HasSubstr("turntable.frames"));
  EXPECT_THAT(message(R"({"turntable":{"frames":20000}})"),
              HasSubstr("max_views allows 10000"));
  EXPECT_THAT(message(R"({"turntable":{"frames":2,"eye":[1,2,3]}})"),
              HasSubstr("by its eye"));
  EXPECT_THAT(message(R"({"presets":"all","options":{"return_mode":"fd"}})"),
              HasSubstr("file_path, mmap or base64"));
  EXPECT_THAT(message(R"({"presets":"all","output_path":"/tmp/a.png"})"),
              HasSubstr("options.output_dir"));
  EXPECT_THAT(message(R"({"presets":["top"],"sheet":{"columns":2}})"),
              HasSubstr("sheet.columns is 2"));
  EXPECT_THAT(message(R"({"presets":["top"],"sheet":{"labels":["a","b"]}})"),
              HasSubstr("sheet.labels"));
  EXPECT_THAT(
      message(R"({"width":9000,"turntable":{"frames":4},"sheet":true})"),
      HasSubstr("max_width allows 16384"));
}

class FewRendersTest : public RenderViewsTest {
 protected:
  FewRendersTest() : RenderViewsTest({"--max-renders", "3"}) {}
};

TEST_F(FewRendersTest, MoreViewsThanTheDirectoryHoldsAreRefusedBeforehand) {
  const JsonReply reply = Views(R"({"turntable":{"frames":4}})");

  EXPECT_EQ(reply.Number("/error/code"), -32004) << reply.text();
  EXPECT_EQ(reply.Number("/error/data/requested"), 4);
  EXPECT_EQ(reply.Number("/error/data/limit"), 3);
  EXPECT_THAT(reply.Text("/error/data/hint"), HasSubstr("output_dir"));
}

TEST_F(FewRendersTest, AnyNumberOfFilesGoesToADirectoryOfTheClients) {
  const std::string frames = home_.path() / "frames";
  std::filesystem::create_directory(frames);
  const JsonReply reply =
      Views(R"({"width":16,"height":16,"turntable":{"frames":7},)"
            R"("options":{"output_dir":")" +
            frames + R"("}})");

  EXPECT_EQ(reply.Number("/result/count"), 7) << reply.text();
  const auto files = std::filesystem::directory_iterator(frames);
  EXPECT_EQ(std::distance(begin(files), end(files)), 7);
}

TEST_F(RenderViewsTest, ARunningTurntableCanBeCancelledFromElsewhere) {
  ASSERT_TRUE(client_.Send(
      R"({"id":3,"method":"goxel.render_views","params":{"width":256,)"
      R"("height":256,"turntable":{"frames":5000},"request_id":"long",)"
      R"("options":{"stream":true,"output_dir":")" +
      home_.path().string() + "\"}}}\n"));
  JsonReply line(client_.ReadLine());
  ASSERT_EQ(line.Text("/method"), "goxel.view_ready") << line.text();
  SocketClient other(home_.socket());
  const JsonReply cancelled =
      Call(other, "goxel.cancel", R"({"request_id":"long"})");
  while (line.Has("/method")) line = JsonReply(client_.ReadLine());

  EXPECT_EQ(cancelled.Number("/result/cancelled"), 1) << cancelled.text();
  EXPECT_EQ(line.Number("/id"), 3);
  EXPECT_EQ(line.Number("/error/code"), -32011) << line.text();
  EXPECT_EQ(line.Text("/error/data/reason"), "cancelled");
  EXPECT_EQ(Call(other, "goxel.cancel", R"({"request_id":"long"})")
                .Number("/result/cancelled"),
            0);
}

TEST_F(RenderViewsTest, CancellingNothingInParticularIsRefused) {
  EXPECT_THAT(Call(client_, "goxel.cancel").Text("/error/message"),
              HasSubstr("request_id is missing"));
  EXPECT_THAT(Call(client_, "goxel.cancel", R"({"request_id":7})")
                  .Text("/error/message"),
              HasSubstr("request_id"));
}

}  // namespace
}  // namespace goxel
