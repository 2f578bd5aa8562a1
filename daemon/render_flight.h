// A flight: one picture on its way, and everybody who waits for it.

#ifndef DAEMON_RENDER_FLIGHT_H_
#define DAEMON_RENDER_FLIGHT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/delivery.h"
#include "daemon/project.h"
#include "daemon/render_request.h"
#include "daemon/rpc.h"
#include "ipc/status.h"
#include "renderer/camera.h"

namespace goxel {

// Called exactly once, on any thread.
using RenderDone = std::function<void(Result<RenderOutcome>)>;

struct RenderWaiter {
  std::optional<std::chrono::seconds> ttl;
  std::shared_ptr<Peer> peer;
  RenderDone done;
};

struct RenderFlight {
  SceneRenderRequest request;
  std::shared_ptr<const SceneSnapshot> snapshot;
  std::vector<RenderWaiter> waiters;

  // Set by Resolve().
  std::optional<Camera> camera;
  ContentKey key;

  std::unique_ptr<Delivery> delivery;
  DrawReport drawn;

  // Computes camera and key; looks at the snapshot's view, which may take
  // milliseconds unless it is viewed().
  Status Resolve(std::string_view build_id);

  // True when one picture serves both.
  // REQUIRES: both resolved.
  bool Serves(const RenderFlight& other) const;

  // The order for this flight's delivery. REQUIRES: resolved.
  DeliveryOrder Order() const;

  // Forgets waiters whose client has left; true when some are left.
  bool AnyoneWaits();
};

// What a checksum in the reply must be; kNone where it may be absent.
ChecksumKind WantedChecksum(const SceneRenderRequest& request);

}  // namespace goxel

#endif  // DAEMON_RENDER_FLIGHT_H_
