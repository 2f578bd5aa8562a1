// The render store when the system refuses a call, and when the process dies
// between two calls: every call of an operation in turn, until the operation
// gets through untouched.

#include <gmock/gmock.h>

#include <functional>

#include "tests/scripted_file_system.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kErrors[] = {ENOSPC, EDQUOT, EIO,    EMFILE,    ENFILE,
                           ENOMEM, EROFS,  EACCES, EOPNOTSUPP};
// Far above the number of calls of any operation here.
constexpr int kMaxCalls = 60;

std::size_t OpenDescriptors() {
  const std::filesystem::directory_iterator fds("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(fds), end(fds)));
}

class RenderStoreFaultsTest : public StoreFixture {
 protected:
  RenderStoreFaultsTest() { files_ = scripted_; }

  // Runs `operation` with its first, second, ... call failing, each time in a
  // fresh store, then `check`.
  void FailEveryCall(const std::function<void()>& prepare,
                     const std::function<void()>& operation,
                     const std::function<void()>& check) {
    for (const int error : kErrors) {
      bool reached = true;
      for (int nth = 1; reached && nth < kMaxCalls; ++nth) {
        SCOPED_TRACE(testing::Message()
                     << "errno " << error << ", call " << nth);
        std::filesystem::remove_all(options_.directory);
        Open();
        prepare();
        const std::size_t descriptors = OpenDescriptors();
        scripted_->FailAt(nth, error);
        operation();
        reached = scripted_->Disarm();
        EXPECT_LE(OpenDescriptors(), descriptors);
        check();
        if (HasFailure()) return;
      }
      EXPECT_FALSE(reached);
    }
  }

  // A child runs `operation` and is killed before (or after) its Nth call; the
  // store is then opened again and checked.
  void KillAtEveryCall(const std::function<void()>& operation,
                       const std::function<void()>& check) {
    for (const bool after : {false, true}) {
      bool killed = true;
      for (int nth = 1; killed && nth < kMaxCalls; ++nth) {
        SCOPED_TRACE(testing::Message()
                     << "killed " << (after ? "after" : "before") << " call "
                     << nth);
        std::filesystem::remove_all(options_.directory);
        killed = RunAndKill(operation, nth, after);
        Open();
        EXPECT_THAT(NamesWith("."), IsEmpty());
        EXPECT_EQ(Counter(IndexCounter::kBroken), 0u);
        ExpectBooksMatchDirectory();
        ExpectRendersWhole();
        check();
        store_.reset();
        if (HasFailure()) return;
      }
      EXPECT_FALSE(killed);
    }
  }

  void ExpectRendersWhole() {
    for (const RenderInfo& info : store_->List()) {
      const UniqueFd fd(::open(store_->PathOf(info).c_str(), O_RDONLY));
      const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
      ASSERT_TRUE(region);
      if (info.format != RenderFormat::kPam) continue;
      EXPECT_TRUE(ShowsRender(region->bytes().subspan(4096), info.id));
    }
  }

  std::shared_ptr<ScriptedFileSystem> scripted_ =
      std::make_shared<ScriptedFileSystem>();

 private:
  bool RunAndKill(const std::function<void()>& operation, int nth, bool after) {
    const pid_t child = ::fork();
    if (child == 0) {
      Open();
      if (after) {
        scripted_->KillAfter(nth);
      } else {
        scripted_->KillBefore(nth);
      }
      operation();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status);
  }
};

TEST_F(RenderStoreFaultsTest, FailedRawRenderLeavesNothing) {
  options_.recycle = false;
  bool made = false;
  FailEveryCall([] {}, [&] { made = Make(Raw(kSide, false)).has_value(); },
                [&] {
                  EXPECT_EQ(NamesWith("render_").size(), made ? 1u : 0u);
                  EXPECT_THAT(NamesWith("."), IsEmpty());
                  ExpectBooksMatchDirectory();
                  EXPECT_TRUE(Make());
                });
}

TEST_F(RenderStoreFaultsTest, FailedEncodedRenderLeavesNothing) {
  bool made = false;
  FailEveryCall([] {}, [&] { made = MakePng().has_value(); },
                [&] {
                  EXPECT_EQ(NamesWith("render_").size(), made ? 1u : 0u);
                  EXPECT_THAT(NamesWith("."), IsEmpty());
                  ExpectBooksMatchDirectory();
                  EXPECT_TRUE(MakePng());
                });
}

// What cannot be removed now is booked and removed later.
TEST_F(RenderStoreFaultsTest, FailedRemovalIsMadeUpForByTheNextSweep) {
  FailEveryCall([&] { ASSERT_TRUE(MakePng()); },
                [&] {
                  ASSERT_EQ(store_->List().size(), 1u);
                  (void)store_->Withdraw(store_->List()[0].id);
                },
                [&] {
                  store_->Sweep();
                  EXPECT_THAT(Names(), ElementsAre("index", "lock"));
                  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
                  ExpectBooksMatchDirectory();
                });
}

TEST_F(RenderStoreFaultsTest, FailedRecyclingKeepsTheBooksRight) {
  options_.max_cache_bytes = 2 * kFileBytes;
  FailEveryCall([&] { ASSERT_TRUE(Make() && Make()); }, [&] { (void)Make(); },
                [&] {
                  store_->Sweep();
                  ExpectBooksMatchDirectory();
                  ExpectRendersWhole();
                  EXPECT_TRUE(Make());
                });
}

TEST_F(RenderStoreFaultsTest, KilledWhileMakingLosesNoCommittedRender) {
  const auto marker = root_ / "committed";
  KillAtEveryCall(
      [&] {
        std::filesystem::remove(marker);
        if (!Make()) ::_exit(1);
        const int fd = ::open(marker.c_str(), O_CREAT | O_RDWR, 0600);
        if (fd < 0 || !MakePng()) ::_exit(1);
      },
      [&] {
        if (std::filesystem::exists(marker)) {
          EXPECT_GE(NamesWith("render_").size(), 1u);
        }
        EXPECT_TRUE(Make());
      });
}

TEST_F(RenderStoreFaultsTest, KilledWhileRecyclingLeavesNoOrphan) {
  options_.max_cache_bytes = 2 * kFileBytes;
  KillAtEveryCall(
      [&] {
        for (int i = 0; i < 4; ++i) {
          if (!Make()) ::_exit(1);
        }
      },
      [&] { EXPECT_TRUE(Make()); });
}

TEST_F(RenderStoreFaultsTest, KilledWhileRemovingLeavesNoOrphan) {
  KillAtEveryCall(
      [&] {
        StageRequest brief = Raw();
        brief.ttl = 1s;
        const auto png = MakePng();
        if (!png || !Make(brief) || !store_->Withdraw(png->id)) ::_exit(1);
        clock_->Advance(2s);
        store_->Sweep();
      },
      [&] { EXPECT_TRUE(MakePng()); });
}

}  // namespace
}  // namespace goxel
