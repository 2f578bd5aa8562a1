// Sleeping on a word of shared memory until its writer changes it, on Linux
// with futex(2). The waiter's mapping may be read-only.
//
// No wake-up is lost when the waiter loads the word, looks for what it waits
// for, and sleeps while the word is what it loaded; and the writer makes that
// thing visible, changes the word, and wakes. The kernel compares the word
// again before it puts the waiter to sleep.

#ifndef IPC_FUTEX_H_
#define IPC_FUTEX_H_

#include <atomic>
#include <chrono>
#include <cstdint>

namespace goxel {

inline constexpr std::uint32_t kAllFutexBits = 0xffffffff;

// Wakes every process and thread that sleeps on `word` with one of `bits`.
void WakeSleepers(std::atomic<std::uint32_t>* word,
                  std::uint32_t bits = kAllFutexBits);

// Sleeps while `*word == seen`, at most for `timeout`. May return early for no
// reason: look at the word again. True when a wake ended the sleep; false when
// there was no sleep, or its time was over, or a signal came.
// REQUIRES: bits is not 0.
bool SleepWhile(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                std::chrono::nanoseconds timeout,
                std::uint32_t bits = kAllFutexBits);

}  // namespace goxel

#endif  // IPC_FUTEX_H_
