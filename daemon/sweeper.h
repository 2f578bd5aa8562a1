// Removes expired renders on time: sleeps until the next one dies, and at least
// once per interval looks after the directory anyway.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_SWEEPER_H_
#define DAEMON_SWEEPER_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "ipc/render_info.h"
#include "transfer/render_store.h"

namespace goxel {

class Sweeper {
 public:
  // `store` must outlive the sweeper.
  Sweeper(RenderStore* store, std::chrono::seconds interval);
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

  // A render was committed or touched: it may now be the next to die.
  void Note(const RenderInfo& info);

  // Counts from the next sweep on, which comes no later than that.
  void SetInterval(std::chrono::seconds interval);

  // Sweeps now, on the caller's thread.
  struct Collected {
    std::uint64_t removed = 0;
    std::uint64_t freed_bytes = 0;
  };
  Collected Collect();

  struct Times {
    std::chrono::system_clock::time_point last;
    std::chrono::system_clock::time_point next;
  };
  Times times() const;

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  void SweepStore();

  RenderStore* const store_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::chrono::seconds interval_;
  std::condition_variable changed_;
  bool stopping_ = false;
  Clock::time_point next_;  // When to sweep.
  std::chrono::system_clock::time_point last_;
  std::thread thread_;  // Last: starts when the rest is ready.
};

}  // namespace goxel

#endif  // DAEMON_SWEEPER_H_
