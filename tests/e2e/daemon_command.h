// goxel-daemon as a person or a script runs it: with arguments, until it ends,
// and with what it wrote.

#ifndef TESTS_E2E_DAEMON_COMMAND_H_
#define TESTS_E2E_DAEMON_COMMAND_H_

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/daemon_process.h"

namespace goxel {

struct CommandOutcome {
  int exit_code = -1;  // -1: a signal ended it.
  std::string out;
  std::string err;
};

// Returns when the command has ended and nobody holds its streams any more.
CommandOutcome RunDaemonCommand(const std::vector<std::string>& arguments);

std::string ReadText(const std::filesystem::path& path);

// A line of /proc/<pid>/status, without its name; empty when it has ended.
std::string ProcessField(pid_t pid, const std::string& field);

// A daemon that detaches, in a home of its own. Does not outlive this object.
class DetachedDaemon {
 public:
  explicit DetachedDaemon(const DaemonHome& home);
  ~DetachedDaemon();
  DetachedDaemon(const DetachedDaemon&) = delete;
  DetachedDaemon& operator=(const DetachedDaemon&) = delete;

  // goxel-daemon --daemonize with socket, renders, log and pid file in the
  // home.
  CommandOutcome Start(const std::vector<std::string>& more = {});

  // The same command with another task: --status, --stop, --reload.
  CommandOutcome Run(const std::string& task) const;

  std::string pid_file() const { return home_.path() / "pid"; }
  std::string log_file() const { return home_.path() / "daemon.log"; }
  std::optional<pid_t> pid() const;
  void Kill();

 private:
  const DaemonHome& home_;
};

}  // namespace goxel

#endif  // TESTS_E2E_DAEMON_COMMAND_H_
