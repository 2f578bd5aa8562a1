// goxelctl watch: renders as they are published.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/e2e/goxelctl_fixture.h"

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class GoxelctlWatchTest : public GoxelctlTest {
 protected:
  // goxelctl watch beside the test, with the renders that are there told first.
  void StartWatch(const std::string& flags) {
    watch_ = ::popen(Command("watch --all --timeout 60 " + flags).c_str(), "r");
    ASSERT_NE(watch_, nullptr);
  }

  std::string ReadLine() {
    char line[4096] = "";
    EXPECT_NE(std::fgets(line, sizeof(line), watch_), nullptr);
    return line;
  }

  int EndOfWatch() { return WEXITSTATUS(::pclose(watch_)); }

  std::string Render(const std::string& size) {
    return IdIn(Run("render builtin:demo --json --size " + size).out);
  }

 private:
  std::FILE* watch_ = nullptr;
};

TEST_F(GoxelctlWatchTest, TellsOfRendersAsTheyArePublished) {
  StartDaemon();
  const std::string first = Render("64x48");
  StartWatch("--count 3");

  EXPECT_THAT(ReadLine(), HasSubstr(first));
  const std::string second = Render("64x32");
  EXPECT_THAT(ReadLine(), HasSubstr(second));
  const std::string third = Render("48x32");
  EXPECT_THAT(ReadLine(), HasSubstr(third));
  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlWatchTest, GoesOnWithTheNextDaemon) {
  StartDaemon();
  const std::string first = Render("64x48");
  StartWatch("--count 2 --json");
  EXPECT_EQ(IdIn(ReadLine()), first);

  KillDaemon();
  StartDaemon();
  const std::string second = Render("64x32");

  EXPECT_EQ(IdIn(ReadLine()), second);
  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlWatchTest, RendersThatWereThereAreNoNews) {
  StartDaemon();
  Render("64x48");

  const Outcome one = Run("watch --count 1 --timeout 0.2");
  const Outcome any = Run("watch --timeout 0.2");

  EXPECT_EQ(one.exit_code, 1);
  EXPECT_THAT(one.out, IsEmpty());
  EXPECT_THAT(one.err, HasSubstr("0 of 1 renders"));
  EXPECT_EQ(any.exit_code, 0);
}

TEST_F(GoxelctlWatchTest, WithoutAnIndexItIsExitCode3) {
  EXPECT_EQ(Run("watch --timeout 1").exit_code, 3);
}

}  // namespace
}  // namespace goxel
