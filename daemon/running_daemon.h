// What goxel-daemon --status, --stop and --reload do: they find the daemon that
// runs and talk to it.

#ifndef DAEMON_RUNNING_DAEMON_H_
#define DAEMON_RUNNING_DAEMON_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "daemon/options.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

// As for the init scripts of the Linux Standard Base.
enum class TaskExit {
  kSuccess = 0,
  kFailure = 1,     // Of --stop and --reload.
  kNotRunning = 3,  // Of --status.
  kUnknown = 4,     // Of --status: it could not be found out.
  kNothingToReload = 7,
};

struct TaskReport {
  TaskExit exit = TaskExit::kSuccess;
  std::string text;  // For people, without a newline.
};

// The daemon is the one that holds options.pid_file, or without one, the one
// that listens on options.socket_path.
//
// --stop sends SIGTERM and returns when the process has ended; nothing to stop
// is a success. --reload asks on the socket, and tells what the daemon says to
// its new configuration; where the socket does not answer it sends SIGHUP, and
// the daemon's log has the outcome.
// REQUIRES: `task` is not kServe.
TaskReport RunTask(Task task, const Options& options);

}  // namespace goxel

#endif  // DAEMON_RUNNING_DAEMON_H_
