// A flight: one picture on its way, and everybody who waits for it.

#ifndef DAEMON_RENDER_FLIGHT_H_
#define DAEMON_RENDER_FLIGHT_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/cancellation.h"
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
  bool progress = false;  // Notify the peer while the picture is drawn.
  std::shared_ptr<const Cancellation> cancellation;  // Or null.
  std::shared_ptr<Peer> peer;
  RenderDone done;
};

struct RenderFlight {
  std::chrono::steady_clock::time_point ordered =
      std::chrono::steady_clock::now();
  SceneRenderRequest request;
  std::shared_ptr<const SceneSnapshot> snapshot;
  std::vector<RenderWaiter> waiters;

  // Set by Resolve(). Of a sheet, the camera of its first cell.
  std::optional<Camera> camera;
  std::vector<Camera> cell_cameras;    // Of a sheet.
  ContentKey key;                      // Of planes, that of all together.
  std::vector<ContentKey> plane_keys;  // Of request.planes, in their order.

  std::unique_ptr<Delivery> delivery;
  DrawReport drawn;

  // Computes camera and key; looks at the snapshot's view, which may take
  // milliseconds unless it is viewed().
  Status Resolve(std::string_view build_id);

  // True when one picture serves both.
  // REQUIRES: both resolved.
  bool Serves(const RenderFlight& other) const;

  // The key under which others may find the render; empty when nobody may.
  // REQUIRES: resolved.
  ContentKey SharedKey() const;
  std::vector<ContentKey> SharedPlaneKeys() const;

  // The order for this flight's delivery. REQUIRES: resolved.
  DeliveryOrder Order() const;

  // The clients that want to know how far their picture is.
  std::vector<std::shared_ptr<Peer>> Watchers() const;

  // Takes out the waiters that were cancelled, who are yet to be told.
  std::vector<RenderWaiter> TakeCancelled();

  // Answers waiters that were cancelled and forgets those whose client has
  // left; true when some remain.
  bool AnyoneWaits();

 private:
  Status ResolveSheet(std::string_view build_id);
};

}  // namespace goxel

#endif  // DAEMON_RENDER_FLIGHT_H_
