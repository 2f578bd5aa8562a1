// The promise of crash safety, tried: a writer and many clients are killed with
// SIGKILL at random instants and started again at once, for as long as wanted,
// while every client compares every pixel that it gets to see.
//
// What is compared, besides the frames (tests/kill_loop/index_reader.h):
//
//   at a kill     the files of what was handed over; blocks used against the
//                 limit, with the writer stopped
//   at a start    everything that was whole is found again; nothing is broken
//   meanwhile     a second writer is refused
//   at the end    no hidden file, no lease, no byte that is not in the books,
//                 no descriptor more than at first

#ifndef TESTS_KILL_LOOP_KILL_LOOP_H_
#define TESTS_KILL_LOOP_KILL_LOOP_H_

#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/kill_loop/directory_audit.h"
#include "tests/kill_loop/ledger.h"
#include "tests/kill_loop/process.h"

namespace goxel {

struct KillLoopOptions {
  WriterKind writer = WriterKind::kStore;
  std::chrono::seconds duration{30};
  std::size_t clients = 16;
  unsigned seed = 1;
  std::string daemon_binary;        // For WriterKind::kDaemon.
  std::filesystem::path directory;  // Empty but for what the loop makes in it.
};

class KillLoop {
 public:
  explicit KillLoop(KillLoopOptions options);

  // Returns at the first fault, or after the duration.
  void Run();

  const Ledger& ledger() const { return ledger_; }
  // One line: how much was done, and what went wrong first.
  std::string Summary() const;

 private:
  std::filesystem::path renders() const {
    return options_.directory / "renders";
  }
  std::string socket() const { return options_.directory / "sock"; }
  std::uint64_t max_bytes() const;
  bool TimeIsOver() const;
  unsigned Below(unsigned limit);

  void StartWriter();
  void StartClient(std::size_t which);
  // False when it is killed, or has stopped itself, before.
  bool AwaitWriter();
  void KillWriter();
  void KillClient();
  void RestartAndCompare();
  void TrySecondWriter();
  void CompareBlocksWithLimit();
  void CheckEnd();
  void CheckDescriptors();
  void RemoveAllRenders();

  const KillLoopOptions options_;
  Ledger& ledger_;
  std::minstd_rand random_;
  std::chrono::steady_clock::time_point end_;
  Process writer_;
  std::vector<Process> clients_;
  unsigned started_ = 0;  // Processes so far; seeds the next.
  std::uint64_t writer_kills_ = 0;
  std::uint64_t client_kills_ = 0;
  std::uint64_t comparisons_ = 0;  // Starts compared with what was there.
  std::uint64_t refusals_ = 0;     // Second writers refused.
  std::uint64_t most_bytes_ = 0;   // Blocks in use at any sample.
};

}  // namespace goxel

#endif  // TESTS_KILL_LOOP_KILL_LOOP_H_
