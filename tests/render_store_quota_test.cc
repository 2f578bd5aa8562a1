// The quota under fire: however many threads stage, commit, abandon, pin and
// lease, the books never say more than the limit, and the disk never holds more
// than the books say.

#include <gmock/gmock.h>

#include <barrier>
#include <random>
#include <thread>

#include "tests/store_fixture.h"

namespace goxel {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kThreads = 8;
constexpr int kRounds = 6;
constexpr int kStepsPerRound = 40;

class RenderStoreQuotaTest : public StoreFixture {
 protected:
  // Blocks of every file in the directory, and of the spares without a name.
  std::uint64_t BytesOnDisk() const {
    std::uint64_t bytes = 0;
    for (const std::string& name : Names()) {
      if (name == "index" || name == "lock") continue;
      struct stat status {};
      if (::stat((options_.directory / name).c_str(), &status) == 0) {
        bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
      }
    }
    return bytes;
  }

  void Step(std::minstd_rand& random, std::vector<RenderId>& held) {
    StageRequest request = Raw(16 + static_cast<std::uint32_t>(random() % 64),
                               /*recyclable=*/random() % 2 == 0);
    request.key = {.high = 1, .low = random() % 50};
    auto staged = store_->StagePixels(request);
    if (staged && random() % 4 != 0) (void)(*staged)->Commit({}, {});
    if (random() % 4 == 0) (void)MakePng();
    const auto page = store_->ListFrom(0, 16);
    if (page.renders.empty()) return;
    const RenderId id = page.renders[random() % page.renders.size()].id;
    switch (random() % 6) {
      case 0:
        if (store_->AcquireLease(id)) held.push_back(id);
        break;
      case 1:
        (void)store_->Pin(id);
        break;
      case 2:
        (void)store_->Unpin(id, 100s);
        break;
      case 3:
        (void)store_->Withdraw(id);
        break;
      case 4:
        clock_->Advance(1s);
        (void)store_->Sweep();
        break;
      default:
        Release(held);
    }
  }

  void Release(std::vector<RenderId>& held) {
    for (const RenderId id : held) store_->ReleaseLease(id);
    held.clear();
  }
};

TEST_F(RenderStoreQuotaTest,
       BooksAreWithinTheLimitAtEveryInstantAndMatchTheDisk) {
  options_.max_cache_bytes = 30 * kFileBytes;
  options_.max_renders = 50;
  options_.default_ttl = 20s;
  options_.recycle = false;  // A spare without a name cannot be seen.
  Open();
  std::atomic<bool> stop{false};
  std::thread observer([&] {
    while (!stop) ExpectWithinLimits(store_->Stats());
  });

  // Between two rounds nothing moves, and the disk can be compared.
  std::barrier quiet(kThreads, [this]() noexcept {
    const RenderStoreStats stats = store_->Stats();
    EXPECT_EQ(stats.reserved_bytes, 0u);
    EXPECT_EQ(BytesOnDisk(), stats.committed_bytes + stats.orphaned_bytes);
  });
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= kThreads; ++seed) {
    threads.emplace_back([&, seed] {
      std::minstd_rand random(seed);
      std::vector<RenderId> held;
      for (int round = 0; round < kRounds; ++round) {
        for (int i = 0; i < kStepsPerRound; ++i) Step(random, held);
        quiet.arrive_and_wait();
      }
      Release(held);
    });
  }
  for (std::thread& thread : threads) thread.join();
  stop = true;
  observer.join();

  EXPECT_GT(Counter(IndexCounter::kEvictedQuota), 0u);
  store_->Sweep();
  EXPECT_EQ(store_->Stats().orphaned_bytes, 0u);
  ExpectBooksMatchDirectory();
}

}  // namespace
}  // namespace goxel
