// What a goxel.render_views request asks for: many views of one scene, as
// renders of their own, as cells of a contact sheet, or as both. Read and
// checked as a whole before anything is drawn.

#ifndef DAEMON_VIEWS_REQUEST_H_
#define DAEMON_VIEWS_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/params.h"
#include "daemon/render_request.h"
#include "daemon/sheet_request.h"
#include "ipc/status.h"
#include "renderer/turntable.h"
#include "transfer/render_store.h"

namespace goxel {

struct NamedView {
  std::string name;  // Of its preset, or as the client calls it.
  CameraRequest camera;
};

struct ViewsRequest {
  // Of every frame, but for its camera.
  SceneRenderRequest frame;
  std::vector<NamedView> views;
  // Set: the views are its frames; their cameras are made of the scene.
  std::optional<TurntableRequest> turntable;
  // Each view is a render of its own. False: they are cells of a sheet only.
  bool frames = true;
  // Set: a sheet is drawn too. Its cells have the labels, and get the cameras
  // of the views when those are known.
  std::optional<SheetRequest> sheet;
  bool stream = false;  // Tell of each view as it is finished.
};

struct ViewsLimits {
  std::size_t max_views = 10'000;
  RenderLimits render;
};

// kInvalidArgument, kTooLarge (requested, limit).
Result<ViewsRequest> ParseViewsRequest(const Params& params,
                                       const ViewsLimits& limits);

// kTooLarge (requested, limit, hint) when the renders of `request` could not be
// in the directory all together: the last would evict the first.
Status CheckViewsFit(const ViewsRequest& request,
                     const RenderStoreStats& store);

// The order for the sheet itself. REQUIRES: request.sheet, with all its cells.
SceneRenderRequest SheetOrder(const ViewsRequest& request);

}  // namespace goxel

#endif  // DAEMON_VIEWS_REQUEST_H_
