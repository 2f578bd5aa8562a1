#include "daemon/sweeper.h"

#include <algorithm>

#include "transfer/clock.h"

namespace goxel {
namespace {

using WallClock = std::chrono::system_clock;

}  // namespace

Sweeper::Sweeper(RenderStore* store, std::chrono::seconds interval)
    : store_(store),
      interval_(interval),
      next_(Clock::now() + interval),
      last_(WallClock::now()),
      thread_([this] { Run(); }) {}

Sweeper::~Sweeper() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

void Sweeper::Note(const RenderInfo& info) {
  // Whatever happens to the time of day.
  const std::chrono::nanoseconds left(info.expires_boottime_ns -
                                      SystemClock().BoottimeNs());
  const auto at = Clock::now() + left;
  std::lock_guard lock(mutex_);
  if (at >= next_) return;
  next_ = at;
  changed_.notify_one();
}

void Sweeper::SetInterval(std::chrono::seconds interval) {
  const std::lock_guard lock(mutex_);
  interval_ = interval;
  next_ = std::min(next_, Clock::now() + interval);
  changed_.notify_one();
}

Sweeper::Collected Sweeper::Collect() {
  const RenderStoreStats before = store_->Stats();
  SweepStore();
  const RenderStoreStats after = store_->Stats();
  const auto grown = [&](IndexCounter counter) {
    const auto at = static_cast<std::size_t>(counter);
    // Counters begin anew where the directory had to be made again.
    return after.counters[at] -
           std::min(after.counters[at], before.counters[at]);
  };
  return {.removed = grown(IndexCounter::kEvictedTtl),
          .freed_bytes = grown(IndexCounter::kBytesFreed)};
}

Sweeper::Times Sweeper::times() const {
  std::lock_guard lock(mutex_);
  return {.last = last_, .next = WallClock::now() + (next_ - Clock::now())};
}

void Sweeper::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (Clock::now() < next_) {
      changed_.wait_until(lock, next_);
      continue;
    }
    lock.unlock();
    SweepStore();
    lock.lock();
  }
}

void Sweeper::SweepStore() {
  {
    // What Note() says while the sweep runs counts from here.
    const std::lock_guard lock(mutex_);
    next_ = Clock::now() + interval_;
  }
  const auto due = store_->Sweep();
  const std::lock_guard lock(mutex_);
  last_ = WallClock::now();
  if (!due) return;
  next_ = std::min(next_, Clock::now() + *due);
  changed_.notify_one();
}

}  // namespace goxel
