#include "daemon/service_notice.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>

namespace goxel {
namespace {

using Environment = std::function<const char*(const char* name)>;

std::string_view Variable(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value == nullptr ? "" : value;
}

Result<std::int64_t> ParsePositive(const char* name, std::string_view text) {
  std::int64_t number = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() ||
      number <= 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("{} is '{}'; it must be a positive number, as the "
                            "service manager sets it",
                            name, text));
  }
  return number;
}

// 0 when nobody watches this process.
Result<std::chrono::microseconds> ReadWatchdog(const Environment& environment) {
  const auto limit_text = Variable(environment, "WATCHDOG_USEC");
  if (limit_text.empty()) return std::chrono::microseconds(0);
  const auto limit = ParsePositive("WATCHDOG_USEC", limit_text);
  if (!limit) return Fail(limit.error());
  const auto pid_text = Variable(environment, "WATCHDOG_PID");
  if (!pid_text.empty()) {
    const auto pid = ParsePositive("WATCHDOG_PID", pid_text);
    if (!pid) return Fail(pid.error());
    if (*pid != ::getpid()) return std::chrono::microseconds(0);
  }
  return std::chrono::microseconds(*limit);
}

std::int64_t MonotonicMicroseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

Result<ServiceNotice> ServiceNotice::FromEnvironment(
    const Environment& environment) {
  ServiceNotice notice;
  const std::string_view name = Variable(environment, "NOTIFY_SOCKET");
  if (name.empty()) return notice;
  if ((name.front() != '/' && name.front() != '@') || name.size() == 1 ||
      name.size() >= sizeof(notice.address_.sun_path)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("NOTIFY_SOCKET is '{}'; it must be an absolute "
                            "path, or @ and a name, of at most {} bytes",
                            name, sizeof(notice.address_.sun_path) - 1));
  }
  const auto watchdog = ReadWatchdog(environment);
  if (!watchdog) return Fail(watchdog.error());
  notice.watchdog_ = *watchdog;
  notice.socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!notice.socket_.valid()) {
    return Fail(Status::FromErrno("socket AF_UNIX", errno));
  }
  notice.address_.sun_family = AF_UNIX;
  std::memcpy(notice.address_.sun_path, name.data(), name.size());
  if (name.front() == '@') notice.address_.sun_path[0] = '\0';
  notice.address_size_ =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  return notice;
}

void ServiceNotice::Ready() const { Tell("READY=1"); }

void ServiceNotice::Reloading() const {
  // Units with Type=notify-reload want to know since when.
  Tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", MonotonicMicroseconds()));
}

void ServiceNotice::Stopping() const { Tell("STOPPING=1"); }

void ServiceNotice::Alive() const { Tell("WATCHDOG=1"); }

void ServiceNotice::Tell(std::string_view state) const {
  if (!socket_.valid()) return;
  const auto sent = ::sendto(
      socket_.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
      reinterpret_cast<const sockaddr*>(&address_), address_size_);
  if (sent < 0) {
    spdlog::warn("cannot tell the service manager {}: {}", state,
                 std::generic_category().message(errno));
  }
}

}  // namespace goxel
