// Writer and readers as threads of one process, for the thread sanitizer. The
// protocol is the real one: leases belong to open file descriptions, and those
// conflict within a process as well as between two.

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "tests/pattern_reader.h"
#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;

constexpr auto kDuration = 3s;
constexpr unsigned kWriters = 3;
constexpr unsigned kReaders = 3;

class RenderStoreTwinTest : public StoreFixture {
 protected:
  // One of everything that a daemon does to renders.
  void Write(std::minstd_rand& random) {
    StageRequest request = Raw(random() % 4 == 0 ? kSide - 16 : kSide);
    request.key = {.high = 1, .low = random() % 8};
    if (random() % 8 == 0) request.ttl = 1s;
    (void)Make(request);  // Refused while readers lease everything.
    (void)store_->Reuse(request.key, {}, /*plain_reader=*/random() % 32 == 0);
    switch (const auto page = store_->ListFrom(0, 8); random() % 8) {
      case 0:
        store_->PrepareSpare();
        break;
      case 1:
        clock_->Advance(200ms);
        (void)store_->Sweep();
        break;
      case 2:
        (void)store_->CountLeasedBytes();
        (void)store_->StagePixels(Raw());  // Abandoned.
        break;
      default:
        if (!page.renders.empty()) {
          Disturb(page.renders[random() % page.renders.size()].id, random);
        }
    }
  }

  void Disturb(RenderId id, std::minstd_rand& random) {
    switch (random() % 6) {
      case 0:
        (void)store_->Withdraw(id);
        break;
      case 1:
        (void)store_->Touch(id, 10s);
        break;
      case 2:
        (void)store_->Pin(id);
        break;
      case 3:
        (void)store_->Unpin(id, 10s);
        break;
      case 4:
        store_->MarkUsed(id);
        (void)store_->SetChecksum(id, {});
        break;
      default:
        if (store_->AcquireLease(id)) {
          (void)store_->ReadRecord(id);
          store_->ReleaseLease(id);
        }
    }
  }
};

TEST_F(RenderStoreTwinTest,
       ReadersSeeWholeRendersOrNoneWhileWritersDoTheirAll) {
  options_.max_cache_bytes = 12 * kFileBytes;
  Open();
  ReadTally tally;
  const auto end = std::chrono::steady_clock::now() + kDuration;
  const auto over = [end] { return std::chrono::steady_clock::now() >= end; };

  std::vector<RenderIndexReader> indexes;
  for (unsigned i = 0; i < kReaders; ++i) indexes.push_back(OpenIndex());
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= kReaders; ++seed) {
    threads.emplace_back([&, seed] {
      PatternReader reader(seed, &tally);
      while (!over()) {
        for (const RenderInfo& info : indexes[seed - 1].List()) {
          reader.Read(directory_fd_.get(), info, &ShowsRender);
        }
      }
    });
  }
  for (unsigned seed = 1; seed <= kWriters; ++seed) {
    threads.emplace_back([&, seed] {
      std::minstd_rand random(seed);
      while (!over()) {
        Write(random);
        ExpectWithinLimits(store_->Stats());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(tally.foreign, 0u);
  EXPECT_GT(tally.seen, 100u);
  EXPECT_GT(Counter(IndexCounter::kRecycled), 0u);
  EXPECT_GT(Counter(IndexCounter::kEvictedQuota), 0u);
  RecordProperty("seen", std::to_string(tally.seen));
  RecordProperty("late", std::to_string(tally.late));
  store_->Sweep();
  ExpectBooksMatchDirectory();
}

}  // namespace
}  // namespace goxel
