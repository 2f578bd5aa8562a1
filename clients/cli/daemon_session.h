// The daemon that a command on a scene works with: the one that runs, or a
// private one for this command alone.
//
// Thread safety: none.

#ifndef CLIENTS_CLI_DAEMON_SESSION_H_
#define CLIENTS_CLI_DAEMON_SESSION_H_

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/private_daemon.h"
#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

// --ephemeral, --no-ephemeral, or neither: a private daemon when no other
// answers.
using EphemeralChoice = std::optional<bool>;

// `choice` must live until the command is parsed.
void AddEphemeralFlag(CLI::App& command, EphemeralChoice& choice);

// CLI11's error when a private daemon would draw a picture for nobody: it
// takes its renders along.
void RequireOutput(EphemeralChoice choice, const std::string& output);

// What a command leaves: a private daemon takes its renders along.
enum class Outcome {
  kOwnFiles,   // Files, or text, of the command's own.
  kAtDaemons,  // The path of a render.
};

class DaemonSession {
 public:
  // Says on stderr when it starts a private daemon without being told to.
  // kUnavailable, with ways to go on, when there is no daemon. REQUIRES: the
  // process has one thread.
  static Result<DaemonSession> Open(const Invocation& invocation,
                                    EphemeralChoice choice, Outcome outcome);

  Client& client() const { return *client_; }

 private:
  static Result<DaemonSession> OpenPrivate();

  std::unique_ptr<PrivateDaemon> daemon_;
  std::unique_ptr<Client> client_;  // Ends before the daemon does.
};

}  // namespace goxel

#endif  // CLIENTS_CLI_DAEMON_SESSION_H_
