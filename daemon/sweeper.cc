#include "daemon/sweeper.h"

#include <algorithm>

namespace goxel {
namespace {

using SystemClock = std::chrono::system_clock;

}  // namespace

Sweeper::Sweeper(RenderStore* store, std::chrono::seconds interval)
    : store_(store),
      interval_(interval),
      next_(Clock::now() + interval),
      last_(SystemClock::now()),
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
  const SystemClock::time_point dies(
      std::chrono::nanoseconds(info.expires_unix_ns));
  const auto at = Clock::now() + (dies - SystemClock::now());
  std::lock_guard lock(mutex_);
  if (at >= next_) return;
  next_ = at;
  changed_.notify_one();
}

Sweeper::Times Sweeper::times() const {
  std::lock_guard lock(mutex_);
  return {.last = last_, .next = SystemClock::now() + (next_ - Clock::now())};
}

void Sweeper::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (Clock::now() < next_) {
      changed_.wait_until(lock, next_);
      continue;
    }
    // What Note() says while the sweep runs counts from here.
    next_ = Clock::now() + interval_;
    lock.unlock();
    const auto due = store_->Sweep();
    lock.lock();
    last_ = SystemClock::now();
    if (due) next_ = std::min(next_, Clock::now() + *due);
  }
}

}  // namespace goxel
