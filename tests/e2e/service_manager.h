// What a service manager such as systemd does for the daemon, for tests: makes
// its socket, starts it with that, and listens to what it says of itself.

#ifndef TESTS_E2E_SERVICE_MANAGER_H_
#define TESTS_E2E_SERVICE_MANAGER_H_

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ipc/unique_fd.h"
#include "tests/e2e/daemon_process.h"

namespace goxel {

class ServiceManager {
 public:
  // Makes the socket home.socket() and listens on it.
  explicit ServiceManager(const DaemonHome& home);
  // Kills the daemon.
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  using Variables = std::vector<std::pair<std::string, std::string>>;

  // Starts the daemon, with these descriptors as 3 and on, and with LISTEN_FDS
  // and LISTEN_PID as they must be unless `variables` say otherwise.
  void Start(const std::vector<int>& passed, const Variables& variables = {},
             const std::vector<std::string>& flags = {});
  void StartWithSocket(const Variables& variables = {}) {
    Start({socket()}, variables);
  }

  int socket() const { return socket_.get(); }
  pid_t daemon() const { return pid_; }

  // Makes the socket that the daemon tells its state, and its NOTIFY_SOCKET: a
  // file of the home, or with '@' a name without a file.
  std::pair<std::string, std::string> Listen(char kind = '/');
  // The next datagram; "" when none comes for half a minute.
  std::string NextNotice();
  // Reads on until there is this one; false when there is none.
  bool AwaitNotice(const std::string& wanted);

  void Signal(int number) const;
  // The exit status of the daemon; -1 when a signal ended it, nullopt while it
  // still runs after half a minute.
  std::optional<int> Wait();

 private:
  const DaemonHome& home_;
  UniqueFd socket_;
  UniqueFd notices_;
  pid_t pid_ = -1;
};

}  // namespace goxel

#endif  // TESTS_E2E_SERVICE_MANAGER_H_
