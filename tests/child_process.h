// Another process of a test, forked from it.

#ifndef TESTS_CHILD_PROCESS_H_
#define TESTS_CHILD_PROCESS_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "ipc/unique_fd.h"

namespace goxel {

class ChildProcess {
 public:
  // Says to the parent that the child has come to the interesting point.
  using Ready = std::function<void()>;

  // Runs `body` in a fork; what it returns is the exit status. Assertions of
  // GoogleTest do not reach the parent from there: return a status instead.
  explicit ChildProcess(const std::function<int(Ready ready)>& body) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ready_.reset(ends[0]);
    UniqueFd tell(ends[1]);
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // No test leaves a process behind.
    ::_exit(body([&] { tell.reset(); }));
  }
  ~ChildProcess() {
    if (pid_ > 0) Kill();
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Returns when the child called ready(), or ended.
  void AwaitReady() const {
    char end_of_file;
    EXPECT_EQ(::read(ready_.get(), &end_of_file, 1), 0);
  }

  // Ends the child with SIGKILL and returns when it is gone.
  void Kill() {
    ::kill(pid_, SIGKILL);
    Wait();
  }

  // The child's exit status; -1 when a signal ended it.
  int Wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // Whether the child ended; Wait() still gives its exit status.
  bool HasEnded() const {
    siginfo_t ended{};
    const int options = WEXITED | WNOHANG | WNOWAIT;
    return ::waitid(P_PID, static_cast<id_t>(pid_), &ended, options) == 0 &&
           ended.si_pid == pid_;
  }

  pid_t pid() const { return pid_; }

 private:
  UniqueFd ready_;
  pid_t pid_ = -1;
};

// For the body of a child that is to be killed.
inline int SleepUntilKilled() {
  for (;;) ::pause();
}

}  // namespace goxel

#endif  // TESTS_CHILD_PROCESS_H_
