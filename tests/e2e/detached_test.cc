// The daemon as a service of the old school: detached, with a pid file and a
// log file, told what to do by --status, --stop and --reload.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/daemon_command.h"

namespace goxel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class DetachedTest : public testing::Test {
 protected:
  std::string Pid() const { return std::to_string(daemon_.pid().value_or(0)); }

  JsonReply Ask(std::string_view method, std::string_view params = "[]") {
    SocketClient client(home_.socket());
    return Call(client, method, params);
  }

  const DaemonHome home_;
  DetachedDaemon daemon_{home_};
};

TEST_F(DetachedTest, CommandReturnsWhenTheDaemonAnswers) {
  const CommandOutcome started = daemon_.Start();

  ASSERT_EQ(started.exit_code, 0) << started.err;
  EXPECT_EQ(started.out + started.err, "");
  EXPECT_TRUE(Ask("ping").Has("/result/pong"));
}

TEST_F(DetachedTest, DaemonHasLeftTerminalDirectoryAndSession) {
  ASSERT_EQ(daemon_.Start().exit_code, 0);
  const pid_t pid = daemon_.pid().value_or(0);
  const std::string process = "/proc/" + std::to_string(pid);

  EXPECT_NE(::getsid(pid), ::getsid(0));
  EXPECT_NE(::getsid(pid), pid) << "a session's leader can get a terminal";
  EXPECT_EQ(std::filesystem::read_symlink(process + "/cwd"), "/");
  EXPECT_EQ(std::filesystem::read_symlink(process + "/fd/0"), "/dev/null");
  EXPECT_EQ(std::filesystem::read_symlink(process + "/fd/1"), "/dev/null");
  EXPECT_EQ(std::filesystem::read_symlink(process + "/fd/2"),
            daemon_.log_file());
}

TEST_F(DetachedTest, FailedStartIsToldByTheCommand) {
  std::ofstream(home_.socket()) << "no socket";

  const CommandOutcome started = daemon_.Start();

  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, AllOf(StartsWith("goxel-daemon: "),
                                 HasSubstr("is not a socket; remove it")));
  EXPECT_THAT(ReadText(daemon_.log_file()), HasSubstr("is not a socket"));
  EXPECT_FALSE(std::filesystem::exists(daemon_.pid_file()));
}

TEST_F(DetachedTest, PidFileNamesTheDaemonAndGoesWithIt) {
  ASSERT_EQ(daemon_.Start().exit_code, 0);
  const std::string pid = Pid();

  EXPECT_EQ(ReadText(daemon_.pid_file()), pid + "\n");
  const CommandOutcome stopped = daemon_.Run("--stop");

  EXPECT_EQ(stopped.exit_code, 0) << stopped.out;
  EXPECT_EQ(stopped.out, "goxel-daemon (pid " + pid + ") has stopped\n");
  EXPECT_FALSE(std::filesystem::exists(daemon_.pid_file()));
  EXPECT_FALSE(std::filesystem::exists(home_.socket()));
}

TEST_F(DetachedTest, PidFileOfAKilledDaemonIsReplaced) {
  ASSERT_EQ(daemon_.Start().exit_code, 0);
  const std::string first = Pid();
  daemon_.Kill();
  ASSERT_EQ(ReadText(daemon_.pid_file()), first + "\n");
  EXPECT_EQ(daemon_.Run("--status").exit_code, 3);

  const CommandOutcome started = daemon_.Start();

  EXPECT_EQ(started.exit_code, 0) << started.err;
  EXPECT_NE(Pid(), first);
}

TEST_F(DetachedTest, PidFileOfALiveDaemonIsRefusedByItsPid) {
  ASSERT_EQ(daemon_.Start().exit_code, 0);

  const CommandOutcome second =
      daemon_.Start({"--socket", home_.path() / "other", "--render-dir",
                     home_.path() / "others"});

  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err,
              AllOf(HasSubstr("pid " + Pid()), HasSubstr(daemon_.pid_file())));
}

TEST_F(DetachedTest, OneOfTwoSimultaneousStartsWins) {
  const auto start = [&](const std::string& name) {
    return daemon_
        .Start({"--socket", home_.path() / (name + ".sock"), "--render-dir",
                home_.path() / name})
        .exit_code;
  };
  int first = -1;
  std::thread other([&] { first = start("first"); });
  const int second = start("second");
  other.join();

  EXPECT_EQ(first + second, 1) << first << " and " << second;
}

TEST_F(DetachedTest, StatusTellsWhetherItRuns) {
  EXPECT_EQ(daemon_.Run("--status").exit_code, 3);
  ASSERT_EQ(daemon_.Start().exit_code, 0);

  const CommandOutcome running = daemon_.Run("--status");

  EXPECT_EQ(running.exit_code, 0);
  EXPECT_EQ(running.out, "goxel-daemon is running (pid " + Pid() + ")\n");
}

TEST_F(DetachedTest, StatusFindsADaemonWithoutPidFileByItsSocket) {
  DaemonProcess foreground(home_);
  ASSERT_TRUE(foreground.AwaitReady());

  const CommandOutcome running =
      RunDaemonCommand({"--status", "--socket", home_.socket()});

  EXPECT_EQ(running.exit_code, 0);
  EXPECT_THAT(running.out, HasSubstr(std::to_string(foreground.pid())));
}

TEST_F(DetachedTest, NothingToStopIsASuccessAndNothingToReloadIsNot) {
  const CommandOutcome stopped = daemon_.Run("--stop");
  EXPECT_EQ(stopped.exit_code, 0);
  EXPECT_THAT(stopped.out, HasSubstr("is not running"));

  EXPECT_EQ(daemon_.Run("--reload").exit_code, 7);
}

TEST_F(DetachedTest, ReloadTellsWhatTheDaemonSays) {
  const std::string config = home_.path() / "conf";
  std::ofstream(config) << "[render]\nttl_seconds = 60\n";
  ASSERT_EQ(daemon_.Start({"--config", config}).exit_code, 0);

  std::ofstream(config) << "[render]\nttl_seconds = 61\nfile_mode = 0640\n";
  const CommandOutcome accepted = daemon_.Run("--reload");
  std::ofstream(config) << "[render]\nttl_seconds = soon\n";
  const CommandOutcome refused = daemon_.Run("--reload");

  EXPECT_EQ(accepted.exit_code, 0);
  EXPECT_EQ(accepted.out,
            "the configuration was accepted; changed: [render] ttl_seconds; "
            "needs a restart: [render] file_mode\n");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out,
              HasSubstr(config + ":2: ttl_seconds is 'soon'; give a whole"));
  EXPECT_EQ(Ask("goxel.hello", "{}").Number("/result/limits/ttl_seconds"), 61);
}

TEST_F(DetachedTest, RenamedLogFileIsLeftAtReload) {
  ASSERT_EQ(daemon_.Start().exit_code, 0);
  const std::string rotated = daemon_.log_file() + ".1";
  std::filesystem::rename(daemon_.log_file(), rotated);

  EXPECT_EQ(daemon_.Run("--reload").exit_code, 0);

  EXPECT_THAT(ReadText(rotated), HasSubstr("renders in"));
  EXPECT_THAT(ReadText(daemon_.log_file()),
              HasSubstr("read the configuration again"));
}

TEST_F(DetachedTest, LogIsAppendedTo) {
  std::ofstream(daemon_.log_file()) << "of yesterday\n";

  ASSERT_EQ(daemon_.Start().exit_code, 0);

  EXPECT_THAT(ReadText(daemon_.log_file()),
              AllOf(StartsWith("of yesterday\n"), HasSubstr("renders in")));
}

// /tmp is everybody's: a link there may be a trap.
TEST_F(DetachedTest, LogIsNotWrittenThroughALinkOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make another's link";
  const std::string target = home_.path() / "target";
  ASSERT_EQ(::symlink(target.c_str(), daemon_.log_file().c_str()), 0);
  ASSERT_EQ(::lchown(daemon_.log_file().c_str(), 12345, 12345), 0);

  const CommandOutcome started = daemon_.Start();

  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, HasSubstr("open the log file"));
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(DetachedTest, RelativePathsOfRequestsStartInTheWorkingDirectory) {
  const auto directory = home_.path() / "work";
  std::filesystem::create_directory(directory);
  ASSERT_EQ(daemon_.Start({"--working-dir", directory}).exit_code, 0);
  Ask("goxel.create_project");

  const JsonReply reply = Ask("goxel.render_scene", R"(["here.png", 16, 16])");

  EXPECT_TRUE(std::filesystem::exists(directory / "here.png")) << reply.text();
}

TEST_F(DetachedTest, WorkingDirectoryThatIsNotThereIsRefused) {
  const CommandOutcome started =
      daemon_.Start({"--working-dir", home_.path() / "absent"});

  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, HasSubstr("go to the working directory"));
}

}  // namespace
}  // namespace goxel
