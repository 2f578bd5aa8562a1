#include "ipc/futex.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/mapped_region.h"
#include "ipc/unique_fd.h"
#include "tests/child_process.h"

namespace goxel {
namespace {

using Word = std::atomic<std::uint32_t>;

// A word of a file, for mapping by two processes.
class FutexTest : public testing::Test {
 protected:
  FutexTest() : file_(::memfd_create("futex_test", MFD_CLOEXEC)) {
    EXPECT_EQ(::ftruncate(file_.get(), sizeof(Word)), 0);
    writable_ = *MappedRegion::MapAll(file_.get(), MapAccess::kReadWrite);
    word_ = reinterpret_cast<Word*>(writable_.writable_bytes().data());
  }

  UniqueFd file_;
  MappedRegion writable_;
  Word* word_;
};

// The word never changes, so nothing but a wake ends this sleep in time.
TEST_F(FutexTest, SleeperInAnotherProcessIsWokenThroughItsReadOnlyMapping) {
  ChildProcess sleeper([&](const auto& ready) {
    const auto mapping =
        MappedRegion::MapAll(file_.get(), MapAccess::kReadOnly);
    if (!mapping) return 1;
    ready();
    SleepWhile(*reinterpret_cast<const Word*>(mapping->bytes().data()), 0,
               std::chrono::hours(1));
    return 0;
  });
  sleeper.AwaitReady();

  while (!sleeper.HasEnded()) {
    WakeSleepers(word_);
    ::sched_yield();
  }

  EXPECT_EQ(sleeper.Wait(), 0);
}

TEST_F(FutexTest, NobodySleepsOnAWordThatHasChanged) {
  word_->store(1);

  SleepWhile(*word_, 0, std::chrono::hours(1));
}

TEST_F(FutexTest, SleepEndsWhenItsTimeIsOver) {
  SleepWhile(*word_, 0, std::chrono::milliseconds(1));
}

}  // namespace
}  // namespace goxel
