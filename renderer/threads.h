// Work that is shared out among threads for as long as a call takes.

#ifndef RENDERER_THREADS_H_
#define RENDERER_THREADS_H_

#include <algorithm>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace goxel {

// How many threads `items` are worth when each is to get at least `per_thread`:
// from 1 to `most`, or to the number of cores where `most` is 0.
inline std::size_t CountThreads(std::size_t items, std::size_t per_thread,
                                std::size_t most = 0) {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  return std::clamp<std::size_t>(items / per_thread, 1,
                                 most == 0 ? cores : most);
}

// Runs `work` on `count` threads, this one among them; on fewer where the
// system gives no more, so `work` has to take its share from a common counter.
template <typename Work>
void RunOnThreads(std::size_t count, const Work& work) {
  std::vector<std::thread> threads;
  threads.reserve(count);
  try {
    while (threads.size() + 1 < count) threads.emplace_back(work);
  } catch (const std::system_error&) {
  }
  work();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace goxel

#endif  // RENDERER_THREADS_H_
