// The daemon put together: the store and its sweeper, the render service, the
// project, the methods and the server that calls them.
//
// Thread safety: Stop() may be called from anywhere, the rest from one thread.

#ifndef DAEMON_DAEMON_H_
#define DAEMON_DAEMON_H_

#include <functional>
#include <memory>

#include "daemon/options.h"
#include "ipc/status.h"

namespace goxel {

// What the daemon asks of the program around it. Each may be empty.
struct DaemonHooks {
  // Called once, on any thread, when clients are served.
  std::function<void()> on_ready;
  // At SIGHUP and goxel.reload_config: the options as they are by now.
  std::function<Result<Options>()> read_again;
};

class Daemon {
 public:
  // Takes the render directory, listens on the socket and begins to warm the
  // renderer; what clients send waits until Run(). The errors of
  // RenderStore::Open and Server::Listen.
  static Result<std::unique_ptr<Daemon>> Create(Options options,
                                                DaemonHooks hooks = {});

  // Stops everything; removes the renders when purge_on_exit says so.
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Serves until Stop(), SIGTERM or SIGINT. OK after an orderly stop; the
  // renderer's error when there is none to be had. SIGHUP reloads the options,
  // SIGUSR1 logs how the daemon is doing.
  Status Run();

  // Makes Run() return. Async-signal-safe.
  void Stop();

 private:
  struct Parts;
  explicit Daemon(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace goxel

#endif  // DAEMON_DAEMON_H_
