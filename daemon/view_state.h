// What a project remembers of how it is looked at: the camera of
// goxel.set_camera and the light of goxel.set_light. Renders use them where
// their requests say nothing. They are no part of the scene: no edit, no undo
// and no script changes them, and a project that is filled anew has none.

#ifndef DAEMON_VIEW_STATE_H_
#define DAEMON_VIEW_STATE_H_

#include <optional>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/render_settings.h"
#include "renderer/scene/scene.h"

namespace goxel {

struct SceneRenderRequest;

struct ViewState {
  std::optional<CameraRequest> camera{};
  std::optional<LightSettings> light{};
};

// Fills in what `request` leaves open: the camera and the light that `state`
// has; in the style goxel, the light of the scene's file; and for a camera that
// is named, the one of the file. kNotFound when the file has none of that name.
//
// To be called once, before the request's key is made.
Status UseViewState(const ViewState& state, const Scene& scene,
                    SceneRenderRequest& request);

// Puts what `state` has among the cameras and in place of the light of `scene`,
// so that a file keeps it. A camera that cannot be resolved is left out.
void StoreViewState(const ViewState& state, Scene& scene);

}  // namespace goxel

#endif  // DAEMON_VIEW_STATE_H_
