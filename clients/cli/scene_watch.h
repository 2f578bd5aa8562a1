// Draws a picture of a scene file, and draws it again whenever the file
// changes.
//
// Thread safety: none.

#ifndef CLIENTS_CLI_SCENE_WATCH_H_
#define CLIENTS_CLI_SCENE_WATCH_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/daemon_session.h"
#include "clients/cpp/client.h"

namespace goxel {

struct SceneWatchOrder {
  std::string scene;   // The path of a file.
  std::string output;  // That of the picture.
  EphemeralChoice ephemeral;
  std::uint64_t count = 0;  // Pictures to draw; 0: until the deadline.
  std::chrono::steady_clock::time_point deadline;
  RenderRequest request;
};

// Says each picture on stderr, with --json on stdout, and goes on when the file
// cannot be read or drawn, having said why: the next change may mend it.
//
// Returns kOk after `count` pictures, or at the deadline when they were not
// counted; kError at the deadline else, or when the file cannot be watched.
ExitCode WatchScene(const Invocation& invocation, SceneWatchOrder& order);

}  // namespace goxel

#endif  // CLIENTS_CLI_SCENE_WATCH_H_
