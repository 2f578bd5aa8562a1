#include "daemon/start_report.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

namespace goxel {
namespace {

// What goes through the pipe: this byte, or the text of an error.
constexpr char kReady = '\0';

void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    const auto got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

// The rest of the caller's process. Nothing is flushed or destroyed: all that
// belongs to the daemon.
[[noreturn]] void AwaitReport(UniqueFd report) {
  std::string text = ReadAll(report.get());
  if (text == std::string_view(&kReady, 1)) ::_exit(EXIT_SUCCESS);
  if (text.empty()) {
    text =
        "goxel-daemon: the daemon ended before it could serve; its log may "
        "say why\n";
  }
  WriteAll(STDERR_FILENO, text);
  ::_exit(EXIT_FAILURE);
}

Status CloseStandardStreams() {
  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (!nothing.valid() || ::dup2(nothing.get(), stream) < 0) {
      return Status::FromErrno("open /dev/null", errno);
    }
  }
  return Status();
}

bool SameFile(int left, int right) {
  struct stat a {};
  struct stat b {};
  return ::fstat(left, &a) == 0 && ::fstat(right, &b) == 0 &&
         a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

StartReport StartReport::ToStandardError() {
  return {UniqueFd(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)), false};
}

Result<StartReport> StartReport::FromDetached() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Fail(Status::FromErrno("make a pipe", errno));
  }
  UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t leader = ::fork();
  if (leader < 0) return Fail(Status::FromErrno("fork", errno));
  if (leader > 0) {
    to.reset();
    ::waitpid(leader, nullptr, 0);
    AwaitReport(std::move(from));
  }
  ::setsid();
  // The leader of a session could be given a terminal again; its child cannot.
  const pid_t daemon = ::fork();
  if (daemon != 0) ::_exit(EXIT_SUCCESS);
  StartReport report(std::move(to), true);
  if (Status closed = CloseStandardStreams(); !closed.ok()) {
    report.Failed(closed);
    return Fail(closed);
  }
  return report;
}

void StartReport::Ready() {
  if (!awaited_) return;
  WriteAll(to_.get(), {&kReady, 1});
  to_.reset();
}

void StartReport::Failed(const Status& error) {
  if (!SameFile(to_.get(), STDERR_FILENO)) spdlog::error(error.message());
  if (to_.valid()) {
    WriteAll(to_.get(), fmt::format("goxel-daemon: {}\n", error.message()));
  }
}

}  // namespace goxel
