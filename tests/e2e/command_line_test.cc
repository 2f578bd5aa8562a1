// goxel-daemon at a shell: what each flag does, and what it says to mistakes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/daemon_command.h"

namespace goxel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// A user and a group that every Debian has.
constexpr uid_t kNobody = 65534;
constexpr gid_t kDaemonGroup = 1;

TEST(CommandLine, VersionAndHelpStartWithTheVersion) {
  for (const char* flag : {"-v", "--version", "-h", "--help"}) {
    const CommandOutcome outcome = RunDaemonCommand({flag});

    EXPECT_EQ(outcome.exit_code, 0) << flag;
    EXPECT_THAT(outcome.out, StartsWith("goxel-daemon version ")) << flag;
  }
}

TEST(CommandLine, MistakesEndWithOneAndAPointerToTheHelp) {
  const std::vector<std::vector<std::string>> mistakes = {
      {"--sockte", "/tmp/x"},     {"extra"},       {"-j", "0"},
      {"--protocol", "soap"},     {"--socket"},    {"-D", "-f"},
      {"--status", "--stop"},     {"-m", "65537"}, {"--test-signals"},
      {"-c", "/nonexistent.conf"}};
  for (const auto& arguments : mistakes) {
    const CommandOutcome outcome = RunDaemonCommand(arguments);

    EXPECT_EQ(outcome.exit_code, 1) << arguments[0];
    EXPECT_THAT(outcome.err,
                AllOf(StartsWith("goxel-daemon: "),
                      HasSubstr("Invalid command line arguments. Use --help "
                                "for usage information.\n")))
        << arguments[0];
  }
}

TEST(CommandLine, FlagThatIsNotThereIsAnsweredWithTheNearest) {
  EXPECT_THAT(RunDaemonCommand({"--sockte", "/tmp/x"}).err,
              HasSubstr("there is no flag --sockte; did you mean --socket?"));
}

TEST(CommandLine, SelfTestsOfTheOldDaemonNameTheDoctor) {
  EXPECT_THAT(RunDaemonCommand({"--test-lifecycle"}).err,
              HasSubstr("goxelctl doctor"));
}

TEST(CommandLine, DirectoryOfTheSocketMustExist) {
  const DaemonHome home;
  const std::string directory = home.path() / "absent";

  const CommandOutcome outcome = RunDaemonCommand(
      {"--socket", directory + "/sock", "--render-dir", home.renders()});

  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr(directory + ", the directory of the "
                                                 "socket"));
}

TEST(CommandLine, WorkersAreThreads) {
  const DaemonHome home;
  const auto threads = [&](const std::string& workers) {
    DaemonProcess daemon(home, {"-j", workers});
    EXPECT_TRUE(daemon.AwaitReady());
    // By then the renderer has its threads, too.
    SocketClient client(home.socket());
    Call(client, "goxel.render_scene",
         R"({"width":16,"height":16,"options":{"return_mode":"mmap"}})");
    return std::stoi(ProcessField(daemon.pid(), "Threads"));
  };

  EXPECT_EQ(threads("9") - threads("2"), 7);
}

TEST(CommandLine, ForegroundDaemonMayHavePidAndLogFile) {
  const DaemonHome home;
  const std::string pid_file = home.path() / "pid";
  const std::string log_file = home.path() / "daemon.log";
  DaemonProcess daemon(
      home, {"--foreground", "-p", pid_file, "--log-file", log_file});
  ASSERT_TRUE(daemon.AwaitReady());

  EXPECT_EQ(ReadText(pid_file), std::to_string(daemon.pid()) + "\n");
  EXPECT_EQ(home.Log(), "");
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(std::chrono::seconds(30)), 0);
  EXPECT_FALSE(std::filesystem::exists(pid_file));
  EXPECT_THAT(ReadText(log_file), HasSubstr("renders in"));
}

TEST(CommandLine, OneKindOfMessageCanBeRefused) {
  const DaemonHome home;
  const std::string tool = R"({"tool":"ping","arguments":{}})"
                           "\n";
  const std::string method = R"({"jsonrpc":"2.0","id":1,"method":"ping"})"
                             "\n";
  {
    DaemonProcess daemon(home, {"--protocol", "jsonrpc"});
    ASSERT_TRUE(daemon.AwaitReady());
    SocketClient client(home.socket());
    EXPECT_THAT(client.Call(method), HasSubstr("pong"));
    EXPECT_THAT(client.Call(tool), Not(HasSubstr("pong")));
  }
  DaemonProcess daemon(home, {"-P", "mcp"});
  ASSERT_TRUE(daemon.AwaitReady());
  SocketClient client(home.socket());
  EXPECT_THAT(client.Call(tool), HasSubstr("pong"));
  EXPECT_THAT(client.Call(method), Not(HasSubstr("pong")));
}

TEST(CommandLine, RootBecomesTheUserAndGivesTheDirectoriesAway) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const DaemonHome home;
  ASSERT_EQ(::chmod(home.path().c_str(), 0755), 0);
  const std::string run = home.path() / "run";
  DaemonProcess daemon(
      home, {"--user", "nobody", "--group", "daemon", "--socket", run + "/sock",
             "--pid-file", run + "/pid", "--log-file", run + "/log"});
  while (!std::filesystem::exists(run + "/pid") &&
         !daemon.Wait(std::chrono::seconds(0))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ASSERT_TRUE(std::filesystem::exists(run + "/pid")) << home.Log();

  const std::string uid = std::to_string(kNobody);
  const std::string gid = std::to_string(kDaemonGroup);
  EXPECT_EQ(ProcessField(daemon.pid(), "Uid"),
            uid + "\t" + uid + "\t" + uid + "\t" + uid);
  EXPECT_EQ(ProcessField(daemon.pid(), "Gid"),
            gid + "\t" + gid + "\t" + gid + "\t" + gid);
  for (const std::string& path :
       {run, run + "/pid", run + "/log", home.renders().string()}) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    EXPECT_EQ(info.st_uid, kNobody) << path;
  }
}

TEST(CommandLine, OnlyRootBecomesAnybody) {
  if (::geteuid() != 0) GTEST_SKIP() << "tried from root's side";
  const DaemonHome home;
  const CommandOutcome unknown =
      RunDaemonCommand({"--user", "no-such-user", "-s", home.socket()});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("there is no user 'no-such-user'"));
  const CommandOutcome group =
      RunDaemonCommand({"--group", "no-such-group", "-s", home.socket()});
  EXPECT_THAT(group.err, HasSubstr("there is no group 'no-such-group'"));
}

TEST(CommandLine, PrintedConfigTellsWhereDetachedDefaultsComeFrom) {
  const CommandOutcome outcome =
      RunDaemonCommand({"-D", "--print-config", "-w", "/tmp"});

  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("pid_file = /tmp/goxel-daemon.pid ; default of a "
                              "detached daemon\n"),
                    HasSubstr("working_dir = /tmp ; --working-dir\n")));
}

}  // namespace
}  // namespace goxel
