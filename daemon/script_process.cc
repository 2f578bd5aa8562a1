#include "daemon/script_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "daemon/script_frame.h"

namespace goxel {
namespace {

// How a script's process begins: with the socket and /dev/null as its only
// files, no signal blocked or ignored, and in a process group of its own, so
// that what a terminal sends to the daemon's does not reach it.
class SpawnPlan {
 public:
  explicit SpawnPlan(int socket) {
    ::posix_spawn_file_actions_init(&files_);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      ::posix_spawn_file_actions_addopen(&files_, standard, "/dev/null", O_RDWR,
                                         0);
    }
    ::posix_spawn_file_actions_adddup2(&files_, socket, kScriptChannel);
    ::posix_spawn_file_actions_addclosefrom_np(&files_, kScriptChannel + 1);

    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK |
                                                 POSIX_SPAWN_SETSIGDEF |
                                                 POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  Result<pid_t> Spawn(std::vector<std::string> arguments) const {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    // Scripts live in UTC: the rules of other zones lie in files.
    std::string zone = "TZ=UTC0";
    const std::array<char*, 2> environment = {zone.data(), nullptr};
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, pointers[0], &files_, &attributes_,
                                    pointers.data(), environment.data());
    if (error != 0) {
      const Status failed = Status::FromErrno(
          fmt::format("start the script program {}", pointers[0]), error);
      return Fail(failed.Retold(StatusCode::kInternal, failed.message()));
    }
    return pid;
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

Status StatusOfExit(int status) {
  switch (static_cast<ScriptExit>(status)) {
    case ScriptExit::kDone:
      return Status();
    case ScriptExit::kUsage:
      return {StatusCode::kInternal,
              "the script program is not of the daemon's build; install both "
              "of them together"};
    case ScriptExit::kNoMemory:
      return {StatusCode::kInternal,
              "the system has no room for the memory of a script; lower "
              "[script] max_memory"};
    case ScriptExit::kNoSandbox:
      return {StatusCode::kInternal,
              "the system has no seccomp filters, without which no script can "
              "be run safely"};
    case ScriptExit::kBroken:
      break;
  }
  return {StatusCode::kInternal,
          fmt::format("the script program ended with status {}", status)};
}

Status StatusOfSignal(int signal) {
  if (signal == SIGSYS) {
    return {StatusCode::kCancelled,
            "the script was ended for a system call that scripts may not make"};
  }
  return {StatusCode::kCancelled,
          fmt::format("the script's process was ended by signal {} ({})",
                      signal, ::sigdescr_np(signal))};
}

}  // namespace

Result<std::unique_ptr<ScriptProcess>> ScriptProcess::Start(
    const ScriptProcessOptions& options, std::chrono::seconds cpu_time) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Fail(Status::FromErrno("make a socket for a script", errno));
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  auto pid = SpawnPlan(theirs.get())
                 .Spawn({options.program.string(),
                         std::to_string(options.memory_bytes),
                         std::to_string(cpu_time.count()),
                         std::to_string(::getpid()), GOXEL_VERSION});
  if (!pid) return Fail(std::move(pid.error()));
  return std::unique_ptr<ScriptProcess>(
      new ScriptProcess(*pid, std::move(ours), options.memory_bytes));
}

ScriptProcess::~ScriptProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  static_cast<void>(Wait());
}

Status ScriptProcess::Wait() {
  int status = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(pid_, &status, 0);
  } while (ended < 0 && errno == EINTR);
  pid_ = -1;
  if (ended < 0) return Status::FromErrno("wait for a script", errno);
  return WIFSIGNALED(status) ? StatusOfSignal(WTERMSIG(status))
                             : StatusOfExit(WEXITSTATUS(status));
}

Status ScriptProcess::AwaitSocket(short event, const ScriptWatch& watch) const {
  for (;;) {
    if (Status status = watch.Check(); !status.ok()) return status;
    pollfd waited = {.fd = socket_.get(), .events = event, .revents = 0};
    const auto patience = static_cast<int>(watch.Patience().count());
    if (::poll(&waited, 1, patience) > 0) return Status();
  }
}

Status ScriptProcess::Send(ScriptFrame type, std::string_view body,
                           const ScriptWatch& watch) {
  OutgoingFrame frame(type, body);
  while (!frame.sent()) {
    msghdr message{};
    message.msg_iov = frame.parts().data();
    message.msg_iovlen = frame.parts().size();
    const ssize_t sent =
        ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      frame.Advance(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EINTR) {
      Status status = AwaitSocket(POLLOUT, watch);
      if (!status.ok()) return status;
    } else {
      return Status();
    }
  }
  return Status();
}

Result<bool> ScriptProcess::Read(char* bytes, std::size_t size,
                                 const ScriptWatch& watch) {
  while (size > 0) {
    const ssize_t got = ::recv(socket_.get(), bytes, size, MSG_DONTWAIT);
    if (got == 0) return false;
    if (got > 0) {
      bytes += got;
      size -= static_cast<std::size_t>(got);
    } else if (errno == EAGAIN || errno == EINTR) {
      Status status = AwaitSocket(POLLIN, watch);
      if (!status.ok()) return Fail(std::move(status));
    } else {
      return false;
    }
  }
  return true;
}

Result<std::optional<ReceivedFrame>> ScriptProcess::Receive(
    const ScriptWatch& watch) {
  // A script that never stops talking has to be looked at as well.
  if (Status status = watch.Check(); !status.ok()) {
    return Fail(std::move(status));
  }
  ScriptFrameHeader header{};
  auto read = Read(reinterpret_cast<char*>(&header), sizeof(header), watch);
  if (!read) return Fail(std::move(read.error()));
  if (!*read) return std::nullopt;
  if (header.body_bytes > memory_bytes_) {
    return Fail(
        StatusCode::kDataLoss,
        fmt::format("the script sent {} bytes at once; it has {} in all",
                    header.body_bytes, memory_bytes_));
  }
  auto body = std::make_shared<std::string>();
  body->resize(header.body_bytes + MessageText::kPadding);
  read = Read(body->data(), header.body_bytes, watch);
  if (!read) return Fail(std::move(read.error()));
  if (!*read) return std::nullopt;
  const auto text = std::string_view(*body).substr(0, header.body_bytes);
  return ReceivedFrame{header.type, MessageText::Within(text, std::move(body))};
}

std::filesystem::path FindScriptProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  std::error_code ignored;
  const auto daemon = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto beside = daemon.parent_path() / name;
  if (::access(beside.c_str(), X_OK) == 0) return beside;
  return daemon.parent_path().parent_path() / "libexec" / "goxel" / name;
}

}  // namespace goxel
