// Starts, stops and crashes of the daemon, and what they leave behind.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include "ipc/lease.h"
#include "ipc/unique_fd.h"
#include "tests/e2e/daemon_process.h"

namespace goxel {
namespace {

constexpr auto kStopLimit = std::chrono::seconds(3);

const char kMapped[] =
    R"({"width":128,"height":128,"options":{"return_mode":"mmap"}})";

std::size_t CountRenderFiles(const std::filesystem::path& directory) {
  return static_cast<std::size_t>(std::ranges::count_if(
      std::filesystem::directory_iterator(directory), [](const auto& entry) {
        return entry.path().filename().string().starts_with("render_");
      }));
}

// Hidden names are what is staged, or kept to be used again.
std::size_t CountHiddenFiles(const std::filesystem::path& directory) {
  return static_cast<std::size_t>(std::ranges::count_if(
      std::filesystem::directory_iterator(directory), [](const auto& entry) {
        return entry.path().filename().string().starts_with(".");
      }));
}

std::uint64_t StatusKilobytes(pid_t pid, const std::string& field) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string name;
  while (status >> name) {
    std::uint64_t value = 0;
    if (name == field + ":" && status >> value) return value;
    status.ignore(1 << 12, '\n');
  }
  return 0;
}

TEST(DaemonLife, StopsWithinSecondsAndLeavesTheSocketAndLockFree) {
  const DaemonHome home;
  for (const int signal : {SIGTERM, SIGINT}) {
    DaemonProcess daemon(home);
    ASSERT_TRUE(daemon.AwaitReady());

    daemon.Signal(signal);

    EXPECT_EQ(daemon.Wait(kStopLimit), 0) << home.Log();
    EXPECT_FALSE(std::filesystem::exists(home.socket()));
  }
}

TEST(DaemonLife, StopsWithinSecondsWhileItRenders) {
  const DaemonHome home;
  DaemonProcess daemon(home);
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());
  Call(client, "goxel.load_project", R"(["builtin:demo"])");
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests +=
        R"({"id":1,"method":"goxel.render_scene","params":{"width":3840,)"
        R"("height":2160,"options":{"return_mode":"mmap",)"
        R"("background_color":[0,0,)" +
        std::to_string(i) + "]}}}\n";
  }
  client.Send(requests);

  daemon.Signal(SIGTERM);

  EXPECT_EQ(daemon.Wait(kStopLimit), 0) << home.Log();
  EXPECT_EQ(CountHiddenFiles(home.renders()), 0u);
}

TEST(DaemonLife, RendersOutliveACleanStop) {
  const DaemonHome home;
  std::string path;
  {
    DaemonProcess daemon(home);
    ASSERT_TRUE(daemon.AwaitReady());
    SocketClient client(home.socket());
    path =
        Call(client, "goxel.render_scene", kMapped).Text("/result/file/path");
    daemon.Signal(SIGTERM);
    ASSERT_EQ(daemon.Wait(kStopLimit), 0);
  }
  EXPECT_TRUE(std::filesystem::exists(path));

  DaemonProcess daemon(home);
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());
  const JsonReply again = Call(client, "goxel.render_scene", kMapped);

  EXPECT_EQ(again.Text("/result/file/path"), path);
  EXPECT_EQ(again.At("/result/render/cached"), "true");
}

TEST(DaemonLife, PurgeOnExitLeavesNoRender) {
  const DaemonHome home;
  DaemonProcess daemon(home, {"--purge-on-exit"});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());
  Call(client, "goxel.render_scene", kMapped);
  ASSERT_EQ(CountRenderFiles(home.renders()), 1u);

  daemon.Signal(SIGTERM);

  EXPECT_EQ(daemon.Wait(kStopLimit), 0);
  EXPECT_EQ(CountRenderFiles(home.renders()), 0u);
}

TEST(DaemonLife, ASecondDaemonIsRefusedAndNamesTheFirst) {
  const DaemonHome home;
  DaemonProcess first(home);
  ASSERT_TRUE(first.AwaitReady());
  const std::string pid = std::to_string(first.pid());
  const std::string elsewhere = home.path() / "other";

  // The same directory, then the same socket.
  for (const auto& flags : {std::vector<std::string>{"--socket", elsewhere},
                            {"--render-dir", elsewhere}}) {
    DaemonProcess second(home, flags);
    EXPECT_EQ(second.Wait(std::chrono::seconds(30)), 1);
    const std::string log = home.Log();
    const auto refusal = log.find("goxel-daemon: ");
    ASSERT_NE(refusal, std::string::npos) << log;
    EXPECT_NE(log.find(pid, refusal), std::string::npos) << log;
  }
  SocketClient client(home.socket());
  EXPECT_TRUE(Call(client, "ping").Has("/result/pong"));
}

TEST(DaemonLife, AKillDuringRendersLosesNoCommittedOneAndLeavesNoOrphan) {
  const DaemonHome home;
  std::vector<std::string> committed;
  {
    DaemonProcess daemon(home);
    ASSERT_TRUE(daemon.AwaitReady());
    SocketClient client(home.socket());
    Call(client, "goxel.load_project", R"(["builtin:demo"])");
    std::string requests;
    for (int i = 0; i < 20; ++i) {
      requests +=
          R"({"id":1,"method":"goxel.render_scene","params":{"width":1024,)"
          R"("height":1024,"options":{"return_mode":")" +
          std::string(i % 2 == 0 ? "mmap" : "file_path") +
          R"(","background_color":[0,0,)" + std::to_string(i) + "]}}}\n";
    }
    client.Send(requests);
    // In the midst of the renders that follow.
    for (int i = 0; i < 6; ++i) {
      committed.push_back(
          JsonReply(client.ReadLine()).Text("/result/file/path"));
    }
    daemon.Kill();
  }

  DaemonProcess daemon(home);
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());
  const JsonReply list = Call(client, "goxel.list_renders");

  for (const std::string& path : committed) {
    EXPECT_NE(list.text().find(path), std::string::npos) << path;
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    ASSERT_TRUE(file.valid()) << path;
    EXPECT_EQ(TakeWriteLease(file.get()).value(), LeaseResult::kGranted)
        << "a lease has outlived its process: " << path;
  }
  EXPECT_EQ(list.Number("/result/count"),
            static_cast<double>(CountRenderFiles(home.renders())));
  EXPECT_EQ(CountHiddenFiles(home.renders()), 0u);
}

TEST(DaemonLife, AClientThatLeavesDoesNotDisturbTheOthers) {
  const DaemonHome home;
  DaemonProcess daemon(home);
  ASSERT_TRUE(daemon.AwaitReady());
  for (int i = 0; i < 20; ++i) {
    SocketClient leaving(home.socket());
    leaving.Send(
        R"({"id":1,"method":"goxel.render_scene","params":{"width":512,)"
        R"("height":512,"options":{"return_mode":"mmap",)"
        R"("background_color":[1,1,)" +
        std::to_string(i) + "]}}}\n");
  }

  SocketClient client(home.socket());

  EXPECT_TRUE(
      Call(client, "goxel.render_scene", kMapped).Has("/result/file/path"));
}

// The file is the only copy of the pixels. What else a 4K frame may take is the
// depth buffer, 33 MB, and some slack.
TEST(DaemonLife, AMapped4kRenderIsNotHeldInAnonymousMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer keeps memory of its own beside the daemon's";
#endif
  const DaemonHome home;
  DaemonProcess daemon(home);
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());
  Call(client, "goxel.load_project", R"(["builtin:demo"])");
  // A small frame first, so that mesh and shaders are there.
  Call(client, "goxel.render_scene", kMapped);
  const std::uint64_t before = StatusKilobytes(daemon.pid(), "RssAnon");
  std::atomic<bool> done = false;
  std::uint64_t peak = before;
  std::thread watcher([&] {
    while (!done) {
      peak = std::max(peak, StatusKilobytes(daemon.pid(), "RssAnon"));
    }
  });

  JsonReply reply("{}");
  for (int i = 0; i < 5; ++i) {
    reply = Call(client, "goxel.render_scene",
                 R"({"width":3840,"height":2160,"options":{)"
                 R"("return_mode":"mmap","background_color":[7,0,)" +
                     std::to_string(i) + "]}}");
  }
  done = true;
  watcher.join();

  const std::uint64_t after = StatusKilobytes(daemon.pid(), "RssAnon");
  RecordProperty("before_kb", std::to_string(before));
  RecordProperty("peak_kb", std::to_string(peak));
  RecordProperty("after_kb", std::to_string(after));
  if (reply.Text("/result/render/path") != "zero_copy") {
    GTEST_SKIP() << "no zero-copy here: " << reply.text();
  }
  constexpr std::uint64_t kDepthBufferKb = 3840 * 2160 * 4 / 1024;
  constexpr std::uint64_t kSlackKb = 8 * 1024;
  EXPECT_LE(peak - before, kDepthBufferKb + kSlackKb);
}

}  // namespace
}  // namespace goxel
