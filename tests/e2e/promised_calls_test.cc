// What documents and examples of existing clients promise of renders, and what
// those clients read from the replies.

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/decoded_png.h"
#include "tests/e2e/daemon_process.h"
#include "tests/e2e/file_bytes.h"

namespace goxel {
namespace {

class PromisedCallsTest : public testing::Test {
 protected:
  PromisedCallsTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {
    Call(client_, "goxel.create_project");
    Call(client_, "goxel.add_voxel", "[0,0,0,255,0,0]");
  }

  JsonReply Render(const std::string& params) {
    return Call(client_, "goxel.render_scene", params);
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A call, and members of its reply that are there whatever their values.
struct Promise {
  const char* method;
  std::string params;
  std::vector<const char*> members;
};

TEST_F(PromisedCallsTest, RepliesHaveTheMembersThatClientsRead) {
  const JsonReply render = Render(R"({"options":{"return_mode":"file_path"}})");
  const std::string path =
      R"({"path":")" + render.Text("/result/file/path") + R"("})";
  EXPECT_TRUE(render.Text("/result/file/checksum").starts_with("sha256:"));
  for (const Promise& promise : std::initializer_list<Promise>{
           {"goxel.get_render_info",
            path,
            {"/result/file/path", "/result/file/size", "/result/file/format",
             "/result/file/dimensions/width", "/result/file/checksum",
             "/result/file/created_at", "/result/file/expires_at",
             "/result/file/ttl_remaining", "/result/file/session_id",
             "/result/render/path"}},
           {"goxel.list_renders",
            "[]",
            {"/result/count", "/result/total_size",
             "/result/renders/0/ttl_remaining"}},
           {"goxel.get_render_stats",
            "[]",
            {"/result/stats/active_renders", "/result/stats/total_renders",
             "/result/stats/total_cleanups", "/result/stats/current_cache_size",
             "/result/stats/max_cache_size",
             "/result/stats/cache_usage_percent", "/result/stats/files_cleaned",
             "/result/stats/bytes_freed", "/result/stats/security_violations",
             "/result/stats/cleanup_thread_active",
             "/result/stats/last_cleanup", "/result/stats/next_cleanup"}},
           {"goxel.get_version", "{}", {"/result/version"}},
           {"goxel.cleanup_render", path, {"/result/freed_bytes"}},
       }) {
    const JsonReply reply = Call(client_, promise.method, promise.params);
    for (const char* member : promise.members) {
      EXPECT_TRUE(reply.Has(member))
          << promise.method << " " << member << ": " << reply.text();
    }
  }
}

TEST_F(PromisedCallsTest, WithoutAPathThePictureIsText) {
  for (const char* params :
       {"[]", "{}", R"({"options":{}})",
        R"({"options":{"return_mode":"direct"}})",
        R"({"camera_position":[9,-9,9],"camera_target":[0.5,0.5,0.5]})",
        R"({"output_path":"unused.png","options":{"return_mode":"direct"}})"}) {
    const JsonReply reply = Render(params);
    const DecodedPng png = DecodePng(DecodeText(reply.Text("/result/image")));
    EXPECT_EQ(png.error, "") << params << ": " << reply.text().substr(0, 300);
    EXPECT_EQ(png.width, 512u) << params;
    EXPECT_EQ(png.height, 512u) << params;
    EXPECT_EQ(reply.Text("/result/format"), "png") << params;
  }
}

TEST_F(PromisedCallsTest, TheCameraStandsWhereItWasPut) {
  const JsonReply near =
      Render(R"({"camera_position":[3,-3,3],"camera_target":[0.5,0.5,0.5]})");
  const JsonReply far = Render(
      R"({"camera_position":[90,-90,90],"camera_target":[0.5,0.5,0.5]})");

  EXPECT_NE(near.Text("/result/image"), far.Text("/result/image"));
}

TEST_F(PromisedCallsTest, WrongSizesOfTheOldFormAreTheDefault) {
  const std::string path = home_.path() / "a.png";
  for (const char* sizes : {"", ",0,-1", R"(,"9",1.5)", ",null,null"}) {
    const JsonReply reply = Render("[\"" + path + "\"" + sizes + "]");
    EXPECT_EQ(reply.At("/result"),
              R"({"success":true,"width":512,"height":512,"format":"png",)"
              R"("output_path":")" +
                  path + "\"}");
  }
}

TEST_F(PromisedCallsTest, FilesHaveTheFormatOfTheirExtension) {
  struct Format {
    const char* extension;
    const char* name;
    std::string start;
  };
  for (const Format& format :
       std::initializer_list<Format>{{"jpg", "jpg", "\xff\xd8\xff"},
                                     {"jpeg", "jpg", "\xff\xd8\xff"},
                                     {"bmp", "bmp", "BM"},
                                     {"png", "png", "\x89PNG"},
                                     {"ppm", "ppm", "P6"}}) {
    const std::string path =
        (home_.path() / "picture.").string() + format.extension;
    const JsonReply reply = Render("[\"" + path + "\",64,48]");
    EXPECT_EQ(reply.Text("/result/format"), format.name) << reply.text();
    EXPECT_TRUE(ReadText(path).starts_with(format.start)) << path;
  }
}

TEST_F(PromisedCallsTest, EveryModeHasJpegAndBmp) {
  for (const char* format : {"jpg", "bmp"}) {
    const std::string options = std::string(R"(,"format":")") + format + "\"}}";
    const JsonReply file =
        Render(R"({"options":{"return_mode":"file_path")" + options);
    EXPECT_TRUE(file.Text("/result/file/path").ends_with(format))
        << file.text();
    const JsonReply text =
        Render(R"({"options":{"return_mode":"base64")" + options);
    const auto bytes = DecodeText(text.Text("/result/image/data"));
    const std::string inline_file(reinterpret_cast<const char*>(bytes.data()),
                                  bytes.size());
    EXPECT_EQ(text.Text("/result/image/format"), format);
    EXPECT_EQ(inline_file.substr(0, 2),
              ReadText(file.Text("/result/file/path")).substr(0, 2));
  }
}

TEST_F(PromisedCallsTest, JpegAndBmpRendersOutliveTheDaemon) {
  std::vector<std::string> paths;
  for (const char* format : {"jpg", "bmp"}) {
    paths.push_back(
        Render(
            std::string(R"({"options":{"return_mode":"file_path","format":")") +
            format + "\"}}")
            .Text("/result/file/path"));
  }
  daemon_.Kill();

  DaemonProcess next(home_);
  ASSERT_TRUE(next.AwaitReady());
  SocketClient client(home_.socket());

  for (const std::string& path : paths) {
    EXPECT_EQ(Call(client, "goxel.get_render_info", R"([")" + path + R"("])")
                  .Text("/result/file/path"),
              path);
  }
}

TEST_F(PromisedCallsTest, AnotherDirectoryGetsTheFileAndKeepsIt) {
  const auto directory = home_.path() / "pictures";
  std::filesystem::create_directory(directory);
  const std::string params =
      R"({"width":64,"height":64,"options":{"return_mode":"file_path",)"
      R"("output_dir":")" +
      directory.string() + R"("}})";

  const JsonReply reply = Render(params);

  const std::filesystem::path path = reply.Text("/result/file/path");
  EXPECT_EQ(path.parent_path(), directory) << reply.text();
  EXPECT_EQ(reply.Number("/result/file/size"),
            static_cast<double>(std::filesystem::file_size(path)));
  EXPECT_TRUE(reply.Text("/result/file/checksum").starts_with("sha256:"));
  EXPECT_EQ(reply.At("/result/file/expires_at"), "0");
  EXPECT_FALSE(reply.Has("/result/render/id"));
  EXPECT_EQ(Call(client_, "goxel.list_renders").At("/result/count"), "0");
  EXPECT_NE(Render(params).Text("/result/file/path"), path.string());
}

TEST_F(PromisedCallsTest, ADirectoryThatIsNotThereIsNamed) {
  const JsonReply reply = Render(
      R"({"options":{"return_mode":"file_path","output_dir":"/nowhere/at/all"}})");

  EXPECT_EQ(reply.Text("/error/data/reason"), "not_found") << reply.text();
  EXPECT_NE(reply.Text("/error/message").find("/nowhere/at/all"),
            std::string::npos);
}

TEST(PromisedOutputDirectory, OutsideTheAllowedRootsIsRefused) {
  const DaemonHome home;
  const auto allowed = home.path() / "allowed";
  std::filesystem::create_directory(allowed);
  DaemonProcess daemon(home, {"--allowed-output-roots", allowed.string()});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());
  const auto render = [&](const std::filesystem::path& directory) {
    return Call(client, "goxel.render_scene",
                R"({"width":16,"height":16,"options":{)"
                R"("return_mode":"file_path","output_dir":")" +
                    directory.string() + R"("}})");
  };

  EXPECT_EQ(render(home.path()).Text("/error/data/reason"),
            "permission_denied");
  const JsonReply inside = render(allowed);
  EXPECT_TRUE(inside.Has("/result/file/path")) << inside.text();
}

}  // namespace
}  // namespace goxel
