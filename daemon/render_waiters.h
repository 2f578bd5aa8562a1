// Requests that wait until a render exists. Whoever waits is answered exactly
// once: by the commit of what they wait for, when their time is over, or at the
// stop. A commit concerns nobody else.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_RENDER_WAITERS_H_
#define DAEMON_RENDER_WAITERS_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <variant>

#include "daemon/peer.h"
#include "ipc/render_info.h"
#include "ipc/status.h"
#include "transfer/render_store.h"

namespace goxel {

class RenderWaiters {
 public:
  using Target = std::variant<RenderId, ContentKey>;
  // Called on any thread; must not block.
  using Done = std::function<void(Result<RenderInfo>)>;

  // Finds a committed render; kNotFound.
  using Find = std::function<Result<RenderInfo>(const Target&)>;

  explicit RenderWaiters(Find find);
  // As Stop().
  ~RenderWaiters();
  RenderWaiters(const RenderWaiters&) = delete;
  RenderWaiters& operator=(const RenderWaiters&) = delete;

  // Answers with the render as soon as there is one, at once when there is.
  // kTimedOut after `timeout`, kUnavailable at the stop; a client that has left
  // is not answered. The client must leave before these waiters end.
  void Wait(Target target, std::chrono::milliseconds timeout,
            const std::shared_ptr<Peer>& peer, Done done);

  // To be called after every commit.
  void Committed(const RenderInfo& info);

  // Answers everybody with kUnavailable and takes nobody more.
  void Stop();

  std::size_t waiting() const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Waiter {
    Target target;
    std::chrono::milliseconds timeout;
    Clock::time_point deadline;
    const Peer* peer;
    Done done;
  };

  static bool WaitsFor(const Waiter& waiter, const RenderInfo& info);
  // The waiters that `leaves` holds for, no longer waiting.
  // REQUIRES: mutex_ is held.
  template <typename Leaves>
  std::list<Waiter> Take(const Leaves& leaves);
  void Forget(const Peer* peer);
  void RunTimer();

  const Find find_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::list<Waiter> waiters_;                // One per connection at most.
  std::unordered_set<const Peer*> watched_;  // Their leaving will be told.
  std::thread timer_;  // Last: starts when the rest is ready.
};

// Finds what is in `store`, which must outlive the function.
RenderWaiters::Find FindInStore(const RenderStore* store);

}  // namespace goxel

#endif  // DAEMON_RENDER_WAITERS_H_
