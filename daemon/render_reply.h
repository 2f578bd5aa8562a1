// The replies of goxel.render_scene, and the description of a render's file
// that other methods share with it.

#ifndef DAEMON_RENDER_REPLY_H_
#define DAEMON_RENDER_REPLY_H_

#include <string_view>

#include "daemon/delivery.h"
#include "daemon/render_request.h"
#include "daemon/result_writer.h"
#include "daemon/rpc.h"
#include "ipc/render_info.h"

namespace goxel {

// Writes the members that describe a render's file, from `path` to
// `expires_at`, into an object that is open.
void WriteFileFields(ResultWriter& out, const RenderInfo& info,
                     std::string_view path);

// The reply of the request's return mode, or of the one that it was degraded
// to; takes the outcome's descriptor.
RpcReply MakeRenderReply(const SceneRenderRequest& request,
                         RenderOutcome outcome);

}  // namespace goxel

#endif  // DAEMON_RENDER_REPLY_H_
