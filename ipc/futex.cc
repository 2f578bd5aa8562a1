#include "ipc/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace goxel {
namespace {

// `timeout` from now, as FUTEX_WAIT_BITSET wants it: CLOCK_MONOTONIC.
struct timespec After(std::chrono::nanoseconds timeout) {
  struct timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto end = std::chrono::seconds(now.tv_sec) +
                   std::chrono::nanoseconds(now.tv_nsec) + timeout;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(end);
  return {.tv_sec = seconds.count(), .tv_nsec = (end - seconds).count()};
}

}  // namespace

// Without the PRIVATE flag: waiters are in other processes and map the word at
// other addresses.

void WakeSleepers(std::atomic<std::uint32_t>* word, std::uint32_t bits) {
  ::syscall(SYS_futex, word, FUTEX_WAKE_BITSET, INT_MAX, nullptr, nullptr,
            bits);
}

bool SleepWhile(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                std::chrono::nanoseconds timeout, std::uint32_t bits) {
  const struct timespec end = After(timeout);
  return ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, seen, &end, nullptr,
                   bits) == 0;
}

}  // namespace goxel
