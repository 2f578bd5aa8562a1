// How clients of the real daemon learn how far their picture is drawn.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "clients/cpp/client.h"
#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

using testing::HasSubstr;

class ProgressTest : public testing::Test {
 protected:
  ProgressTest() : daemon_(home_), ready_(daemon_.AwaitReady()) {
    SocketClient client(home_.socket());
    Call(client, "goxel.load_project", R"({"path":"builtin:demo"})");
  }

  DaemonHome home_;
  DaemonProcess daemon_;
  bool ready_;
};

TEST_F(ProgressTest, NotificationsComeBeforeTheReplyAndEndWithAllRows) {
  SocketClient client(home_.socket());
  for (const std::string mode : {"mmap", "file_path", "fd", "base64"}) {
    std::string request =
        R"({"jsonrpc":"2.0","id":7,"method":"goxel.render_scene","params":)"
        R"({"width":400,"height":900,"options":{"progress":true,)"
        R"("cache":"off","return_mode":")";
    request.append(mode).append("\"}}}\n");
    ASSERT_TRUE(client.Send(request));
    std::vector<JsonReply> notes;
    JsonReply line(client.ReadLine());
    while (line.Has("/method")) {
      notes.push_back(std::move(line));
      line = JsonReply(client.ReadLine());
    }

    EXPECT_EQ(line.Number("/id"), 7) << line.text();
    ASSERT_FALSE(notes.empty()) << mode;
    double rows = 0;
    for (const JsonReply& note : notes) {
      EXPECT_EQ(note.Text("/method"), "goxel.render_progress");
      EXPECT_FALSE(note.Has("/id"));
      EXPECT_EQ(note.Text("/params/id"), line.Text("/result/render/id"));
      EXPECT_GT(note.Number("/params/rows_ready"), rows);
      rows = note.Number("/params/rows_ready");
      EXPECT_EQ(note.Number("/params/rows"), 900);
    }
    EXPECT_EQ(rows, 900) << mode;
  }
}

TEST_F(ProgressTest, TheClientLibraryReportsIt) {
  auto client = Client::Connect({.socket_path = home_.socket()});
  ASSERT_TRUE(client) << client.error().message();
  std::vector<ProgressReport> reports;
  RenderRequest request;
  request.on_progress = [&](const ProgressReport& report) {
    reports.push_back(report);
  };

  const auto render = (*client)->RenderMapped(request);

  ASSERT_TRUE(render) << render.error().message();
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.back().id, render->id);
  EXPECT_EQ(reports.back().rows_ready, 1024u);
}

TEST_F(ProgressTest, GoxelctlShowsABarWhenAskedTo) {
  const std::string log = home_.path() / "stderr";
  std::string command = GOXELCTL_BINARY;
  command.append(" --socket ").append(home_.socket());
  command.append(" render builtin:demo --size 64x64 >/dev/null 2>").append(log);

  ASSERT_EQ(::system((command + " --progress").c_str()), 0);
  std::ifstream with(log);
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(with), {}),
              HasSubstr("100 %"));

  // Not a terminal: nothing unless forced.
  ASSERT_EQ(::system(command.c_str()), 0);
  std::ifstream without(log);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(without), {}), "");
}

}  // namespace
}  // namespace goxel
