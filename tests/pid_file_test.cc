#include "daemon/pid_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/child_process.h"

namespace goxel {
namespace {

using testing::HasSubstr;

class PidFileTest : public testing::Test {
 protected:
  PidFileTest() {
    char path[] = "/tmp/goxel_pid_file_test_XXXXXX";
    directory_ = ::mkdtemp(path);
    path_ = directory_ / "pid";
  }
  ~PidFileTest() override { std::filesystem::remove_all(directory_); }

  std::string Content() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // What holds the file in another process until that is killed.
  ChildProcess Holder() const {
    return ChildProcess([this](const ChildProcess::Ready& ready) {
      const auto held = PidFile::Create(path_);
      ready();
      return held ? SleepUntilKilled() : 1;
    });
  }

  std::size_t FilesLeft() const {
    return static_cast<std::size_t>(
        std::ranges::distance(std::filesystem::directory_iterator(directory_)));
  }

  std::filesystem::path directory_;
  std::string path_;
};

TEST_F(PidFileTest, HasTheProcessIdAndGoesWithItsOwner) {
  {
    const auto file = PidFile::Create(path_);
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ(Content(), std::to_string(::getpid()) + "\n");
    EXPECT_EQ(FilesLeft(), 1u);
  }
  EXPECT_EQ(FilesLeft(), 0u);
}

TEST_F(PidFileTest, HeldFileIsRefusedByThePidOfItsHolder) {
  const ChildProcess holder = Holder();
  holder.AwaitReady();

  const auto second = PidFile::Create(path_);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.error().message(),
              HasSubstr("pid " + std::to_string(holder.pid())));
  EXPECT_EQ(PidFile::FindHolder(path_).value(), holder.pid());
  EXPECT_EQ(FilesLeft(), 1u);
}

TEST_F(PidFileTest, FileOfAKilledProcessIsReplaced) {
  ChildProcess holder = Holder();
  holder.AwaitReady();
  holder.Kill();
  ASSERT_NE(Content(), "");
  EXPECT_EQ(PidFile::FindHolder(path_).value(), std::nullopt);

  const auto file = PidFile::Create(path_);

  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(Content(), std::to_string(::getpid()) + "\n");
}

TEST_F(PidFileTest, FileOfNoDaemonAtAllIsReplaced) {
  std::ofstream(path_) << "1\n";  // A live process, and not ours.

  EXPECT_TRUE(PidFile::Create(path_));
}

TEST_F(PidFileTest, NothingIsHeldWhereThereIsNoFile) {
  EXPECT_EQ(PidFile::FindHolder(path_).value(), std::nullopt);
}

TEST_F(PidFileTest, LinkIsNotFollowed) {
  const std::string target = directory_ / "target";
  std::ofstream(target) << "keep";
  std::filesystem::create_symlink(target, path_);

  EXPECT_FALSE(PidFile::Create(path_));
}

TEST_F(PidFileTest, FileOfAnotherUserIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make another's file";
  std::ofstream(path_) << "1\n";
  ASSERT_EQ(::chown(path_.c_str(), 12345, 12345), 0);

  const auto file = PidFile::Create(path_);

  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message(), HasSubstr("is not a file of user 0"));
}

TEST_F(PidFileTest, FileThatTookOursPlaceIsLeftAlone) {
  {
    const auto file = PidFile::Create(path_);
    ASSERT_TRUE(file);
    std::filesystem::remove(path_);
    std::ofstream(path_) << "another's";
  }
  EXPECT_EQ(Content(), "another's");
}

// Many rounds of many racers, over a stale file and over none.
TEST_F(PidFileTest, OneOfManySimultaneousStartsWins) {
  for (int round = 0; round < 20; ++round) {
    if (round % 2 == 0) std::ofstream(path_) << "99999\n";
    std::atomic<int> winners = 0;
    std::atomic<int> ready = 0;
    std::vector<std::thread> racers;
    for (int i = 0; i < 4; ++i) {
      racers.emplace_back([&] {
        ++ready;
        while (ready < 4) std::this_thread::yield();
        const auto file = PidFile::Create(path_);
        if (file) ++winners;
        // Nobody lets go before all have tried.
        ++ready;
        while (ready < 8) std::this_thread::yield();
      });
    }
    for (std::thread& racer : racers) racer.join();
    ASSERT_EQ(winners, 1) << "round " << round;
    std::filesystem::remove(path_);
  }
}

// A supervisor that watches the file must never read half of it.
TEST_F(PidFileTest, FileIsNeverFoundEmpty) {
  std::atomic<bool> done = false;
  std::atomic<int> empty = 0;
  std::thread watcher([&] {
    while (!done) {
      struct stat info {};
      if (::stat(path_.c_str(), &info) == 0 && info.st_size == 0) ++empty;
    }
  });
  for (int round = 0; round < 500; ++round) {
    EXPECT_TRUE(PidFile::Create(path_));
  }
  done = true;
  watcher.join();

  EXPECT_EQ(empty, 0);
}

}  // namespace
}  // namespace goxel
