#include "ipc/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace goxel {

// FUTEX_WAIT and FUTEX_WAKE without the PRIVATE flag: waiters are in other
// processes and map the word at other addresses.

void WakeAll(std::atomic<std::uint32_t>* word) {
  ::syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

void SleepWhile(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                std::chrono::nanoseconds timeout) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const struct timespec limit {
    .tv_sec = seconds.count(), .tv_nsec = (timeout - seconds).count()
  };
  ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, &limit, nullptr, 0);
}

}  // namespace goxel
