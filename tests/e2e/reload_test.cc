// Signals that a running daemon is sent: SIGHUP for its configuration, SIGUSR1
// for a line in the log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "tests/e2e/daemon_command.h"

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReloadTest : public testing::Test {
 protected:
  void Start(const std::string& config) {
    Configure(config);
    daemon_.emplace(home_, std::vector<std::string>{"--config", config_path_});
    ASSERT_TRUE(daemon_->AwaitReady());
  }

  void Configure(const std::string& text) {
    std::ofstream(config_path_) << text;
  }

  // Sends the signal and returns the log when `words` stand in it.
  std::string LogAfter(int signal, const std::string& words) {
    daemon_->Signal(signal);
    while (home_.Log().find(words) == std::string::npos &&
           !daemon_->Wait(std::chrono::seconds(0))) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return home_.Log();
  }

  double Limit(const std::string& name) {
    SocketClient client(home_.socket());
    return Call(client, "goxel.hello", "{}").Number("/result/limits/" + name);
  }

  const DaemonHome home_;
  const std::string config_path_ = home_.path() / "conf";
  std::optional<DaemonProcess> daemon_;
};

TEST_F(ReloadTest, HangUpTakesOverWhatMayChange) {
  Start("[render]\nttl_seconds = 100\nmax_width = 64\n");
  Configure("[render]\nttl_seconds = 200\nmax_width = 32\n");

  const std::string log = LogAfter(SIGHUP, "read the configuration again");

  EXPECT_THAT(log, HasSubstr("[render] ttl_seconds, [render] max_width"));
  EXPECT_EQ(Limit("ttl_seconds"), 200);
  SocketClient client(home_.socket());
  EXPECT_TRUE(
      Call(client, "goxel.render_scene",
           R"({"width":33,"height":8,"options":{"return_mode":"mmap"}})")
          .Has("/error"));
}

TEST_F(ReloadTest, TtlOfRendersToComeIsTheNewOne) {
  Start("[render]\nttl_seconds = 100\n");
  Configure("[render]\nttl_seconds = 5000\n");
  LogAfter(SIGHUP, "read the configuration again");

  SocketClient client(home_.socket());
  const JsonReply reply =
      Call(client, "goxel.render_scene",
           R"({"width":16,"height":16,"options":{"return_mode":"mmap"}})");

  EXPECT_EQ(reply.Number("/result/file/expires_at") -
                reply.Number("/result/file/created_at"),
            5000)
      << reply.text();
}

TEST_F(ReloadTest, WhatNeedsARestartIsNamedAndStays) {
  Start("[render]\nmax_renders = 10\n");
  Configure("[render]\nmax_renders = 20\n");

  const std::string log = LogAfter(SIGHUP, "read the configuration again");

  EXPECT_THAT(log, HasSubstr("needs a restart: [render] max_renders"));
  EXPECT_EQ(Limit("max_renders"), 10);
}

TEST_F(ReloadTest, BadFileIsToldByLineAndChangesNothing) {
  Start("[render]\nttl_seconds = 100\n");
  Configure("[render]\nttl_seconds = 200\nmax_width = wide\n");

  const std::string log = LogAfter(SIGHUP, "stays as it was");

  EXPECT_THAT(log, HasSubstr(config_path_ + ":3: max_width is 'wide'; give"));
  EXPECT_EQ(Limit("ttl_seconds"), 100);
}

TEST_F(ReloadTest, FileThatHasGoneChangesNothing) {
  Start("[render]\nttl_seconds = 100\n");
  std::filesystem::remove(config_path_);

  const std::string log = LogAfter(SIGHUP, "stays as it was");

  EXPECT_THAT(log, HasSubstr(config_path_));
  EXPECT_EQ(Limit("ttl_seconds"), 100);
}

TEST_F(ReloadTest, LogLevelChangesAtOnce) {
  Start("[daemon]\nlog_level = info\n");
  Configure("[daemon]\nlog_level = error\n");
  SocketClient client(home_.socket());
  const JsonReply quiet = Call(client, "goxel.reload_config");
  EXPECT_EQ(quiet.At("/result/changed"), R"(["[daemon] log_level"])");
  EXPECT_THAT(home_.Log(), Not(HasSubstr("read the configuration again")));

  Configure("[daemon]\nlog_level = info\n");

  EXPECT_THAT(LogAfter(SIGHUP, "read the configuration again"),
              HasSubstr("changed: [daemon] log_level"));
}

TEST_F(ReloadTest, ConnectionsAreLimitedAnew) {
  Start("[daemon]\nmax_connections = 2\n");
  SocketClient first(home_.socket());
  ASSERT_TRUE(Call(first, "ping").Has("/result/pong"));
  Configure("[daemon]\nmax_connections = 1\n");
  ASSERT_TRUE(Call(first, "goxel.reload_config").Has("/result/changed"));

  SocketClient second(home_.socket());

  EXPECT_THAT(second.ReadLine(), HasSubstr("all 1 connections are in use"));
  EXPECT_TRUE(Call(first, "ping").Has("/result/pong"));
}

TEST_F(ReloadTest, RefusalIsAnsweredAsInvalid) {
  Start("");
  Configure("[render]\nno_such_key = 1\n");
  SocketClient client(home_.socket());

  const JsonReply refused = Call(client, "goxel.reload_config");

  EXPECT_EQ(refused.Number("/error/code"), -32602);
  EXPECT_THAT(refused.Text("/error/message"),
              HasSubstr(config_path_ + ":2: there is no option"));
}

TEST_F(ReloadTest, UserSignalLogsHowTheDaemonIsDoing) {
  Start("");

  EXPECT_THAT(LogAfter(SIGUSR1, " projects"), HasSubstr("up "));
  EXPECT_GT(Limit("max_width"), 0);
}

}  // namespace
}  // namespace goxel
