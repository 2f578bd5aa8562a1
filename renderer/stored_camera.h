// The cameras and the light that came with a scene's file, as what a request
// would say in their place.

#ifndef RENDERER_STORED_CAMERA_H_
#define RENDERER_STORED_CAMERA_H_

#include <span>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/render_settings.h"
#include "renderer/scene/scene.h"

namespace goxel {

// An orthographic camera of Goxel's shows twice its distance from left to
// right, whatever the shape of the picture.
CameraRequest RequestOf(const StoredCamera& stored);

// Replaces request.stored by the pose, the fov, and where it is orthographic
// the height or width, of the camera that it names in `cameras`; "active" is
// the active one, unless a camera is called so. What else the request says of
// the projection stays. kNotFound, listing what there is.
Status UseStoredCamera(std::span<const StoredCamera> cameras,
                       CameraRequest& request);

// As settings of the style goxel, whose own light is a default StoredLight. A
// light that turns with the camera is at its angles in Goxel's default view.
LightSettings SettingsOf(const StoredLight& stored);

// The other way round. Angles that are not said are Goxel's own.
StoredLight StoredLightOf(const LightSettings& settings);

}  // namespace goxel

#endif  // RENDERER_STORED_CAMERA_H_
