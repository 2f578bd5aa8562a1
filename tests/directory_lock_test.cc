#include "ipc/directory_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "ipc/lease.h"
#include "tests/child_process.h"
#include "tests/render_directory.h"

namespace goxel {
namespace {

class DirectoryLockTest : public testing::Test {
 protected:
  bool IsHeld() const {
    const auto held = DirectoryLock::IsHeld(directory_.fd());
    EXPECT_TRUE(held) << held.error().message();
    return held == true;
  }

  std::string Text() const {
    std::ifstream file(directory_.path() / kLockFileName);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // What a daemon does that is to be killed while it holds the lock.
  int HoldLock(const ChildProcess::Ready& ready) const {
    const auto lock = DirectoryLock::Acquire(directory_.fd(), 1);
    if (!lock) return 1;
    ready();
    return SleepUntilKilled();
  }

  RenderDirectory directory_;
};

TEST_F(DirectoryLockTest, HeldFromAcquireToDestruction) {
  EXPECT_FALSE(IsHeld());
  {
    const auto lock = DirectoryLock::Acquire(directory_.fd(), 17);
    ASSERT_TRUE(lock) << lock.error().message();
    EXPECT_TRUE(IsHeld());
  }
  EXPECT_FALSE(IsHeld());
}

TEST_F(DirectoryLockTest, TextNamesTheHolder) {
  // A longer text of an earlier daemon must go altogether.
  std::ofstream(directory_.path() / kLockFileName) << std::string(100, '9');

  const auto lock = DirectoryLock::Acquire(directory_.fd(), 17);

  ASSERT_TRUE(lock);
  EXPECT_EQ(Text(), "pid " + std::to_string(::getpid()) + " epoch 17\n");
}

TEST_F(DirectoryLockTest, SecondHolderIsRefusedWithThePidOfTheFirst) {
  ChildProcess daemon([&](const auto& ready) { return HoldLock(ready); });
  daemon.AwaitReady();

  const auto second = DirectoryLock::Acquire(directory_.fd(), 2);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.error().message(),
              testing::HasSubstr(std::to_string(daemon.pid())));
  EXPECT_EQ(std::get<std::int64_t>(second.error().details().at(0).value),
            daemon.pid());
}

TEST_F(DirectoryLockTest, KilledHolderFreesTheDirectory) {
  ChildProcess daemon([&](const auto& ready) { return HoldLock(ready); });
  daemon.AwaitReady();
  ASSERT_TRUE(IsHeld());

  daemon.Kill();

  EXPECT_FALSE(IsHeld());
  EXPECT_TRUE(DirectoryLock::Acquire(directory_.fd(), 2));
}

TEST_F(DirectoryLockTest, HeldLockWithoutTextIsRefusedToo) {
  const UniqueFd fd(::openat(directory_.fd(), kLockFileName,
                             O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(TakeWriteLease(fd.get()), LeaseResult::kGranted);

  const auto lock = DirectoryLock::Acquire(directory_.fd(), 1);

  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code(), StatusCode::kFailedPrecondition);
}

TEST_F(DirectoryLockTest, NoticesThatItsFileIsGoneOrAnother) {
  FileSystem files;
  const auto lock = DirectoryLock::Acquire(directory_.fd(), 1);
  EXPECT_EQ(lock->IsStillNamed(directory_.fd(), files), true);

  std::filesystem::remove(directory_.path() / kLockFileName);
  EXPECT_EQ(lock->IsStillNamed(directory_.fd(), files), false);

  std::ofstream(directory_.path() / kLockFileName) << "x";
  EXPECT_EQ(lock->IsStillNamed(directory_.fd(), files), false);
}

TEST_F(DirectoryLockTest, ReleasedLockLetsAnotherDaemonIn) {
  FileSystem files;
  auto lock = DirectoryLock::Acquire(directory_.fd(), 1);
  ASSERT_TRUE(lock);

  lock->Release(files);

  EXPECT_TRUE(DirectoryLock::Acquire(directory_.fd(), 2));
}

TEST_F(DirectoryLockTest, SymbolicLinkIsRefused) {
  std::filesystem::create_symlink("elsewhere",
                                  directory_.path() / kLockFileName);

  EXPECT_FALSE(DirectoryLock::Acquire(directory_.fd(), 1));
  EXPECT_FALSE(DirectoryLock::IsHeld(directory_.fd()));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "elsewhere"));
}

TEST_F(DirectoryLockTest, ModeIsExactlyWhatWasAskedFor) {
  const auto lock = DirectoryLock::Acquire(directory_.fd(), 1, 0640);

  ASSERT_TRUE(lock);
  struct stat status;
  ASSERT_EQ(::fstatat(directory_.fd(), kLockFileName, &status, 0), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

}  // namespace
}  // namespace goxel
