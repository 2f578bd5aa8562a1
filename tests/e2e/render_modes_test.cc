// Every way in which a render reaches a client, checked by its pixels.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "ipc/mapped_region.h"
#include "ipc/pam_header.h"
#include "tests/decoded_png.h"
#include "tests/e2e/daemon_process.h"
#include "tests/e2e/file_bytes.h"

namespace goxel {
namespace {

constexpr int kWidth = 96;
constexpr int kHeight = 64;

std::array<int, 4> PixelAt(std::span<const std::byte> pixels, int x, int y) {
  std::array<int, 4> pixel{};
  const auto offset =
      (static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x)) * 4;
  for (std::size_t c = 0; c < 4 && offset + c < pixels.size(); ++c) {
    pixel[c] = std::to_integer<int>(pixels[offset + c]);
  }
  return pixel;
}

// What the test scene shows, flat: its corner and its middle.
void ExpectPicture(std::span<const std::byte> pixels,
                   std::array<int, 4> background, std::array<int, 4> voxel) {
  ASSERT_EQ(pixels.size(), std::size_t{kWidth} * kHeight * 4);
  EXPECT_EQ(PixelAt(pixels, 0, 0), background);
  EXPECT_EQ(PixelAt(pixels, kWidth - 1, kHeight - 1), background);
  EXPECT_EQ(PixelAt(pixels, kWidth / 2, kHeight / 2), voxel);
}

constexpr std::array<int, 4> kBlue = {1, 2, 250, 255};
constexpr std::array<int, 4> kBackground = {9, 8, 7, 255};

// Parameters for a render of 96 x 64 with kBackground; `more` options begin
// with a comma.
std::string ModeParams(const std::string& mode, const std::string& more = "") {
  return R"({"width":96,"height":64,"options":{"return_mode":")" + mode +
         R"(","shading":"flat","background_color":[9,8,7])" + more + "}}";
}

std::string TextOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The standard output of a shell command.
std::string RunShell(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer;
  while (const std::size_t n = ::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), n);
  }
  ::pclose(pipe);
  return output;
}

class RenderModesTest : public testing::Test {
 protected:
  RenderModesTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {
    Call(client_, "goxel.create_project");
    AddCube(client_, kBlue);
  }

  static void AddCube(SocketClient& client, std::array<int, 4> color) {
    std::string voxels;
    for (int i = 0; i < 6 * 6 * 6; ++i) {
      voxels += R"({"x":)" + std::to_string(i % 6) + R"(,"y":)" +
                std::to_string(i / 6 % 6) + R"(,"z":)" +
                std::to_string(i / 36) + R"(,"r":)" + std::to_string(color[0]) +
                R"(,"g":)" + std::to_string(color[1]) + R"(,"b":)" +
                std::to_string(color[2]) + "},";
    }
    voxels.pop_back();
    Call(client, "add_voxels", R"({"voxels":[)" + voxels + "]}");
  }

  JsonReply Render(const std::string& params) {
    return Call(client_, "goxel.render_scene", params);
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

TEST_F(RenderModesTest, TheReadmeLineGivesAPathOnAFreshDaemon) {
  const DaemonHome home;
  DaemonProcess fresh(home);
  ASSERT_TRUE(fresh.AwaitReady());
  SocketClient client(home.socket());

  const JsonReply reply(client.Call(
      R"({"method":"goxel.render_scene","params":{"width":100,"height":100,)"
      R"("options":{"return_mode":"file_path"}},"id":1})"
      "\n"));

  EXPECT_TRUE(std::filesystem::exists(reply.Text("/result/file/path")))
      << reply.text();
}

TEST_F(RenderModesTest, FilePathNamesAPngThatOnlyTheOwnerReads) {
  const JsonReply reply = Render(ModeParams("file_path"));

  const std::string path = reply.Text("/result/file/path");
  const DecodedPng png = DecodePng(ReadFile(path));
  EXPECT_EQ(png.error, "");
  ExpectPicture(png.pixels, kBackground, kBlue);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(reply.Number("/result/file/size"),
            static_cast<double>(status.st_size));
  EXPECT_EQ(reply.Text("/result/file/format"), "png");
  EXPECT_EQ(reply.At("/result/file/dimensions"), R"({"width":96,"height":64})");
  EXPECT_TRUE(reply.Text("/result/file/checksum").starts_with("sha256:"));
  // It lives from when it is finished, which may be in another second.
  const double lives = reply.Number("/result/file/expires_at") -
                       reply.Number("/result/file/created_at");
  EXPECT_GE(lives, 3600);
  EXPECT_LE(lives, 3660);
  EXPECT_EQ(reply.Text("/result/render/id").size(), 16u);
  EXPECT_EQ(reply.At("/result/render/cached"), "false");
  EXPECT_NEAR(reply.Number("/result/camera/azimuth"), 45, 1e-9);
  EXPECT_TRUE(reply.Has("/result/camera/matrix/15"));
}

TEST_F(RenderModesTest, TheSameRenderAgainIsTheSameFile) {
  const JsonReply first = Render(ModeParams("file_path"));
  const JsonReply second = Render(ModeParams("file_path"));

  EXPECT_EQ(second.Text("/result/file/path"), first.Text("/result/file/path"));
  EXPECT_EQ(second.At("/result/render/cached"), "true");
  AddCube(client_, {200, 0, 0, 255});
  EXPECT_EQ(Render(ModeParams("file_path")).At("/result/render/cached"),
            "false");
}

TEST_F(RenderModesTest, MmapDescribesTheMapping) {
  const JsonReply reply = Render(ModeParams("mmap"));

  const auto file = ReadFile(reply.Text("/result/file/path"));
  EXPECT_EQ(reply.At("/result/mapping"),
            R"({"offset":4096,"length":24576,"stride":384,)"
            R"("pixel_format":"rgba8","origin":"top_left",)"
            R"("color_space":"srgb","alpha":"straight"})");
  ExpectPicture(std::span(file).subspan(4096), kBackground, kBlue);
}

TEST_F(RenderModesTest, FdSendsASealedDescriptor) {
  const JsonReply reply = Render(ModeParams("fd"));

  const UniqueFd fd = client_.TakeDescriptor();
  ASSERT_TRUE(fd.valid()) << reply.text();
  EXPECT_EQ(::fcntl(fd.get(), F_GET_SEALS),
            F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  const auto file = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
  ASSERT_TRUE(file) << file.error().message();
  ExpectPicture(file->bytes().subspan(4096), kBackground, kBlue);
  EXPECT_EQ(reply.Number("/result/mapping/offset"), 4096);
}

TEST_F(RenderModesTest, Base64IsAPngOrRawPixels) {
  const JsonReply png = Render(ModeParams("base64"));
  const JsonReply raw = Render(ModeParams("base64", R"(,"format":"raw")"));

  EXPECT_EQ(png.Text("/result/image/format"), "png");
  ExpectPicture(DecodePng(DecodeText(png.Text("/result/image/data"))).pixels,
                kBackground, kBlue);
  EXPECT_EQ(raw.Number("/result/image/stride"), kWidth * 4);
  ExpectPicture(DecodeText(raw.Text("/result/image/data")), kBackground, kBlue);
}

TEST_F(RenderModesTest, ALargeBase64ReplyArrivesWhole) {
  const JsonReply reply =
      Render(R"({"width":1999,"height":1001,"options":{"return_mode":"base64",)"
             R"("format":"raw","background_color":[9,8,7]}})");

  const auto pixels = DecodeText(reply.Text("/result/image/data"));
  ASSERT_EQ(pixels.size(), 1999u * 1001 * 4);
  EXPECT_EQ(pixels.back(), std::byte{255});
  EXPECT_EQ(pixels[pixels.size() - 4], std::byte{9});
}

TEST_F(RenderModesTest, WithoutPathOrModeTheImageIsTheText) {
  const JsonReply reply = Render(R"({"width":96,"height":64})");

  const DecodedPng png = DecodePng(DecodeText(reply.Text("/result/image")));
  EXPECT_EQ(png.width, 96u) << reply.text().substr(0, 300);
}

TEST_F(RenderModesTest, LegacyArrayWritesTheFile) {
  const std::string path = home_.path() / "out.png";

  const JsonReply reply = Render("[\"" + path + "\",96,64]");

  EXPECT_EQ(reply.At("/result"),
            R"({"success":true,"width":96,"height":64,"format":"png",)"
            R"("output_path":")" +
                path + "\"}");
  EXPECT_EQ(DecodePng(ReadFile(path)).width, 96u);
  EXPECT_EQ(Call(client_, "goxel.list_renders").Number("/result/count"), 0);
}

TEST_F(RenderModesTest, OutputPathNeverClaimsWhatDidNotHappen) {
  const JsonReply reply = Render(R"(["/nowhere/at/all.png",96,64])");

  EXPECT_EQ(reply.Number("/error/code"), -1015) << reply.text();
  EXPECT_TRUE(
      reply.Text("/error/message").starts_with("Failed to render scene: "));
  EXPECT_EQ(Render(R"(["/tmp/../proc/x.png",96,64])").Number("/error/code"),
            -1015);
}

TEST_F(RenderModesTest, EveryPresetShowsTheCubeInTheMiddle) {
  for (const char* preset :
       {"front", "back", "left", "right", "top", "bottom", "isometric"}) {
    const JsonReply reply = Render(
        R"({"width":96,"height":64,"camera_preset":")" + std::string(preset) +
        R"(","options":{"return_mode":"mmap","shading":"flat",)"
        R"("background_color":[9,8,7]}})");
    const auto file = ReadFile(reply.Text("/result/file/path"));
    ASSERT_GT(file.size(), 4096u) << reply.text();
    ExpectPicture(std::span(file).subspan(4096), kBackground, kBlue);
  }
}

TEST_F(RenderModesTest, TransparentBackgroundsAreEmpty) {
  const JsonReply reply = Render(ModeParams("mmap", R"(,"transparent":true)"));

  const auto file = ReadFile(reply.Text("/result/file/path"));
  ExpectPicture(std::span(file).subspan(4096), {0, 0, 0, 0}, kBlue);
}

TEST_F(RenderModesTest, RefusalsCarryTheirReason) {
  struct Case {
    const char* params;
    int code;
    const char* reason;
  };
  for (const Case& c : std::initializer_list<Case>{
           {R"({"width":0})", -32602, "invalid_argument"},
           {R"({"width":16385})", -32004, "too_large"},
           {R"({"width":16384,"height":16384})", -32004, "too_large"},
           {R"({"options":{"return_mode":"zip"}})", -32602, "invalid_argument"},
           {R"({"camera":{"fov":0}})", -32602, "invalid_argument"},
           {R"({"camera_preset":"behind"})", -32602, "invalid_argument"},
       }) {
    const JsonReply reply = Render(c.params);
    EXPECT_EQ(reply.Number("/error/code"), c.code) << reply.text();
    EXPECT_EQ(reply.Text("/error/data/reason"), c.reason);
  }
}

TEST_F(RenderModesTest, RendersCanBeListedTouchedAndRemoved) {
  const JsonReply made = Render(ModeParams("mmap", R"(,"ttl_seconds":100)"));
  const std::string path = made.Text("/result/file/path");
  const std::string named = R"({"path":")" + path + "\"}";

  const JsonReply info = Call(client_, "goxel.get_render_info", named);
  EXPECT_EQ(info.Text("/result/render/path"), path) << info.text();
  EXPECT_EQ(info.At("/result/file"), info.At("/result/render"));
  EXPECT_TRUE(info.Text("/result/render/checksum").starts_with("sha256:"));

  const JsonReply touched = Call(client_, "goxel.touch_render",
                                 R"({"id":")" + made.Text("/result/render/id") +
                                     R"(","ttl_seconds":900})");
  EXPECT_GT(touched.Number("/result/render/ttl_remaining"), 800)
      << touched.text();

  EXPECT_EQ(Call(client_, "goxel.list_renders").Number("/result/count"), 1);
  EXPECT_EQ(
      Call(client_, "goxel.cleanup_render", named).Text("/result/message"),
      "Render cleaned up successfully");
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(Call(client_, "goxel.cleanup_render", named).Number("/error/code"),
            -1021);
  EXPECT_EQ(Call(client_, "goxel.get_render_info", named).Number("/error/code"),
            -1020);
}

TEST_F(RenderModesTest, ExpiredRendersGoByThemselves) {
  const std::string path =
      Render(ModeParams("file_path", R"(,"ttl_seconds":1)"))
          .Text("/result/file/path");
  ASSERT_TRUE(std::filesystem::exists(path));

  for (int i = 0; i < 2000 && std::filesystem::exists(path); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }

  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(Call(client_, "goxel.list_renders").Number("/result/count"), 0);
}

TEST_F(RenderModesTest, StatsCountWhatWasDrawn) {
  Render(ModeParams("mmap"));
  Render(ModeParams("mmap"));

  const JsonReply stats = Call(client_, "goxel.get_render_stats");

  EXPECT_EQ(stats.Number("/result/stats/active_renders"), 1) << stats.text();
  EXPECT_EQ(stats.Number("/result/stats/renders_drawn"), 1);
  EXPECT_EQ(stats.Number("/result/stats/counters/cache_hits"), 1);
  EXPECT_GT(stats.Number("/result/stats/current_cache_size"), 24576);
}

TEST_F(RenderModesTest, FileTransferCanBeSwitchedOff) {
  const DaemonHome home;
  DaemonProcess daemon(home, {"--disable-file-transfer"});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());

  EXPECT_EQ(Call(client, "goxel.render_scene", ModeParams("mmap"))
                .Text("/result/degraded/reason"),
            "file_transfer_disabled");
  EXPECT_TRUE(Call(client, "goxel.render_scene", ModeParams("base64"))
                  .Has("/result/image/data"));
}

// Each client draws with a background of its own in its own return mode.
TEST_F(RenderModesTest, TwentyClientsAtOnceGetTheirOwnPictures) {
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back([&, i] {
      SocketClient client(home_.socket());
      for (int round = 0; round < 5; ++round) {
        const std::array<int, 4> background = {10 * i, 3 * round, 5, 255};
        const bool mapped = (i + round) % 2 == 0;
        const JsonReply reply = Call(
            client, "goxel.render_scene",
            R"({"width":96,"height":64,"options":{"shading":"flat",)"
            R"("return_mode":")" +
                std::string(mapped ? "mmap" : "file_path") +
                R"(","background_color":[)" + std::to_string(background[0]) +
                "," + std::to_string(background[1]) + ",5]}}");
        const auto file = ReadFile(reply.Text("/result/file/path"));
        ASSERT_FALSE(file.empty()) << reply.text();
        if (mapped) {
          ExpectPicture(std::span(file).subspan(4096), background, kBlue);
        } else {
          ExpectPicture(DecodePng(file).pixels, background, kBlue);
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
}

// What a person at a shell types: neither "jsonrpc" nor an id.
TEST_F(RenderModesTest, ShellOneLinerGivesThePathOfAPng) {
  if (RunShell("command -v nc").empty()) GTEST_SKIP() << "nc is not installed";
  const JsonReply reply(RunShell(
      R"(echo '{"method":"goxel.render_scene","params":{"width":100,)"
      R"("height":100,"options":{"return_mode":"file_path"}}}' | nc -N -U )" +
      home_.socket()));

  const std::string path = reply.Text("/result/file/path");
  ASSERT_FALSE(path.empty()) << reply.text();
  EXPECT_EQ(TextOf(ReadFile(path)).substr(1, 3), "PNG");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(reply.At("/id"), "null");
}

// Netpbm and ImageMagick read the file that others have mapped.
TEST_F(RenderModesTest, PictureToolsOpenTheFileOfAMapping) {
  const JsonReply reply =
      Call(client_, "goxel.render_scene", ModeParams("mmap"));
  const std::string path = reply.Text("/result/file/path");
  ASSERT_FALSE(path.empty()) << reply.text();
  if (RunShell("command -v pamfile").empty() ||
      RunShell("command -v identify").empty()) {
    GTEST_SKIP() << "netpbm or ImageMagick is not installed";
  }

  EXPECT_NE(RunShell("pamfile " + path).find("96 by 64"), std::string::npos);
  EXPECT_NE(RunShell("identify " + path).find(" PAM 96x64 "),
            std::string::npos);
}

}  // namespace
}  // namespace goxel
