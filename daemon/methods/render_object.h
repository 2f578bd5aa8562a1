// What the methods about renders share: how params name a render, and how
// replies describe one.

#ifndef DAEMON_METHODS_RENDER_OBJECT_H_
#define DAEMON_METHODS_RENDER_OBJECT_H_

#include <chrono>
#include <optional>
#include <string_view>

#include "daemon/method_table.h"
#include "daemon/params.h"
#include "daemon/result_writer.h"
#include "ipc/render_info.h"
#include "ipc/status.h"
#include "transfer/render_store.h"

namespace goxel {

// The parameter `id` or `path`, or whichever stands in first place. nullopt
// when neither is there as a string.
std::optional<std::string_view> RenderName(const Params& params);

// The render with that id or path. kNotFound.
Result<RenderInfo> FindRender(const RenderStore& store, std::string_view name);

// Both at once: the render that params name. kInvalidArgument when they name
// none, kNotFound.
Result<RenderInfo> NamedRender(const RenderStore& store, const Params& params);

// The parameter ttl_seconds, `fallback` when it is missing. kInvalidArgument
// unless it is 1 to kMaxTtlSeconds.
Result<std::chrono::seconds> ReadTtl(const Params& params, std::size_t position,
                                     std::chrono::seconds fallback);

// Writes the members of an object that is open: the fields that existing
// clients know, then ours.
void WriteRenderFields(ResultWriter& out, const RenderStore& store,
                       const RenderInfo& info);

// The same as the object "render", and for raw renders the object "mapping"
// behind it, which says where the pixels are in the file.
void WriteRender(ResultWriter& out, const RenderStore& store,
                 const RenderInfo& info);

// {"success":true,"render":{...}}, with "mapping" for raw renders.
RpcReply RenderReply(const RenderStore& store, const RenderInfo& info);

}  // namespace goxel

#endif  // DAEMON_METHODS_RENDER_OBJECT_H_
