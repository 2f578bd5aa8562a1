// Tells a service manager how the daemon is doing, in the protocol of
// sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names.
//
// Thread safety: const methods may run concurrently. None of them waits.

#ifndef DAEMON_SERVICE_NOTICE_H_
#define DAEMON_SERVICE_NOTICE_H_

#include <sys/un.h>

#include <chrono>
#include <functional>
#include <string_view>

#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

class ServiceNotice {
 public:
  // From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of `environment`
  // (std::getenv). Without the first, nothing is told to anybody.
  // kInvalidArgument for a value that cannot be one of theirs.
  static Result<ServiceNotice> FromEnvironment(
      const std::function<const char*(const char* name)>& environment);

  // The daemon serves, for the first time or after Reloading().
  void Ready() const;
  // It reads its configuration again, and will be Ready() afterwards.
  void Reloading() const;
  void Stopping() const;
  // The daemon is not stuck. Where this is not told every watchdog_interval(),
  // the manager ends the daemon. 0: it need not be told.
  void Alive() const;
  std::chrono::microseconds watchdog_interval() const { return watchdog_; }

 private:
  ServiceNotice() = default;

  void Tell(std::string_view state) const;

  UniqueFd socket_;  // Invalid: nobody listens.
  sockaddr_un address_{};
  socklen_t address_size_ = 0;
  std::chrono::microseconds watchdog_{0};
};

}  // namespace goxel

#endif  // DAEMON_SERVICE_NOTICE_H_
