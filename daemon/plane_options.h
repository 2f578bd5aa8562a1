// Reads options.aov and options.color: which planes a request wants beside its
// picture, or instead of it.

#ifndef DAEMON_PLANE_OPTIONS_H_
#define DAEMON_PLANE_OPTIONS_H_

#include "daemon/params.h"
#include "daemon/render_request.h"
#include "ipc/pixel_format.h"
#include "ipc/status.h"
#include "renderer/plane_values.h"

namespace goxel {

// How a plane's pixels are told in records, replies and headers of files.
PixelFormat PixelFormatOf(Plane plane);

// Sets `planes` and `color` of the request. kInvalidArgument.
Status ReadPlaneOptions(Json options, SceneRenderRequest& request);

// kInvalidArgument when the request wants planes in a way that there is not.
// REQUIRES: everything else of the request is read.
Status CheckPlaneOptions(const SceneRenderRequest& request);

}  // namespace goxel

#endif  // DAEMON_PLANE_OPTIONS_H_
