// The socket that a service manager has made before it started the daemon
// (sd_listen_fds(3)): clients can connect at any time, and the first to do so
// starts the daemon.

#ifndef DAEMON_SOCKET_ACTIVATION_H_
#define DAEMON_SOCKET_ACTIVATION_H_

#include <functional>
#include <optional>
#include <string>

#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

struct PassedSocket {
  UniqueFd socket;   // Listening.
  std::string path;  // Where clients find it; "@name" for one without a file.
};

// The socket that LISTEN_FDS and LISTEN_PID of `environment` (std::getenv) tell
// of; nullopt when there is none, or it is another process's.
//
// kInvalidArgument when these are no numbers, when more than one socket was
// passed, or when what was passed is not a listening Unix stream socket.
//
// Thread safety: call it once, before anything else opens descriptors.
Result<std::optional<PassedSocket>> TakePassedSocket(
    const std::function<const char*(const char* name)>& environment);

}  // namespace goxel

#endif  // DAEMON_SOCKET_ACTIVATION_H_
