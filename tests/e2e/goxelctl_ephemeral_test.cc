// goxelctl with a daemon of its own, for one command.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/e2e/goxelctl_fixture.h"

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kPause = std::chrono::milliseconds(5);

class GoxelctlEphemeralTest : public GoxelctlTest {
 protected:
  bool NothingIsLeft() const {
    return std::filesystem::is_empty(temporary()) && !DaemonRuns();
  }

  // A process whose command line has the directory for temporary files.
  bool DaemonRuns() const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      if (ReadFile(entry.path() / "cmdline")
              .find("--socket" + std::string(1, '\0') + temporary().string()) !=
          std::string::npos) {
        return true;
      }
    }
    return false;
  }

  // goxelctl with a daemon of its own and a scene that does not come.
  std::FILE* StartWaiting() const {
    return ::popen(Command("render - -o a.png --ephemeral 2>/dev/null",
                           "echo $$ >pid; exec")
                       .c_str(),
                   "w");
  }

  void Kill(std::FILE* waiting, int signal) const {
    ASSERT_EQ(::kill(std::stoi(ReadFile(home() / "pid")), signal), 0);
    ::pclose(waiting);
  }

  bool NothingIsLeftSoon() const {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!NothingIsLeft() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(kPause);
    }
    return NothingIsLeft();
  }

  // The socket of a private daemon; empty while there is none.
  std::string PrivateSocket() const {
    for (const auto& entry : std::filesystem::directory_iterator(temporary())) {
      const auto socket = entry.path() / "socket";
      if (std::filesystem::exists(socket)) return socket;
    }
    return "";
  }
};

TEST_F(GoxelctlEphemeralTest, RendersWhereNoDaemonAnswersAndSaysSo) {
  const Outcome outcome = Run("render builtin:demo -o a.png --size 64x48");

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("no daemon answers"));
  EXPECT_THAT(ReadFile(home() / "a.png"), HasSubstr("IHDR"));
  EXPECT_TRUE(NothingIsLeft());
}

TEST_F(GoxelctlEphemeralTest, LeavesTheDaemonThatRunsAlone) {
  StartDaemon();

  const Outcome outcome =
      Run("render builtin:demo -o a.png --size 64x48 --ephemeral --json");

  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(IdIn(outcome.out)));
  EXPECT_THAT(Run("ls --json").out, HasSubstr("\"count\":0"));
  EXPECT_TRUE(NothingIsLeft());
}

TEST_F(GoxelctlEphemeralTest, GivesTheSamePictureAsADaemonThatRuns) {
  ASSERT_EQ(Run("render builtin:demo -o own.png --size 64x48").exit_code, 0);
  StartDaemon();

  ASSERT_EQ(Run("render builtin:demo -o shared.png --size 64x48").exit_code, 0);

  // The record in the file differs, by id and time.
  EXPECT_EQ(Run("diff own.png shared.png").exit_code, 0);
}

TEST_F(GoxelctlEphemeralTest, WhoWantsNoneGetsExitCode3AndBothWaysToGoOn) {
  for (const std::string flags :
       {"--no-ephemeral", "--socket /nonexistent/sock"}) {
    const Outcome outcome = Run("render builtin:demo -o a.png " + flags);

    EXPECT_EQ(outcome.exit_code, 3) << flags;
    EXPECT_THAT(outcome.err, HasSubstr("goxel-daemon --socket")) << flags;
    EXPECT_THAT(outcome.err, HasSubstr("ephemeral")) << flags;
  }
}

TEST_F(GoxelctlEphemeralTest, APathIsNotPrintedOfARenderThatIsGone) {
  EXPECT_EQ(Run("render builtin:demo --ephemeral").exit_code, 2);
  EXPECT_EQ(Run("sheet builtin:demo --ephemeral").exit_code, 2);
  const Outcome outcome = Run("render builtin:demo");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("give -o"));
}

TEST_F(GoxelctlEphemeralTest, LeavesNothingWhenTheCommandFails) {
  EXPECT_EQ(Run("render missing.vox -o a.png --ephemeral").exit_code, 1);
  EXPECT_EQ(
      Run("render builtin:demo -o a.png --size 99999x1 --ephemeral").exit_code,
      4);
  EXPECT_EQ(Run("render builtin:demo -o nowhere/a.png --size 64x64 --ephemeral")
                .exit_code,
            4);
  EXPECT_TRUE(NothingIsLeft());
}

TEST_F(GoxelctlEphemeralTest, ADaemonThatEndsAtOnceIsAnErrorWithItsWords) {
  const Outcome silent = Run("render builtin:demo -o a.png --ephemeral",
                             "GOXEL_DAEMON=/bin/false");
  EXPECT_EQ(silent.exit_code, 1);
  EXPECT_THAT(silent.err, HasSubstr("did not start"));

  const Outcome wrong =
      Run("render builtin:demo -o a.png --ephemeral", "GOXEL_RENDER_TTL=soon");
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("GOXEL_RENDER_TTL"));

  const Outcome none = Run("render builtin:demo -o a.png --ephemeral",
                           "GOXEL_DAEMON=/nonexistent/goxel-daemon");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("/nonexistent/goxel-daemon"));
  EXPECT_TRUE(NothingIsLeft());
}

// The scene comes from a pipe that stays open, so that goxelctl waits with its
// daemon running.
TEST_F(GoxelctlEphemeralTest, KilledItTakesDaemonAndDirectoryAlong) {
  for (const int signal : {SIGKILL, SIGINT, SIGTERM}) {
    std::FILE* scene = StartWaiting();
    ASSERT_NE(scene, nullptr);
    while (PrivateSocket().empty()) std::this_thread::sleep_for(kPause);
    EXPECT_TRUE(DaemonRuns());

    Kill(scene, signal);

    EXPECT_TRUE(NothingIsLeftSoon()) << "signal " << signal;
  }
}

TEST_F(GoxelctlEphemeralTest, KilledAsSoonAsItHasADirectoryItLeavesNone) {
  for (int round = 0; round < 20; ++round) {
    std::FILE* scene = StartWaiting();
    ASSERT_NE(scene, nullptr);
    while (std::filesystem::is_empty(temporary())) {
    }

    Kill(scene, SIGKILL);

    ASSERT_TRUE(NothingIsLeftSoon()) << "round " << round;
  }
}

TEST_F(GoxelctlEphemeralTest, NobodyElseCanEnterItsDirectory) {
  std::FILE* scene = ::popen(
      Command("render - -o a.png --ephemeral 2>/dev/null").c_str(), "w");
  ASSERT_NE(scene, nullptr);
  while (PrivateSocket().empty()) std::this_thread::sleep_for(kPause);

  const auto home = std::filesystem::path(PrivateSocket()).parent_path();
  EXPECT_EQ(std::filesystem::status(home).permissions(),
            std::filesystem::perms::owner_all);

  ::pclose(scene);
  EXPECT_TRUE(NothingIsLeft());
}

}  // namespace
}  // namespace goxel
