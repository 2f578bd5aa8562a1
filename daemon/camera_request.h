// The camera of a render request: a preset, a `camera` object over it, or the
// camera_position and camera_target of older clients.

#ifndef DAEMON_CAMERA_REQUEST_H_
#define DAEMON_CAMERA_REQUEST_H_

#include "daemon/params.h"
#include "ipc/status.h"
#include "renderer/camera.h"

namespace goxel {

// True when one of the parameters below is given.
bool NamesCamera(const Params& params);

// Reads `camera_preset`, `camera`, `camera_position` and `camera_target` of an
// object; whether the values make a camera is ResolveCamera's to say.
// kInvalidArgument naming the parameter.
Result<CameraRequest> ParseCameraRequest(const Params& params);

}  // namespace goxel

#endif  // DAEMON_CAMERA_REQUEST_H_
