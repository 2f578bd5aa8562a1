// Projects that come from files and go into files, over the socket.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

std::string Content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class FilesTest : public testing::Test {
 protected:
  FilesTest() : FilesTest(std::vector<std::string>()) {}
  explicit FilesTest(const std::vector<std::string>& flags)
      : out_(home_.path() / "out"),
        made_(fs::create_directory(out_)),
        daemon_(home_, flags),
        ready_(daemon_.AwaitReady()) {}

  void SetUp() override { ASSERT_TRUE(ready_) << home_.Log(); }

  JsonReply Save(const fs::path& path) {
    return Call(client_, "goxel.save_project",
                fmt::format("[\"{}\"]", path.native()));
  }
  JsonReply Export(const fs::path& path, std::string_view format = {}) {
    return Call(client_, "goxel.export_model",
                format.empty()
                    ? fmt::format("[\"{}\"]", path.native())
                    : fmt::format("[\"{}\",\"{}\"]", path.native(), format));
  }
  JsonReply Load(const fs::path& path) {
    return Call(client_, "goxel.load_project",
                fmt::format("[\"{}\"]", path.native()));
  }

  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(out_)) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  DaemonHome home_;
  const fs::path out_;
  const bool made_;
  DaemonProcess daemon_;
  bool ready_;
  SocketClient client_{home_.socket()};
};

TEST_F(FilesTest, SavedProjectIsLoadedAgain) {
  ASSERT_EQ(Load("builtin:demo").At("/result/success"), "true");

  const JsonReply saved = Save(out_ / "castle.data");
  Call(client_, "goxel.create_project", R"(["other"])");
  const JsonReply loaded = Load(out_ / "castle.data");

  EXPECT_THAT(Content(out_ / "castle.data"), StartsWith("GOX "));
  EXPECT_EQ(saved.Number("/result/size"),
            static_cast<double>(fs::file_size(out_ / "castle.data")));
  EXPECT_EQ(saved.At("/result/warnings"), "[]");
  EXPECT_EQ(loaded.Text("/result/name"), "castle");
  EXPECT_EQ(loaded.Text("/result/format"), "gox");
  EXPECT_GT(loaded.Number("/result/voxels"), 100000);
  EXPECT_EQ(Export(out_ / "again.gox").At("/error"), "missing");
  EXPECT_EQ(Content(out_ / "again.gox"), Content(out_ / "castle.data"));
}

TEST_F(FilesTest, EveryFormatIsWrittenByItsNameAndByTheEndOfThePath) {
  Load("builtin:demo");
  struct Format {
    const char* name;
    const char* end;
    const char* start;
  };
  for (const auto& [name, end, start] :
       std::initializer_list<Format>{{"gox", "gox", "GOX "},
                                     {"VOX", "vox", "VOX "},
                                     {"Qubicle", "qb", "\x01\x01"},
                                     {"text", "txt", "# Goxel"},
                                     {"ply", "ply", "ply"},
                                     {"obj", "obj", "#"},
                                     {"glTF", "gltf", "{"},
                                     {"povray", "povray", ""},
                                     {"png", "png", "\x89PNG"}}) {
    const JsonReply by_name = Export(out_ / "scene", name);
    EXPECT_EQ(by_name.Text("/result/format"), name) << by_name.text();
    EXPECT_THAT(Content(out_ / "scene"), StartsWith(start)) << name;
    EXPECT_GT(fs::file_size(out_ / "scene"), 1000u) << name;

    const fs::path path = out_ / fmt::format("scene.{}", end);
    const JsonReply by_end = Export(path);
    EXPECT_EQ(by_end.At("/result/success"), "true") << by_end.text();
    EXPECT_EQ(by_end.At("/result/format"), "missing");
    EXPECT_THAT(Content(path), StartsWith(start)) << name;
  }
}

TEST_F(FilesTest, SlicesAreAPictureOfTheirOwn) {
  Load("builtin:demo");

  const JsonReply reply = Export(out_ / "slices.png", "PNG Slices");

  EXPECT_EQ(reply.At("/result/success"), "true") << reply.text();
  EXPECT_THAT(Content(out_ / "slices.png"), StartsWith("\x89PNG"));
}

TEST_F(FilesTest, MaterialsOfAnObjFileLieBesideIt) {
  Load("builtin:demo");

  const JsonReply reply = Export(out_ / "castle.obj");

  EXPECT_EQ(Names(), (std::set<std::string>{"castle.obj", "castle.mtl"}));
  EXPECT_EQ(reply.Text("/result/files/0/path"), out_ / "castle.obj");
  EXPECT_EQ(reply.Text("/result/files/1/path"), out_ / "castle.mtl");
  EXPECT_THAT(Content(out_ / "castle.obj"), HasSubstr("castle.mtl"));
  EXPECT_EQ(Export(out_ / "castle.mtl", "obj").Number("/error/code"), -1007);
}

TEST_F(FilesTest, UnknownFormatsAreRefusedWithTheNamesThereAre) {
  Call(client_, "goxel.create_project", "[]");

  for (const char* format : {"kvx", "vxl", "glb", "stl", ""}) {
    const JsonReply reply =
        Call(client_, "goxel.export_model",
             fmt::format(R"({{"path":"{}/a.gox","format":"{}"}})",
                         out_.native(), format));
    EXPECT_EQ(reply.Number("/error/code"), -1007) << format;
    EXPECT_THAT(reply.Text("/error/message"), HasSubstr("\"qubicle\""));
  }
  EXPECT_EQ(Export(out_ / "a.kvx").Number("/error/code"), -1007);
  EXPECT_EQ(Export(out_ / "a").Number("/error/code"), -1007);
  EXPECT_EQ(Names(), std::set<std::string>{});
}

TEST_F(FilesTest, WithoutAProjectErrorsAreThoseThatClientsKnow) {
  EXPECT_EQ(Save("/tmp/a.gox").Text("/error/message"),
            "Failed to save project '/tmp/a.gox': error code -1");
  EXPECT_EQ(Save("/tmp/a.gox").Number("/error/code"), -1003);
  EXPECT_EQ(Export("/tmp/a.obj").Text("/error/message"),
            "Failed to export model '/tmp/a.obj': error code -1");
  EXPECT_EQ(Export("/tmp/a.obj").Number("/error/code"), -1007);
}

TEST_F(FilesTest, MissingPathIsNamed) {
  for (const char* method :
       {"goxel.load_project", "goxel.save_project", "goxel.export_model"}) {
    for (const char* params : {"[]", "{}", "[7]", R"({"path":null})"}) {
      const JsonReply reply = Call(client_, method, params);
      EXPECT_EQ(reply.Number("/error/code"), -32602) << method << params;
      EXPECT_EQ(reply.Text("/error/message"),
                "Missing required parameter: path");
    }
  }
}

TEST_F(FilesTest, FilesThatCannotBeWrittenAreErrorsWithTheTrueReason) {
  Call(client_, "goxel.create_project", "[]");
  const fs::path long_name = out_ / std::string(300, 'x');

  EXPECT_EQ(Save(out_ / "no" / "a.gox").Text("/error/data/reason"),
            "not_found");
  EXPECT_EQ(Save(out_).Text("/error/data/reason"), "invalid_argument");
  EXPECT_EQ(Save("").Text("/error/data/reason"), "invalid_argument");
  EXPECT_EQ(Save(long_name).Text("/error/data/reason"), "invalid_argument");
  EXPECT_EQ(Save("/proc/a.gox").Number("/error/code"), -1003);
  EXPECT_EQ(Export(out_ / "no" / "a.ply").Number("/error/code"), -1007);
  EXPECT_EQ(Export(out_ / "no" / "a.png").Number("/error/code"), -1007);
  EXPECT_EQ(Export(out_ / "no" / "a.png").Text("/error/data/reason"),
            "not_found");
}

TEST_F(FilesTest, ProjectsAreSavedAsGoxOnly) {
  Call(client_, "goxel.create_project", "[]");
  const auto save = [&](std::string_view format) {
    return Call(client_, "goxel.save_project",
                fmt::format(R"({{"path":"{}/a.vox","format":"{}"}})",
                            out_.native(), format));
  };

  EXPECT_EQ(save("gox").At("/result/success"), "true");
  EXPECT_EQ(save("vox").Number("/error/code"), -32602);
}

TEST_F(FilesTest, FileThatCannotBeReadLeavesTheProjectAlone) {
  Load("builtin:demo");
  ASSERT_EQ(Save(out_ / "whole.gox").At("/error"), "missing");
  const std::string whole = Content(out_ / "whole.gox");
  std::ofstream(out_ / "cut.gox", std::ios::binary)
      << whole.substr(0, whole.size() / 2);
  ASSERT_EQ(::mkfifo((out_ / "fifo").c_str(), 0600), 0);

  EXPECT_EQ(Load(out_ / "cut.gox").Text("/error/data/reason"), "data_loss");
  EXPECT_EQ(Load(out_ / "none.gox").Text("/error/data/reason"), "not_found");
  EXPECT_EQ(Load(out_ / "fifo").Text("/error/data/reason"), "invalid_argument");
  EXPECT_EQ(Load("/dev/zero").Number("/error/code"), -1002);

  ASSERT_EQ(Save(out_ / "still.gox").At("/error"), "missing");
  EXPECT_EQ(Content(out_ / "still.gox"), whole);
}

// Whenever it is killed, the file is the old one or the new one, and there is
// nothing else.
TEST_F(FilesTest, KilledDaemonLeavesNoHalfFile) {
  Load("builtin:demo");
  ASSERT_EQ(Export(out_ / "a.txt").At("/error"), "missing");
  const std::string complete = Content(out_ / "a.txt");
  for (const int milliseconds : {1, 5, 10, 20, 40}) {
    const DaemonHome home;
    DaemonProcess daemon(home);
    ASSERT_TRUE(daemon.AwaitReady());
    SocketClient client(home.socket());
    Call(client, "goxel.load_project", R"(["builtin:demo"])");
    std::ofstream(out_ / "a.txt") << "old";

    client.Send(fmt::format(
        R"({{"id":1,"method":"goxel.export_model","params":["{}/a.txt"]}})",
        out_.native()));
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    daemon.Kill();

    const std::string left = Content(out_ / "a.txt");
    EXPECT_TRUE(left == "old" || left == complete) << left.size();
    EXPECT_EQ(Names(), std::set<std::string>{"a.txt"});
  }
}

TEST_F(FilesTest, NothingIsWrittenThroughALinkThatAnotherUserPlanted) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a link away";
  Call(client_, "goxel.create_project", "[]");
  const fs::path sticky = home_.path() / "sticky";
  fs::create_directory(sticky);
  ASSERT_EQ(::chmod(sticky.c_str(), 01777), 0);
  fs::create_directory_symlink(out_, sticky / "trap");
  ASSERT_EQ(::lchown((sticky / "trap").c_str(), 12345, 12345), 0);

  const JsonReply saved = Save(sticky / "trap" / "a.gox");
  const JsonReply exported = Export(sticky / "trap" / "a.obj");
  const JsonReply picture = Export(sticky / "trap" / "a.png");
  const JsonReply rendered =
      Call(client_, "goxel.render_scene",
           fmt::format("[\"{}\",64,64]", (sticky / "trap/b.png").native()));

  for (const JsonReply* reply : {&saved, &exported, &picture, &rendered}) {
    EXPECT_EQ(reply->Text("/error/data/reason"), "permission_denied")
        << reply->text();
  }
  EXPECT_EQ(Names(), std::set<std::string>{});
}

class OutputRootsTest : public FilesTest {
 protected:
  OutputRootsTest()
      : FilesTest(std::vector<std::string>{
            "--allowed-output-roots",
            "/tmp/goxel_no_such_directory:/var/tmp"}) {}
};

TEST_F(OutputRootsTest, HoldForEveryFileThatAClientNames) {
  Call(client_, "goxel.create_project", "[]");
  const std::string outside = (out_ / "a").native();

  const JsonReply saved = Save(outside);
  const JsonReply exported = Export(outside, "obj");
  const JsonReply picture = Export(outside, "png");
  const JsonReply rendered = Call(client_, "goxel.render_scene",
                                  fmt::format("[\"{}\",64,64]", outside));
  const JsonReply climbing = Save("/var/tmp/../.." + outside);

  for (const JsonReply* reply :
       {&saved, &exported, &picture, &rendered, &climbing}) {
    EXPECT_EQ(reply->Text("/error/data/reason"), "permission_denied")
        << reply->text();
    EXPECT_THAT(reply->Text("/error/message"), HasSubstr("/var/tmp"));
  }
  EXPECT_EQ(Names(), std::set<std::string>{});
  const fs::path inside =
      fmt::format("/var/tmp/goxel_files_test_{}.gox", ::getpid());
  EXPECT_EQ(Save("/var/../var/tmp" / inside.filename()).At("/error"),
            "missing");
  EXPECT_TRUE(fs::remove(inside));
}

}  // namespace
}  // namespace goxel
