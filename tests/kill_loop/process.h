// One child of a kill loop.

#ifndef TESTS_KILL_LOOP_PROCESS_H_
#define TESTS_KILL_LOOP_PROCESS_H_

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <utility>

namespace goxel {

class Process {
 public:
  Process() = default;  // None.
  // Runs `body` in a fork. REQUIRES: the caller has one thread.
  explicit Process(const std::function<void()>& body) : pid_(::fork()) {
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    body();
    ::_exit(0);
  }
  Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Process& operator=(Process&& other) noexcept {
    if (this != &other) Kill();
    pid_ = std::exchange(other.pid_, -1);
    return *this;
  }
  ~Process() { Kill(); }

  pid_t pid() const { return pid_; }

  // Returns when it is gone.
  void Kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }

  // Returns when it stands still; false when it had ended.
  bool Stop() const {
    int status = 0;
    ::kill(pid_, SIGSTOP);
    return ::waitpid(pid_, &status, WUNTRACED) == pid_ && WIFSTOPPED(status);
  }
  void Continue() const { ::kill(pid_, SIGCONT); }

  // The exit status; -1 when a signal ended it.
  int Wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
};

}  // namespace goxel

#endif  // TESTS_KILL_LOOP_PROCESS_H_
