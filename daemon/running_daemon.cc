#include "daemon/running_daemon.h"

#include <fmt/format.h>
#include <poll.h>
#include <simdjson.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "daemon/listener.h"
#include "daemon/pid_file.h"

// The header of glibc 2.36 forgets to say so.
extern "C" {
#include <sys/pidfd.h>
}

namespace goxel {
namespace {

// A clean stop takes a second, unless a large file is just being written.
constexpr std::chrono::seconds kStopLimit{10};
// For one step on the socket; a reload reads one file.
constexpr timeval kSocketLimit{.tv_sec = 10, .tv_usec = 0};

constexpr char kReloadRequest[] =
    R"({"jsonrpc":"2.0","id":1,"method":"goxel.reload_config"})"
    "\n";

struct RunningDaemon {
  pid_t pid = 0;
  UniqueFd process;  // A pidfd: the number cannot come to mean another.
};

// Where the daemon was looked for.
std::string Place(const Options& options) {
  return options.pid_file.empty()
             ? "nothing listens on " + options.socket_path
             : "no process holds the pid file " + options.pid_file;
}

// Invalid when nobody listens there.
Result<UniqueFd> ConnectTo(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("the socket path {} is too long", path));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return Fail(Status::FromErrno("socket AF_UNIX", errno));
  for (const int direction : {SO_SNDTIMEO, SO_RCVTIMEO}) {
    ::setsockopt(socket.get(), SOL_SOCKET, direction, &kSocketLimit,
                 sizeof(kSocketLimit));
  }
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof(address)) == 0) {
    return socket;
  }
  if (errno == ENOENT || errno == ECONNREFUSED) return UniqueFd();
  return Fail(Status::FromErrno("connect to " + path, errno));
}

// Empty when there is no such process.
std::string ProcessName(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

// A service manager listens for a daemon that it has not started yet.
Status CheckIsDaemon(pid_t pid, const std::string& socket_path) {
  const std::string name = ProcessName(std::to_string(pid));
  const std::string daemon_name = ProcessName("self");
  if (name.empty() || name == daemon_name) return Status();
  return Status(
      StatusCode::kFailedPrecondition,
      fmt::format("{} (pid {}) listens on {} and is no {}; a service manager "
                  "does that for a daemon that it starts at the first "
                  "connection: use its own commands (systemctl)",
                  name, pid, socket_path, daemon_name));
}

Result<std::optional<pid_t>> FindPid(const Options& options) {
  if (!options.pid_file.empty()) return PidFile::FindHolder(options.pid_file);
  const Result<UniqueFd> socket = ConnectTo(options.socket_path);
  if (!socket) return Fail(socket.error());
  if (!socket->valid()) return std::nullopt;
  const Result<ucred> peer = PeerCredentials(socket->get());
  if (!peer) return Fail(peer.error());
  if (peer->pid > 0) {
    Status is_daemon = CheckIsDaemon(peer->pid, options.socket_path);
    if (!is_daemon.ok()) return Fail(std::move(is_daemon));
    return peer->pid;
  }
  return Fail(StatusCode::kUnavailable,
              fmt::format("the daemon on {} runs where its process id is not "
                          "seen from here, in another container",
                          options.socket_path));
}

// Looks twice, so that the pidfd is of the process that was found and not of
// one that has the number after it.
Result<std::optional<RunningDaemon>> FindDaemon(const Options& options) {
  const auto pid = FindPid(options);
  if (!pid) return Fail(pid.error());
  if (!pid->has_value()) return std::nullopt;
  RunningDaemon daemon{**pid, UniqueFd(::pidfd_open(**pid, 0))};
  if (!daemon.process.valid() && errno != ESRCH) {
    return Fail(Status::FromErrno(
        fmt::format("open the process {}", daemon.pid), errno));
  }
  const auto again = FindPid(options);
  if (!again) return Fail(again.error());
  if (!daemon.process.valid() || *again != *pid) return std::nullopt;
  return daemon;
}

Status SendSignal(const RunningDaemon& daemon, int signal) {
  if (::pidfd_send_signal(daemon.process.get(), signal, nullptr, 0) == 0 ||
      errno == ESRCH) {
    return Status();
  }
  return Status::FromErrno(fmt::format("signal the process {}", daemon.pid),
                           errno);
}

TaskReport Failure(const Status& error) {
  return {TaskExit::kFailure, error.message()};
}

TaskReport Stop(const RunningDaemon& daemon) {
  if (Status sent = SendSignal(daemon, SIGTERM); !sent.ok()) {
    return Failure(sent);
  }
  pollfd ended{daemon.process.get(), POLLIN, 0};
  const int limit_ms =
      static_cast<int>(std::chrono::milliseconds(kStopLimit).count());
  if (::poll(&ended, 1, limit_ms) == 1) {
    return {TaskExit::kSuccess,
            fmt::format("goxel-daemon (pid {}) has stopped", daemon.pid)};
  }
  return {TaskExit::kFailure,
          fmt::format("goxel-daemon (pid {}) was told to stop {} seconds ago "
                      "and still runs; 'kill -9 {}' ends it at once",
                      daemon.pid, kStopLimit.count(), daemon.pid)};
}

// The reply to `request`, a line; empty when none came.
std::string Ask(int socket, std::string_view request) {
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return {};
  }
  std::string reply;
  std::array<char, 4096> piece;
  while (!reply.ends_with('\n')) {
    const auto got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got <= 0) return {};
    reply.append(piece.data(), static_cast<std::size_t>(got));
  }
  return reply;
}

// Whether the error is about the configuration and not about the request.
bool IsReloadError(std::int64_t code) {
  constexpr std::int64_t kInvalidRequest = -32600;
  constexpr std::int64_t kUnknownMethod = -32601;
  return code != kInvalidRequest && code != kUnknownMethod;
}

std::string ListOf(simdjson::simdjson_result<simdjson::dom::element> list) {
  std::vector<std::string_view> names;
  for (const auto name : simdjson::dom::array(list)) {
    names.push_back(std::string_view(name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// What the daemon answered to goxel.reload_config, for people; nullopt when it
// does not take such a request at all.
std::optional<TaskReport> TellReload(const std::string& reply) {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(reply);
  if (const auto code = root.at_pointer("/error/code");
      code.error() == simdjson::SUCCESS) {
    if (!IsReloadError(std::int64_t(code))) return std::nullopt;
    return TaskReport{
        TaskExit::kFailure,
        fmt::format("the configuration was refused, and nothing changed: {}",
                    std::string_view(root.at_pointer("/error/message")))};
  }
  const std::string changed = ListOf(root.at_pointer("/result/changed"));
  const std::string rest = ListOf(root.at_pointer("/result/needs_restart"));
  return TaskReport{
      TaskExit::kSuccess,
      fmt::format("the configuration was accepted; changed: {}{}{}",
                  changed.empty() ? "nothing" : changed,
                  rest.empty() ? "" : "; needs a restart: ", rest)};
}

std::optional<TaskReport> ReloadOverSocket(const RunningDaemon& daemon,
                                           const Options& options) {
  const Result<UniqueFd> socket = ConnectTo(options.socket_path);
  if (!socket || !socket->valid()) return std::nullopt;
  const Result<ucred> peer = PeerCredentials(socket->get());
  if (!peer || peer->pid != daemon.pid) return std::nullopt;
  try {
    return TellReload(Ask(socket->get(), kReloadRequest));
  } catch (const simdjson::simdjson_error&) {
    return std::nullopt;
  }
}

TaskReport Reload(const RunningDaemon& daemon, const Options& options) {
  if (auto told = ReloadOverSocket(daemon, options)) return *std::move(told);
  if (Status sent = SendSignal(daemon, SIGHUP); !sent.ok()) {
    return Failure(sent);
  }
  return {TaskExit::kSuccess,
          fmt::format("goxel-daemon (pid {}) was sent SIGHUP; its log tells "
                      "whether the configuration was accepted",
                      daemon.pid)};
}

TaskReport NotRunning(Task task, const Options& options) {
  const TaskExit exit = task == Task::kStatus   ? TaskExit::kNotRunning
                        : task == Task::kReload ? TaskExit::kNothingToReload
                                                : TaskExit::kSuccess;
  return {exit, fmt::format("goxel-daemon is not running: {}", Place(options))};
}

}  // namespace

TaskReport RunTask(Task task, const Options& options) {
  const auto daemon = FindDaemon(options);
  if (!daemon) {
    return {task == Task::kStatus ? TaskExit::kUnknown : TaskExit::kFailure,
            daemon.error().message()};
  }
  if (!daemon->has_value()) return NotRunning(task, options);
  if (task == Task::kStop) return Stop(**daemon);
  if (task == Task::kReload) return Reload(**daemon, options);
  return {TaskExit::kSuccess,
          fmt::format("goxel-daemon is running (pid {})", (*daemon)->pid)};
}

}  // namespace goxel
