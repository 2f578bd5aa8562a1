#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <ctime>
#include <functional>

#include "daemon/script_host/sandbox.h"
#include "ipc/unique_fd.h"
#include "tests/child_process.h"

namespace goxel {
namespace {

constexpr int kSurvived = 0;
constexpr int kNoSandbox = 7;
constexpr int kKilled = -1;  // As ChildProcess::Wait().

// What becomes of a process that does `deed` in the sandbox.
int InSandbox(int channel, unsigned cpu_seconds,
              const std::function<void()>& deed) {
  ChildProcess child([&](const ChildProcess::Ready&) {
    if (!EnterSandbox(channel, cpu_seconds)) return kNoSandbox;
    deed();
    return kSurvived;
  });
  return child.Wait();
}

class ScriptSandboxTest : public testing::Test {
 protected:
  ScriptSandboxTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()),
              0);
    inside_.reset(ends[0]);
    outside_.reset(ends[1]);
  }

  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the sanitizer makes system calls of its own";
#endif
  }

  int Try(const std::function<void()>& deed) {
    return InSandbox(inside_.get(), 10, deed);
  }

  UniqueFd inside_;
  UniqueFd outside_;
};

TEST_F(ScriptSandboxTest, TheChannelAndTheClockCanBeUsed) {
  ASSERT_EQ(::write(outside_.get(), "ping", 4), 4);

  EXPECT_EQ(Try([&] {
              std::array<char, 4> text{};
              const auto got = ::read(inside_.get(), text.data(), 4);
              timespec now{};
              ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
              const iovec part = {text.data(), static_cast<std::size_t>(got)};
              ::writev(inside_.get(), &part, 1);
            }),
            kSurvived);

  std::array<char, 4> echo{};
  EXPECT_EQ(::read(outside_.get(), echo.data(), 4), 4);
  EXPECT_EQ(echo[0], 'p');
}

TEST_F(ScriptSandboxTest, NoFileCanBeOpened) {
  EXPECT_EQ(Try([] { ::syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY); }),
            kKilled);
}

TEST_F(ScriptSandboxTest, NoFileCanBeRemoved) {
  EXPECT_EQ(Try([] { ::syscall(SYS_unlinkat, AT_FDCWD, "/nowhere/x", 0); }),
            kKilled);
}

TEST_F(ScriptSandboxTest, NoProcessCanBeStarted) {
  EXPECT_EQ(Try([] { ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }), kKilled);
  EXPECT_EQ(Try([] { ::syscall(SYS_execve, "/bin/true", 0, 0); }), kKilled);
}

TEST_F(ScriptSandboxTest, NoProcessCanBeSignalled) {
  EXPECT_EQ(Try([] { ::syscall(SYS_kill, ::getppid(), 0); }), kKilled);
}

TEST_F(ScriptSandboxTest, NoSocketCanBeMade) {
  EXPECT_EQ(Try([] { ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }),
            kKilled);
}

TEST_F(ScriptSandboxTest, NoMemoryCanBeHad) {
  EXPECT_EQ(Try([] {
              ::syscall(SYS_mmap, 0, 4096, PROT_READ,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            }),
            kKilled);
}

TEST_F(ScriptSandboxTest, NoOtherDescriptorCanBeReadOrWritten) {
  EXPECT_EQ(Try([&] {
              char byte = 0;
              ::syscall(SYS_read, outside_.get(), &byte, 0);
            }),
            kKilled);
  EXPECT_EQ(Try([&] {
              iovec part = {};
              ::syscall(SYS_writev, outside_.get(), &part, 1);
            }),
            kKilled);
}

TEST_F(ScriptSandboxTest, WorkEndsWithItsProcessorTime) {
  EXPECT_EQ(InSandbox(inside_.get(), 1,
                      [] {
                        std::atomic<int> work = 0;
                        for (;;) ++work;
                      }),
            kKilled);
}

}  // namespace
}  // namespace goxel
