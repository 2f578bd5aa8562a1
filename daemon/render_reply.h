// The replies of goxel.render_scene, and the description of a render's file
// that other methods share with it.

#ifndef DAEMON_RENDER_REPLY_H_
#define DAEMON_RENDER_REPLY_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "daemon/delivery.h"
#include "daemon/render_request.h"
#include "daemon/result_writer.h"
#include "daemon/rpc.h"
#include "ipc/render_info.h"

namespace goxel {

// Writes `render` and `camera` into an object that is open.
void WriteRenderFacts(ResultWriter& out, const SceneRenderRequest& request,
                      const RenderOutcome& outcome);

// Writes all that a reply says of a picture that came as a file or as text:
// `file` or `image`, the facts, and what belongs to them. Returns where the
// picture's text is to go (RpcReply::insert_at), nothing for a file.
std::optional<std::size_t> WriteDelivered(ResultWriter& out,
                                          const SceneRenderRequest& request,
                                          const RenderOutcome& outcome);

// Writes the members that describe a render's file, from `path` to
// `expires_at`, into an object that is open.
void WriteFileFields(ResultWriter& out, const RenderInfo& info,
                     std::string_view path);

// Writes the object "mapping", which says where the pixels are in a raw
// render's file, into an object that is open; nothing for an encoded one.
void WriteMapping(ResultWriter& out, const RenderInfo& info);

// The reply of the request's return mode, or of the one that it was degraded
// to; takes the outcome's descriptor.
RpcReply MakeRenderReply(const SceneRenderRequest& request,
                         RenderOutcome outcome);

}  // namespace goxel

#endif  // DAEMON_RENDER_REPLY_H_
