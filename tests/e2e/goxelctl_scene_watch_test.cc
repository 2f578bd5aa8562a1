// goxelctl watch SCENE: a picture that follows its file through every way in
// which programs write files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/e2e/goxelctl_fixture.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr char kOneVoxel[] = "0 0 0 ff0000\n";
constexpr char kTwoVoxels[] = "0 0 0 ff0000\n1 0 0 00ff00\n";
constexpr char kBroken[] = "0 0 0 ff\n";

class GoxelctlSceneWatchTest : public GoxelctlTest {
 protected:
  GoxelctlSceneWatchTest() { Write("a.txt", kOneVoxel); }

  // Written in place: the same inode, emptied first.
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(home() / name, std::ios::binary) << text;
  }

  // As editors save: another file that gets the name.
  void Replace(const std::string& name, const std::string& text) const {
    Write("saved", text);
    std::filesystem::rename(home() / "saved", home() / name);
  }

  // goxelctl watch beside the test; what it says is what ReadLine() reads.
  void StartWatch(const std::string& flags) {
    const std::string arguments =
        "watch a.txt -o a.png --size 64x64 --timeout 60 " + flags + " 2>&1";
    // The shell becomes goxelctl, so that a signal finds it.
    watch_ =
        ::popen(Command(arguments, "echo $$ >watch.pid; exec").c_str(), "r");
    ASSERT_NE(watch_, nullptr);
  }

  std::string ReadLine() {
    char line[4096] = "";
    EXPECT_NE(std::fgets(line, sizeof(line), watch_), nullptr);
    return line;
  }

  // As waitpid(2) tells of it: 0 for an exit code of 0.
  int EndOfWatch() { return ::pclose(watch_); }

  void ExpectPictureOf(const std::string& text) {
    Write("expected.txt", text);
    ASSERT_EQ(Run("render expected.txt -o expected.png --size 64x64").exit_code,
              0);
    EXPECT_EQ(Run("diff a.png expected.png").exit_code, 0);
  }

 private:
  std::FILE* watch_ = nullptr;
};

TEST_F(GoxelctlSceneWatchTest, DrawsAFileThatIsWrittenInPlaceAgain) {
  StartDaemon();
  StartWatch("--count 2");
  EXPECT_THAT(ReadLine(), HasSubstr("a.png: 64 x 64 in "));
  ExpectPictureOf(kOneVoxel);

  Write("a.txt", kTwoVoxels);

  EXPECT_THAT(ReadLine(), HasSubstr("a.png: 64 x 64 in "));
  ExpectPictureOf(kTwoVoxels);
  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlSceneWatchTest, DrawsAFileThatTakesThePlaceOfTheOtherAgain) {
  StartDaemon();
  StartWatch("--count 3");
  ReadLine();

  Replace("a.txt", kTwoVoxels);
  ReadLine();
  ExpectPictureOf(kTwoVoxels);
  Replace("a.txt", kOneVoxel);
  ReadLine();
  ExpectPictureOf(kOneVoxel);

  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlSceneWatchTest, FollowsALinkAndItsTarget) {
  StartDaemon();
  std::filesystem::create_directory(home() / "scenes");
  Write("scenes/one.txt", kOneVoxel);
  Write("scenes/two.txt", kTwoVoxels);
  std::filesystem::remove(home() / "a.txt");
  std::filesystem::create_symlink("scenes/one.txt", home() / "a.txt");
  StartWatch("--count 3");
  ReadLine();

  Replace("scenes/one.txt", kTwoVoxels);
  ReadLine();
  ExpectPictureOf(kTwoVoxels);
  Write("scenes/two.txt", kOneVoxel);
  std::filesystem::create_symlink("scenes/two.txt", home() / "link");
  std::filesystem::rename(home() / "link", home() / "a.txt");
  ReadLine();
  ExpectPictureOf(kOneVoxel);

  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlSceneWatchTest, ABrokenFileIsNamedAndTheNextGoodOneDrawn) {
  StartDaemon();
  StartWatch("--count 2");
  ReadLine();
  const std::string before = ReadFile(home() / "a.png");

  Write("a.txt", kBroken);
  EXPECT_THAT(ReadLine(), HasSubstr("a.txt: line 1 is \"0 0 0 ff\""));
  EXPECT_EQ(ReadFile(home() / "a.png"), before);
  Write("a.txt", kTwoVoxels);

  EXPECT_THAT(ReadLine(), HasSubstr("a.png: 64 x 64 in "));
  ExpectPictureOf(kTwoVoxels);
  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlSceneWatchTest, AFileThatIsNotThereYetIsWaitedFor) {
  StartDaemon();
  std::filesystem::remove(home() / "a.txt");
  StartWatch("--count 1");
  EXPECT_THAT(ReadLine(), HasSubstr("a.txt"));
  EXPECT_THAT(ReadLine(), HasSubstr("ENOENT"));

  Write("a.txt", kTwoVoxels);

  EXPECT_THAT(ReadLine(), HasSubstr("a.png: 64 x 64 in "));
  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlSceneWatchTest, ManyChangesAtOnceAreOnePicture) {
  StartDaemon();
  StartWatch("--count 3 --json");
  ReadLine();

  for (int i = 0; i < 100; ++i) Write("a.txt", kTwoVoxels);
  ReadLine();
  ExpectPictureOf(kTwoVoxels);
  Write("a.txt", kOneVoxel);
  ReadLine();

  // Had each change been a picture, this would still be of two voxels.
  ExpectPictureOf(kOneVoxel);
  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlSceneWatchTest, FilesBesideItAreNotItsBusiness) {
  StartDaemon();
  StartWatch("--count 2");
  ReadLine();

  Write("b.txt", kBroken);
  Replace("a.txt.bak", kBroken);
  ::usleep(200'000);
  Write("a.txt", kTwoVoxels);

  EXPECT_THAT(ReadLine(), HasSubstr("a.png: 64 x 64 in "));
  ExpectPictureOf(kTwoVoxels);
  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlSceneWatchTest, GoesOnWithTheNextDaemonOfTheSocket) {
  StartDaemon();
  StartWatch("--count 2");
  ReadLine();

  KillDaemon();
  StartDaemon();
  Write("a.txt", kTwoVoxels);

  EXPECT_THAT(ReadLine(), HasSubstr("a.png: 64 x 64 in "));
  ExpectPictureOf(kTwoVoxels);
  EXPECT_EQ(EndOfWatch(), 0);
}

TEST_F(GoxelctlSceneWatchTest, CtrlCEndsItAndLeavesNothing) {
  // Its own daemon, too, and the directory of that.
  StartWatch("--ephemeral --json");
  EXPECT_THAT(ReadLine(), HasSubstr("\"output\":\"a.png\""));

  ::kill(std::stoi(ReadFile(home() / "watch.pid")), SIGINT);

  const int end = EndOfWatch();
  EXPECT_TRUE(WIFSIGNALED(end) && WTERMSIG(end) == SIGINT) << end;
  for (int i = 0; i < 1000 && !std::filesystem::is_empty(temporary()); ++i) {
    ::usleep(10'000);
  }
  EXPECT_TRUE(std::filesystem::is_empty(temporary()));
}

TEST_F(GoxelctlSceneWatchTest, WhatCannotBeWatchedIsRefused) {
  StartDaemon();

  const Outcome nowhere = Run("watch none/a.txt -o a.png --timeout 1");
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("'none'"));
  EXPECT_EQ(Run("watch a.txt").exit_code, 2);
  EXPECT_EQ(Run("watch - -o a.png").exit_code, 2);
  EXPECT_EQ(Run("watch builtin:demo -o a.png").exit_code, 2);
  EXPECT_EQ(Run("watch a.txt -o -").exit_code, 2);
  EXPECT_EQ(Run("watch a.txt -o a.png --all").exit_code, 2);
  EXPECT_EQ(Run("watch --camera front").exit_code, 2);
  const Outcome calm = Run("watch a.txt -o a.png -n 2 --timeout 0.3");
  EXPECT_EQ(calm.exit_code, 1);
  EXPECT_THAT(calm.err, HasSubstr("1 of 2 pictures"));
  EXPECT_EQ(Run("watch a.txt -o a.png --timeout 0.3").exit_code, 0);
}

TEST_F(GoxelctlSceneWatchTest, TheEndOfTheDirectoryIsTheEndOfTheWatch) {
  StartDaemon();
  std::filesystem::create_directory(home() / "scenes");
  std::filesystem::rename(home() / "a.txt", home() / "scenes/a.txt");
  std::filesystem::create_symlink("scenes/a.txt", home() / "a.txt");
  StartWatch("");
  ReadLine();

  std::filesystem::remove_all(home() / "scenes");

  EXPECT_THAT(ReadLine(), HasSubstr("was removed or renamed"));
  EXPECT_EQ(WEXITSTATUS(EndOfWatch()), 1);
}

}  // namespace
}  // namespace goxel
