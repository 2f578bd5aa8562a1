#include "daemon/connection_leases.h"

#include <fmt/format.h>

#include <utility>

namespace goxel {

Result<RenderInfo> ConnectionLeases::Acquire(const std::shared_ptr<Peer>& peer,
                                             RenderId id) {
  bool unwatched = false;
  if (!MakeRoom(peer.get(), &unwatched)) {
    return Fail(
        Status(StatusCode::kResourceExhausted,
               fmt::format("this connection has {} leases already; release "
                           "some with goxel.release_lease",
                           kMaxPerConnection))
            .With("max_leases", std::int64_t{kMaxPerConnection}));
  }
  if (unwatched) {
    peer->WhenGone([this, who = peer.get()] { Drop(who); });
  }
  auto info = store_->AcquireLease(id);
  if (!info) return info;
  {
    const std::lock_guard lock(mutex_);
    const auto held = held_.find(peer.get());
    if (held != held_.end()) {
      held->second.insert(id);
      return info;
    }
  }
  // It left meanwhile, and nobody would release this one.
  store_->ReleaseLease(id);
  return Fail(StatusCode::kCancelled, "the client has left");
}

Status ConnectionLeases::Release(const Peer& peer, RenderId id) {
  {
    const std::lock_guard lock(mutex_);
    const auto held = held_.find(&peer);
    const bool has = held != held_.end() && held->second.contains(id);
    if (!has) {
      return Fail(
          StatusCode::kNotFound,
          fmt::format("this connection has no lease on {}; leases end with "
                      "the connection that acquired them",
                      FormatRenderId(id)));
    }
    held->second.erase(held->second.find(id));
  }
  store_->ReleaseLease(id);
  return {};
}

bool ConnectionLeases::MakeRoom(const Peer* peer, bool* unwatched) {
  const std::lock_guard lock(mutex_);
  const auto [held, added] = held_.try_emplace(peer);
  *unwatched = added;
  return held->second.size() < kMaxPerConnection;
}

void ConnectionLeases::Drop(const Peer* peer) {
  Held ended;
  {
    const std::lock_guard lock(mutex_);
    ended = std::move(held_[peer]);
    held_.erase(peer);
  }
  for (const RenderId id : ended) store_->ReleaseLease(id);
}

}  // namespace goxel
