// Leases of clients that cannot hold one by mapping a file: each is bound to
// the client's connection and ends with it, so that a killed client leaves none
// behind.
//
// Thread safety: all functions may be called from any thread.

#ifndef DAEMON_CONNECTION_LEASES_H_
#define DAEMON_CONNECTION_LEASES_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>

#include "daemon/peer.h"
#include "ipc/render_info.h"
#include "ipc/status.h"
#include "transfer/render_store.h"

namespace goxel {

class ConnectionLeases {
 public:
  static constexpr std::size_t kMaxPerConnection = 1024;

  // `store` must outlive the leases, and every client leave before them.
  explicit ConnectionLeases(RenderStore* store) : store_(store) {}
  ConnectionLeases(const ConnectionLeases&) = delete;
  ConnectionLeases& operator=(const ConnectionLeases&) = delete;

  // One more lease of this connection on the render. kNotFound when there is
  // none, kResourceExhausted over kMaxPerConnection, kCancelled when the client
  // has left.
  Result<RenderInfo> Acquire(const std::shared_ptr<Peer>& peer, RenderId id);

  // Ends one lease. kNotFound when this connection has none on the render.
  Status Release(const Peer& peer, RenderId id);

 private:
  using Held = std::multiset<RenderId>;

  // False when the connection may not have one more.
  bool MakeRoom(const Peer* peer, bool* unwatched);
  void Drop(const Peer* peer);

  RenderStore* const store_;
  std::mutex mutex_;
  // An entry from a connection's first lease until its client leaves.
  std::unordered_map<const Peer*, Held> held_;
};

}  // namespace goxel

#endif  // DAEMON_CONNECTION_LEASES_H_
