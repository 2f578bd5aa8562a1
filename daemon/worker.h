// Threads that run tasks, for whatever may wait on a disk or take long and so
// must not run on the server's thread. Tasks begin in the order they came; with
// one thread they run one after the other.
//
// Thread safety: all functions may be called from any thread, Stop() from any
// but the worker's own.

#ifndef DAEMON_WORKER_H_
#define DAEMON_WORKER_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace goxel {

class Worker {
 public:
  using Task = std::function<void()>;

  explicit Worker(std::size_t threads = 1);
  // As Stop().
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // False, without running `task`, after Stop().
  bool Post(Task task);

  // True while a task waits or runs.
  bool busy() const { return unfinished_.load() > 0; }

  // Runs what was posted before and ends the threads.
  void Stop();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::atomic<std::size_t> unfinished_ = 0;
  std::vector<std::thread> threads_;  // Last: start when the rest is ready.
};

}  // namespace goxel

#endif  // DAEMON_WORKER_H_
