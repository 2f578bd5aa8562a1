// The real file system with a script: the Nth call fails, or kills the process.

#ifndef TESTS_SCRIPTED_FILE_SYSTEM_H_
#define TESTS_SCRIPTED_FILE_SYSTEM_H_

#include <signal.h>

#include <atomic>

#include "ipc/file_system.h"

namespace goxel {

class ScriptedFileSystem final : public FileSystem {
 public:
  // The `nth` call from now on, counted from 1, fails with `error_number`; so
  // does the `second`, unless it is 0.
  void FailAt(int nth, int error_number, int second = 0) {
    calls_ = 0;
    fail_at_ = nth;
    second_fail_at_ = second;
    error_number_ = error_number;
  }
  // Every call of one kind fails from now on.
  void FailAll(FileCall kind, int error_number) {
    failing_kind_ = static_cast<int>(kind);
    kind_error_number_ = error_number;
  }
  // The process dies by SIGKILL before or after the `nth` call from now on.
  void KillBefore(int nth) {
    calls_ = 0;
    kill_before_ = nth;
  }
  void KillAfter(int nth) {
    calls_ = 0;
    kill_after_ = nth;
  }
  // The same at the next call of one kind.
  void KillBeforeNext(FileCall kind) {
    kill_before_kind_ = static_cast<int>(kind);
  }
  void KillAfterNext(FileCall kind) {
    kill_after_kind_ = static_cast<int>(kind);
  }
  // Ends the script; true when its last failing call was reached.
  bool Disarm() {
    const int last = second_fail_at_ > 0 ? second_fail_at_ : fail_at_;
    const bool reached = last > 0 && calls_ >= last;
    fail_at_ = second_fail_at_ = kill_before_ = kill_after_ = 0;
    failing_kind_ = kNone;
    return reached;
  }
  // Calls since the last of the above.
  int calls() const { return calls_; }

 private:
  static constexpr int kNone = -1;

  int Refuse(FileCall kind) override {
    const int number = ++calls_;
    if (number == kill_before_ || IsKind(kind, kill_before_kind_)) {
      ::raise(SIGKILL);
    }
    if (number == fail_at_ || number == second_fail_at_) return error_number_;
    return IsKind(kind, failing_kind_) ? kind_error_number_.load() : 0;
  }
  void Made(FileCall kind) override {
    if (calls_ == kill_after_ || IsKind(kind, kill_after_kind_)) {
      ::raise(SIGKILL);
    }
  }
  static bool IsKind(FileCall kind, int wanted) {
    return static_cast<int>(kind) == wanted;
  }

  std::atomic<int> calls_{0};
  std::atomic<int> fail_at_{0};
  std::atomic<int> second_fail_at_{0};
  std::atomic<int> failing_kind_{kNone};
  std::atomic<int> error_number_{0};
  std::atomic<int> kind_error_number_{0};
  std::atomic<int> kill_before_{0};
  std::atomic<int> kill_after_{0};
  std::atomic<int> kill_before_kind_{kNone};
  std::atomic<int> kill_after_kind_{kNone};
};

}  // namespace goxel

#endif  // TESTS_SCRIPTED_FILE_SYSTEM_H_
