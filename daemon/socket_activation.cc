#include "daemon/socket_activation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

namespace goxel {
namespace {

// SD_LISTEN_FDS_START.
constexpr int kFirstPassed = 3;

Result<int> ParseVariable(const char* name, std::string_view text) {
  int number = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("{} is '{}'; it must be a number, as the service "
                            "manager sets it",
                            name, text));
  }
  return number;
}

// -1 when the descriptor is no socket.
int SocketOption(int socket, int option) {
  int value = -1;
  socklen_t size = sizeof(value);
  const int asked = ::getsockopt(socket, SOL_SOCKET, option, &value, &size);
  return asked == 0 ? value : -1;
}

Status CheckListening(int socket) {
  if (SocketOption(socket, SO_DOMAIN) == AF_UNIX &&
      SocketOption(socket, SO_TYPE) == SOCK_STREAM &&
      SocketOption(socket, SO_ACCEPTCONN) == 1) {
    return {};
  }
  return {StatusCode::kInvalidArgument,
          fmt::format("descriptor {}, which the service manager passed, is not "
                      "a listening Unix stream socket; give the socket unit "
                      "ListenStream= with an absolute path, and Accept=no",
                      socket)};
}

Result<std::string> PathOf(int socket) {
  sockaddr_un address{};
  socklen_t size = sizeof(address);
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) !=
      0) {
    return Fail(Status::FromErrno("ask for the passed socket's path", errno));
  }
  const std::size_t length = size - offsetof(sockaddr_un, sun_path);
  std::string path(address.sun_path, length);
  if (path.starts_with('\0')) {
    path.front() = '@';
  } else {
    path.resize(::strnlen(path.data(), path.size()));
  }
  return path;
}

}  // namespace

Result<std::optional<PassedSocket>> TakePassedSocket(
    const std::function<const char*(const char* name)>& environment) {
  const char* count_text = environment("LISTEN_FDS");
  const char* pid_text = environment("LISTEN_PID");
  if (count_text == nullptr || pid_text == nullptr) return std::nullopt;
  const auto pid = ParseVariable("LISTEN_PID", pid_text);
  if (!pid) return Fail(pid.error());
  if (*pid != ::getpid()) return std::nullopt;
  const auto count = ParseVariable("LISTEN_FDS", count_text);
  if (!count) return Fail(count.error());
  if (*count == 0) return std::nullopt;
  if (*count != 1) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("the service manager passed {} sockets; give the "
                            "socket unit one ListenStream= alone",
                            *count));
  }
  if (Status listens = CheckListening(kFirstPassed); !listens.ok()) {
    return Fail(listens);
  }
  UniqueFd socket(kFirstPassed);
  if (::fcntl(socket.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return Fail(Status::FromErrno("keep the passed socket to oneself", errno));
  }
  auto path = PathOf(socket.get());
  if (!path) return Fail(path.error());
  return PassedSocket{std::move(socket), *std::move(path)};
}

}  // namespace goxel
