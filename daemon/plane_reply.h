// What replies say of the planes of a view (options.aov).

#ifndef DAEMON_PLANE_REPLY_H_
#define DAEMON_PLANE_REPLY_H_

#include "daemon/delivery.h"
#include "daemon/project.h"
#include "daemon/render_request.h"
#include "daemon/result_writer.h"
#include "daemon/rpc.h"

namespace goxel {

// Writes `planes` and all that belongs to them into an object that is open, and
// `camera` where no picture comes with them.
void WritePlanes(ResultWriter& out, const SceneRenderRequest& request,
                 const SceneSnapshot& snapshot, const RenderOutcome& outcome);

// The reply of goxel.render_scene to a request that names planes.
RpcReply MakePlanesReply(const SceneRenderRequest& request,
                         const SceneSnapshot& snapshot,
                         const RenderOutcome& outcome);

}  // namespace goxel

#endif  // DAEMON_PLANE_REPLY_H_
