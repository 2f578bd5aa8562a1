// Sleeping on a word of shared memory until its writer changes it, on Linux
// with futex(2). The waiter's mapping may be read-only.

#ifndef IPC_FUTEX_H_
#define IPC_FUTEX_H_

#include <atomic>
#include <chrono>
#include <cstdint>

namespace goxel {

// Wakes every process and thread that sleeps on `word`.
void WakeAll(std::atomic<std::uint32_t>* word);

// Sleeps while `*word == seen`, at most for `timeout`. May return early for no
// reason: look at the word again.
void SleepWhile(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
                std::chrono::nanoseconds timeout);

}  // namespace goxel

#endif  // IPC_FUTEX_H_
