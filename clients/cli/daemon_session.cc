#include "clients/cli/daemon_session.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <utility>

namespace goxel {
namespace {

// What else can be done where no daemon answers and none was started.
std::string OtherWay(EphemeralChoice choice, Outcome outcome) {
  if (outcome == Outcome::kAtDaemons) {
    return "or give -o: then a private daemon can draw the picture";
  }
  return choice ? "or leave --no-ephemeral out: then a private daemon does it"
                : "or add --ephemeral: then a private daemon does it";
}

}  // namespace

void AddEphemeralFlag(CLI::App& command, EphemeralChoice& choice) {
  command.add_flag_function(
      "--ephemeral,!--no-ephemeral",
      [&choice](std::int64_t times) { choice = times > 0; },
      "Use a private daemon for this command, or never [if no daemon "
      "answers]");
}

void RequireOutput(EphemeralChoice choice, const std::string& output) {
  if (choice != true || !output.empty()) return;
  throw CLI::ValidationError(
      "--ephemeral",
      "the private daemon takes its renders along; give -o for the picture");
}

Result<DaemonSession> DaemonSession::OpenPrivate() {
  auto daemon = PrivateDaemon::Start();
  if (!daemon) return Fail(daemon.error());
  auto client = (*daemon)->Connect();
  if (!client) return Fail(client.error());
  DaemonSession session;
  session.daemon_ = *std::move(daemon);
  session.client_ = *std::move(client);
  return session;
}

Result<DaemonSession> DaemonSession::Open(const Invocation& invocation,
                                          EphemeralChoice choice,
                                          Outcome outcome) {
  if (choice == true) return OpenPrivate();
  auto client = ConnectToDaemon(invocation);
  if (client) {
    DaemonSession session;
    session.client_ = *std::move(client);
    return session;
  }
  Status error = client.error();
  if (error.code() != StatusCode::kUnavailable) return Fail(std::move(error));
  // Who names a daemon means that one.
  const bool may_be_private = !choice && invocation.socket.empty();
  if (!may_be_private || outcome == Outcome::kAtDaemons) {
    return Fail(std::move(error).With("hint", OtherWay(choice, outcome)));
  }
  fmt::print(stderr, "no daemon answers; this command runs one of its own\n");
  return OpenPrivate();
}

}  // namespace goxel
