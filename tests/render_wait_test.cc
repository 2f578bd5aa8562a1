// Waiting for one render among many: who wakes up, and who sleeps on.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "ipc/directory_lock.h"
#include "ipc/index_slot.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"
#include "tests/render_directory.h"
#include "tests/result_code.h"

namespace goxel {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongEnough{120'000};
constexpr std::uint32_t kCapacity = 8192;

// Whether a thread of this process sleeps in the kernel.
bool SleepsNow(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  const std::string stat(std::istreambuf_iterator<char>(file), {});
  const std::size_t name_end = stat.rfind(')');
  return name_end != stat.npos && stat.compare(name_end, 4, ") S ") == 0;
}

// Threads that wait, each with a reader of its own, so that its wake-ups can be
// counted.
class Waiters {
 public:
  explicit Waiters(int directory_fd) : directory_fd_(directory_fd) {}

  template <typename IdOrKey>
  void Add(IdOrKey wanted) {
    Waiter& waiter =
        waiters_.emplace_back(*RenderIndexReader::Open(directory_fd_));
    threads_.emplace_back([&waiter, wanted] {
      waiter.thread = ::gettid();
      waiter.found = waiter.reader.WaitUntilReady(wanted, kLongEnough);
    });
  }

  // Returns when each of them has been seen asleep.
  void AwaitSleep() const {
    for (const Waiter& waiter : waiters_) {
      while (waiter.thread == 0 || !SleepsNow(waiter.thread)) ::usleep(100);
    }
  }

  void Join() { threads_.clear(); }

  // REQUIRES: Join().
  const Result<RenderInfo>& found(std::size_t i) const {
    return waiters_[i].found;
  }
  // A few may be between two sleeps when their render comes, and need none.
  std::uint64_t total_wake_ups() const {
    std::uint64_t total = 0;
    for (const Waiter& waiter : waiters_) total += waiter.reader.wake_ups();
    return total;
  }
  // Of one of them.
  std::uint64_t most_wake_ups() const {
    std::uint64_t most = 0;
    for (const Waiter& waiter : waiters_) {
      most = std::max(most, waiter.reader.wake_ups());
    }
    return most;
  }

 private:
  struct Waiter {
    explicit Waiter(RenderIndexReader r) : reader(std::move(r)) {}
    RenderIndexReader reader;
    std::atomic<pid_t> thread = 0;
    Result<RenderInfo> found{};
  };

  int directory_fd_;
  std::deque<Waiter> waiters_;  // None of them moves.
  std::vector<std::jthread> threads_;
};

class RenderWaitTest : public testing::Test {
 protected:
  // Room for a thousand readers, each with a descriptor.
  static void SetUpTestSuite() {
    struct rlimit limit;
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }

  void SetUp() override { ASSERT_TRUE(writer_->MakeLive().ok()); }

  // A READY render whose id and key sleep where nobody else does.
  RenderInfo LonelyRender() {
    RenderInfo render = RenderDirectory::Describe(0);
    while (!IsLonely(render.id)) render.id = random_();
    while (!IsLonely(HashOf(render.key))) render.key.high = random_();
    return render;
  }

  void Publish(RenderInfo render, RenderState state = RenderState::kReady) {
    render.state = state;
    ASSERT_TRUE(writer_->Publish(render).ok());
  }

  // All that can happen to a render; nobody waits for this one.
  void MakeNoise() {
    RenderInfo render = LonelyRender();
    Publish(render, RenderState::kPending);
    writer_->SetRowsReady(render.id, 1);
    Publish(render);
    Publish(render);
    writer_->ForgetKey(render.id);
    ASSERT_TRUE(writer_->Withdraw(render.id).ok());
    places_.erase(places_.find(PlaceOf(render.id)));
    places_.erase(places_.find(PlaceOf(HashOf(render.key))));
  }

  RenderDirectory directory_;
  DirectoryLock lock_ = *DirectoryLock::Acquire(directory_.fd(), 1);
  std::unique_ptr<RenderIndexWriter> writer_ =
      *RenderIndexWriter::Create(directory_.fd(), kCapacity, 1);
  Waiters waiters_{directory_.fd()};

 private:
  using Place = std::pair<std::uint32_t, std::uint32_t>;
  static Place PlaceOf(std::uint64_t hash) {
    const WaitPlace place = WaitPlaceOf(hash);
    return {place.word, place.bits};
  }
  bool IsLonely(std::uint64_t hash) {
    return hash != 0 && places_.insert(PlaceOf(hash)).second;
  }

  std::mt19937_64 random_{1};
  std::set<Place> places_;
};

// Half of them wait for an id, half for a key. With one futex word and all its
// bits for everybody, each wakes hundreds of times.
TEST_F(RenderWaitTest, AThousandWaitersWakeOnceEach) {
  constexpr std::size_t kWaiters = 1000;
  std::vector<RenderInfo> renders;
  for (std::size_t i = 0; i < kWaiters; ++i) {
    renders.push_back(LonelyRender());
    if (i % 2 == 0) {
      waiters_.Add(renders[i].id);
    } else {
      waiters_.Add(renders[i].key);
    }
  }
  waiters_.AwaitSleep();

  for (const RenderInfo& render : renders) {
    MakeNoise();
    Publish(render, RenderState::kPending);
    writer_->SetRowsReady(render.id, 1);
    Publish(render);
    Publish(render);
  }
  waiters_.Join();

  for (std::size_t i = 0; i < kWaiters; ++i) {
    ASSERT_TRUE(waiters_.found(i)) << waiters_.found(i).error().message();
    EXPECT_EQ(waiters_.found(i)->id, renders[i].id);
  }
  EXPECT_EQ(waiters_.most_wake_ups(), 1u);
  EXPECT_GT(waiters_.total_wake_ups(), kWaiters / 2);
}

TEST_F(RenderWaitTest, AThousandWaitersForOneRenderWakeOnceEach) {
  constexpr std::size_t kWaiters = 1000;
  const RenderInfo render = LonelyRender();
  for (std::size_t i = 0; i < kWaiters; ++i) waiters_.Add(render.id);
  waiters_.AwaitSleep();

  MakeNoise();
  Publish(render, RenderState::kPending);
  Publish(render);
  Publish(render);
  MakeNoise();
  waiters_.Join();

  for (std::size_t i = 0; i < kWaiters; ++i) {
    ASSERT_TRUE(waiters_.found(i)) << waiters_.found(i).error().message();
    EXPECT_EQ(waiters_.found(i)->id, render.id);
  }
  EXPECT_EQ(waiters_.most_wake_ups(), 1u);
  EXPECT_GT(waiters_.total_wake_ups(), kWaiters / 2);
}

// What a thousand ids that nobody chose cost: with 8,192 places, a thousand
// others add an eighth of a wake-up.
TEST(WaitPlace, IsSharedByFewOfAThousandIds) {
  constexpr std::uint32_t kIds = 1000;
  std::mt19937_64 random(2);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> sleepers;
  for (std::uint32_t i = 0; i < kIds; ++i) {
    const WaitPlace place = WaitPlaceOf(random());
    ASSERT_LT(place.word, kWaitWords);
    ++sleepers[{place.word, place.bits}];
  }

  std::uint32_t wake_ups = 0;
  for (const auto& [place, count] : sleepers) wake_ups += count * count;
  EXPECT_LT(wake_ups, kIds * 5 / 4);
}

TEST_F(RenderWaitTest, AKeyThatAReadyRenderGetsWakesItsWaiters) {
  const RenderInfo render = LonelyRender();
  RenderInfo without_key = render;
  without_key.key = {};
  Publish(without_key);
  constexpr std::size_t kWaiters = 50;
  for (std::size_t i = 0; i < kWaiters; ++i) waiters_.Add(render.key);
  waiters_.AwaitSleep();

  Publish(render);
  waiters_.Join();

  EXPECT_EQ(waiters_.found(0)->id, render.id);
  EXPECT_EQ(waiters_.most_wake_ups(), 1u);
  EXPECT_GT(waiters_.total_wake_ups(), kWaiters / 2);
}

TEST_F(RenderWaitTest, ARenderThatIsThereNeedsNoSleep) {
  const RenderInfo render = LonelyRender();
  Publish(render);
  const auto reader = *RenderIndexReader::Open(directory_.fd());

  EXPECT_EQ(reader.WaitUntilReady(render.id, milliseconds(0))->id, render.id);
  EXPECT_EQ(reader.WaitUntilReady(render.key, kLongEnough)->id, render.id);
  EXPECT_EQ(reader.wake_ups(), 0u);
}

TEST_F(RenderWaitTest, ARenderThatStaysPendingIsWaitedForInVain) {
  const RenderInfo render = LonelyRender();
  Publish(render, RenderState::kPending);
  const auto reader = *RenderIndexReader::Open(directory_.fd());

  for (const auto timeout : {milliseconds(5), milliseconds::min()}) {
    EXPECT_EQ(CodeOf(reader.WaitUntilReady(render.id, timeout)),
              StatusCode::kTimedOut);
    EXPECT_EQ(CodeOf(reader.WaitUntilReady(render.key, timeout)),
              StatusCode::kTimedOut);
  }
}

TEST_F(RenderWaitTest, TheEndOfTheIndexWakesEverybody) {
  constexpr std::size_t kWaiters = 50;
  for (std::size_t i = 0; i < kWaiters; ++i) waiters_.Add(LonelyRender().id);
  waiters_.AwaitSleep();

  writer_.reset();
  waiters_.Join();

  for (std::size_t i = 0; i < kWaiters; ++i) {
    EXPECT_EQ(CodeOf(waiters_.found(i)), StatusCode::kUnavailable);
  }
  EXPECT_GT(waiters_.total_wake_ups(), kWaiters / 2);
}

// Whoever draws may finish what others wait for before it stops.
TEST_F(RenderWaitTest, ADrainingIndexIsWaitedFor) {
  const RenderInfo render = LonelyRender();
  waiters_.Add(render.id);
  waiters_.AwaitSleep();

  writer_->SetState(IndexState::kDraining);
  Publish(render);
  waiters_.Join();

  EXPECT_EQ(waiters_.found(0)->id, render.id);
}

TEST_F(RenderWaitTest, AReplacedIndexIsLeft) {
  waiters_.Add(LonelyRender().id);
  waiters_.AwaitSleep();

  const auto next = *RenderIndexWriter::Create(directory_.fd(), 8, 2);
  ASSERT_TRUE(next->MakeLive().ok());
  waiters_.Join();

  EXPECT_EQ(CodeOf(waiters_.found(0)), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace goxel
