// A daemon for one run of goxelctl: it listens where nobody else looks, and is
// gone with its socket, its scenes and its renders when goxelctl is, also by
// SIGKILL.
//
// Thread safety: none.

#ifndef CLIENTS_CLI_PRIVATE_DAEMON_H_
#define CLIENTS_CLI_PRIVATE_DAEMON_H_

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "clients/cli/scratch_directory.h"
#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

class PrivateDaemon {
 public:
  // Starts goxel-daemon: that which GOXEL_DAEMON names, else the one beside
  // this program, else the first in PATH. Returns when it listens.
  //
  // kNotFound when there is none, kFailedPrecondition with its words when it
  // ends at once. REQUIRES: the process has one thread.
  static Result<std::unique_ptr<PrivateDaemon>> Start();

  // Ends it and removes all that it made.
  ~PrivateDaemon();
  PrivateDaemon(const PrivateDaemon&) = delete;
  PrivateDaemon& operator=(const PrivateDaemon&) = delete;

  Result<std::unique_ptr<Client>> Connect() const;

 private:
  explicit PrivateDaemon(ScratchDirectory home);

  std::filesystem::path socket() const { return home_.path() / "socket"; }
  std::filesystem::path log() const { return home_.path() / "log"; }

  Status Execute(const std::string& program);
  Status AwaitSocket();
  Status Ended() const;  // Why: what it has logged.

  const ScratchDirectory home_;
  pid_t pid_ = -1;
};

}  // namespace goxel

#endif  // CLIENTS_CLI_PRIVATE_DAEMON_H_
