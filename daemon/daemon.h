// The daemon put together: the store and its sweeper, the render service, the
// project, the methods and the server that calls them.
//
// Thread safety: Stop() may be called from anywhere, the rest from one thread.

#ifndef DAEMON_DAEMON_H_
#define DAEMON_DAEMON_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "daemon/listener.h"
#include "daemon/options.h"
#include "ipc/status.h"

namespace goxel {

// What the daemon asks of the program around it. Each may be empty.
struct DaemonHooks {
  // Called once, on any thread, when clients are served.
  std::function<void()> on_ready;
  // At SIGHUP and goxel.reload_config: the options as they are by now.
  std::function<Result<Options>()> read_again;
  // Behind read_again, when its options hold or were refused.
  std::function<void()> on_reloaded;
  // On the thread that serves clients, this often while it does; 0: never.
  std::chrono::microseconds pulse_interval{0};
  std::function<void()> on_pulse;
  // On the same thread, when the daemon begins to stop.
  std::function<void()> on_stop;
};

class Daemon {
 public:
  // Takes the render directory, listens on the socket and begins to warm the
  // renderer; what clients send waits until Run(). Without a listener, the
  // socket is made at options.socket_path. The errors of RenderStore::Open and
  // Server::Listen.
  static Result<std::unique_ptr<Daemon>> Create(
      Options options, DaemonHooks hooks = {},
      std::optional<Listener> listener = std::nullopt);

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
