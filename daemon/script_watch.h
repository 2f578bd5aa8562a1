// Says how long a script may go on: until its time is over, until the client
// that asked for it has left, or until the daemon stops.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_SCRIPT_WATCH_H_
#define DAEMON_SCRIPT_WATCH_H_

#include <atomic>
#include <chrono>
#include <memory>

#include "daemon/peer.h"
#include "ipc/status.h"

namespace goxel {

class ScriptWatch {
 public:
  // The time begins here. `stopping` must outlive the watch.
  ScriptWatch(std::chrono::milliseconds timeout, std::shared_ptr<Peer> peer,
              const std::atomic<bool>& stopping)
      : timeout_(timeout), peer_(std::move(peer)), stopping_(stopping) {}

  // OK while the script may go on, else kTimedOut, kCancelled or kUnavailable.
  Status Check() const;

  // How long to wait for something before the next Check(): a client that
  // leaves and a daemon that stops wake nobody.
  std::chrono::milliseconds Patience() const;

  std::chrono::milliseconds timeout() const { return timeout_; }
  const std::shared_ptr<Peer>& peer() const { return peer_; }
  // Since the beginning.
  std::chrono::duration<double, std::milli> Elapsed() const;

 private:
  using Clock = std::chrono::steady_clock;

  const std::chrono::milliseconds timeout_;
  const std::shared_ptr<Peer> peer_;
  const std::atomic<bool>& stopping_;
  const Clock::time_point begin_ = Clock::now();
};

}  // namespace goxel

#endif  // DAEMON_SCRIPT_WATCH_H_
