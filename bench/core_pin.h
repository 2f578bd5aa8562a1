// Keeps this thread, and every process and thread that it starts meanwhile, on
// one core. On an idle machine a round trip between two cores costs two
// wake-ups (50 us and more in a virtual machine), which hide everything else.

#ifndef BENCH_CORE_PIN_H_
#define BENCH_CORE_PIN_H_

#include <sched.h>

namespace goxel {

class CorePin {
 public:
  // Pins to the last core that the process may use; does nothing when !pinned.
  explicit CorePin(bool pinned = true) {
    ::sched_getaffinity(0, sizeof(before_), &before_);
    if (!pinned) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int core = CPU_SETSIZE - 1; core >= 0; --core) {
      if (!CPU_ISSET(core, &before_)) continue;
      CPU_SET(core, &one);
      break;
    }
    ::sched_setaffinity(0, sizeof(one), &one);
  }
  ~CorePin() { ::sched_setaffinity(0, sizeof(before_), &before_); }
  CorePin(const CorePin&) = delete;
  CorePin& operator=(const CorePin&) = delete;

 private:
  cpu_set_t before_;
};

}  // namespace goxel

#endif  // BENCH_CORE_PIN_H_
