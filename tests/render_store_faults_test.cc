// The render store when the system refuses calls: every call of every operation
// in turn, with every error that a disk or a kernel may give, until the
// operation gets through untouched.

#include "tests/fault_fixture.h"
#include "transfer/storage_failure.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;

constexpr int kErrors[] = {ENOSPC, EDQUOT, EIO,   EMFILE, ENFILE,
                           ENOMEM, EINTR,  EROFS, EACCES, EOPNOTSUPP};

class RenderStoreFaultsTest : public FaultFixture {
 protected:
  // What is tried; true when it did what it should.
  using Operation = std::function<bool()>;

  // Runs `operation` with its first, second, ... call failing, each time in a
  // fresh directory. An interrupted call must not be noticed.
  void FailEveryCall(const Step& prepare, const Operation& operation) {
    for (const int error : kErrors) {
      bool reached = true;
      for (int nth = 1; reached && nth < kMaxCalls; ++nth) {
        SCOPED_TRACE(testing::Message()
                     << "errno " << error << ", call " << nth);
        reached = Fail(nth, 0, error, prepare, operation).first;
        if (HasFailure()) return;
      }
      EXPECT_FALSE(reached);
    }
  }

  // The same with every two calls failing: the first, and one that follows it.
  void FailEveryTwoCalls(const Step& prepare, const Operation& operation) {
    Reached reached{.first = true, .second = true};
    for (int first = 1; reached.first && first < kMaxCalls; ++first) {
      reached.second = true;
      for (int second = first + 1; reached.second && second < kMaxCalls;
           ++second) {
        SCOPED_TRACE(testing::Message()
                     << "calls " << first << " and " << second);
        reached = Fail(first, second, EIO, prepare, operation);
        if (HasFailure()) return;
      }
    }
    EXPECT_FALSE(reached.first);
  }

  bool MakeAndFill() { return Make().has_value() && Make().has_value(); }

  // Runs in the middle of operations, too: the quota holds at every instant.
  void ExpectWithinQuota() { ExpectWithinLimits(store_->Stats()); }

 private:
  struct Reached {
    bool first = false;
    bool second = false;
  };

  Reached Fail(int first, int second, int error, const Step& prepare,
               const Operation& operation) {
    std::filesystem::remove_all(options_.directory);
    const std::size_t descriptors = CountDescriptors();
    Open();
    prepare();
    scripted_->FailAt(first, error, second);
    const bool done = operation();
    const Reached reached{.first = scripted_->calls() >= first,
                          .second = scripted_->calls() >= second};
    scripted_->Disarm();
    EXPECT_TRUE(done || (reached.first && error != EINTR));
    ExpectSound();
    store_.reset();
    directory_fd_.reset();
    EXPECT_EQ(CountDescriptors(), descriptors);
    EXPECT_TRUE(NamesWith(".").empty()) << "closing leaves nothing hidden";
    return reached;
  }
};

TEST_F(RenderStoreFaultsTest, MakingARawRender) {
  FailEveryCall([] {}, [&] { return Make(Raw(kSide, false)).has_value(); });
}

TEST_F(RenderStoreFaultsTest, MakingAnEncodedRender) {
  FailEveryCall([] {}, [&] { return MakePng().has_value(); });
}

TEST_F(RenderStoreFaultsTest, AbandoningRenders) {
  FailEveryCall([] {},
                [&] {
                  const auto pixels = store_->StagePixels(Raw());
                  StageRequest encoded = Raw();
                  encoded.format = RenderFormat::kPng;
                  const auto file = store_->StageFile(encoded, 100);
                  return pixels && file;
                });
}

TEST_F(RenderStoreFaultsTest, Withdrawing) {
  FailEveryCall([&] { ASSERT_TRUE(MakePng() && Make()); },
                [&] {
                  for (const RenderInfo& info : store_->List()) {
                    if (!store_->Withdraw(info.id)) return false;
                  }
                  return true;
                });
}

TEST_F(RenderStoreFaultsTest, EvictingToMakeRoom) {
  options_.max_cache_bytes = 2 * kFileBytes;
  options_.recycle = false;
  FailEveryCall([&] { ASSERT_TRUE(MakeAndFill()); },
                [&] {
                  const bool made = Make().has_value();
                  ExpectWithinQuota();
                  return made;
                });
}

TEST_F(RenderStoreFaultsTest, Recycling) {
  options_.max_cache_bytes = 2 * kFileBytes;
  FailEveryCall([&] { ASSERT_TRUE(MakeAndFill()); },
                [&] {
                  const bool made = Make().has_value();
                  ExpectWithinQuota();
                  return made && Make().has_value();
                });
}

TEST_F(RenderStoreFaultsTest, PreparingASpare) {
  FailEveryCall([&] { ASSERT_TRUE(Make()); },
                [&] {
                  store_->PrepareSpare();
                  return true;
                });
}

TEST_F(RenderStoreFaultsTest, Renewing) {
  StageRequest request = Raw();
  request.key = {.high = 1, .low = 2};
  FailEveryCall([&] { ASSERT_TRUE(Make(request)); },
                [&] {
                  const RenderInfo info = store_->List().at(0);
                  const auto reused = store_->Reuse(request.key, 7200s, true);
                  const auto touched = store_->Touch(info.id, 9000s);
                  const auto record = store_->ReadRecord(info.id);
                  return reused && touched && record;
                });
}

TEST_F(RenderStoreFaultsTest, Pinning) {
  FailEveryCall([&] { ASSERT_TRUE(Make()); },
                [&] {
                  const RenderId id = store_->List().at(0).id;
                  const auto pinned = store_->Pin(id);
                  return pinned && store_->Unpin(id, 60s);
                });
}

TEST_F(RenderStoreFaultsTest, Sweeping) {
  FailEveryCall(
      [&] {
        StageRequest brief = Raw();
        brief.ttl = 1s;
        const auto mapped = Make(brief);
        ASSERT_TRUE(mapped && Make(brief) && MakePng());
        LeaseHolder reader(store_->PathOf(*mapped));
        ASSERT_TRUE(reader.holds());
        clock_->Advance(2s);
        store_->Sweep();
      },
      [&] {
        store_->Sweep();
        return true;
      });
}

TEST_F(RenderStoreFaultsTest, Purging) {
  FailEveryCall([&] { ASSERT_TRUE(MakePng() && Make()); },
                [&] {
                  store_->Purge();
                  return true;
                });
}

// What the store could not remove when it was closed, the next start does.
TEST_F(RenderStoreFaultsTest, Closing) {
  FailEveryCall(
      [&] {
        ASSERT_TRUE(Make() && Make());
        ASSERT_TRUE(store_->Withdraw(store_->List().at(0).id));
      },
      [&] {
        store_.reset();
        scripted_->Disarm();
        Open();
        return true;
      });
}

TEST_F(RenderStoreFaultsTest, TwoFailuresWhileRemoving) {
  options_.max_cache_bytes = 2 * kFileBytes;
  FailEveryTwoCalls([&] { ASSERT_TRUE(MakeAndFill()); },
                    [&] {
                      const bool made = Make().has_value();
                      ExpectWithinQuota();
                      return made;
                    });
}

TEST_F(RenderStoreFaultsTest, TwoFailuresWhileWithdrawing) {
  FailEveryTwoCalls([&] { ASSERT_TRUE(MakePng() && Make()); },
                    [&] {
                      bool withdrawn = true;
                      for (const RenderInfo& info : store_->List()) {
                        withdrawn &= store_->Withdraw(info.id).has_value();
                      }
                      ExpectWithinQuota();
                      return withdrawn;
                    });
}

// Without unnamed files an abandoned render has a name to be removed, and the
// removal may fail: its bytes must stay booked without a gap.
TEST_F(RenderStoreFaultsTest, TwoFailuresWhileAbandoningAHiddenFile) {
  options_.max_cache_bytes = 2 * kFileBytes;
  FailEveryTwoCalls(
      [&] { scripted_->FailAll(FileCall::kOpenUnnamed, ENOTSUP); },
      [&] {
        const bool made = Make().has_value();
        ExpectWithinQuota();
        return made;
      });
}

TEST_F(RenderStoreFaultsTest, FailuresSayWhichErrorItWas) {
  Open();
  scripted_->FailAll(FileCall::kAllocate, ENOSPC);
  const auto full = Make();
  scripted_->FailAll(FileCall::kOpenUnnamed, EROFS);
  const auto read_only = MakePng();
  scripted_->FailAll(FileCall::kWrite, EDQUOT);
  const auto over_quota = MakePng();
  scripted_->Disarm();

  ASSERT_FALSE(full || read_only || over_quota);
  for (const auto& [failed, word] :
       {std::pair(full, "ENOSPC"), std::pair(read_only, "EROFS"),
        std::pair(over_quota, "EDQUOT")}) {
    EXPECT_EQ(failed.error().code(), StatusCode::kStorageFailed);
    EXPECT_EQ(ErrnoOf(failed.error()), word);
  }
  EXPECT_EQ(Counter(IndexCounter::kStorageErrors), 3u);
  EXPECT_EQ(Counter(IndexCounter::kNoSpace), 2u);
  ExpectSound();
}

// A directory that nothing can be made in costs no render that is there.
TEST_F(RenderStoreFaultsTest, NothingIsEvictedForARenderThatCannotBeMade) {
  options_.max_cache_bytes = 2 * kFileBytes;
  Open();
  ASSERT_TRUE(MakeAndFill());
  scripted_->FailAll(FileCall::kCanAccess, EROFS);

  const auto made = Make();
  scripted_->Disarm();

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), StatusCode::kStorageFailed);
  EXPECT_EQ(store_->List().size(), 2u);
  ExpectSound();
}

}  // namespace
}  // namespace goxel
