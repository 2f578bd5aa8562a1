#include <utility>

#include "daemon/methods/methods.h"
#include "daemon/methods/render_object.h"
#include "daemon/render_reply.h"
#include "daemon/result_writer.h"

namespace goxel {
namespace {

RpcResult AcquireLease(const MethodContext& context, const MethodCall& call) {
  auto info = NamedRender(context.store, call.params);
  if (info) info = context.leases.Acquire(call.peer, info->id);
  if (!info) return RpcFail(std::move(info.error()));
  ResultWriter out;
  out.BeginObject().Field("success", true);
  out.Key("lease")
      .BeginObject()
      .Field("id", FormatRenderId(info->id))
      .EndObject();
  out.Field("path", context.store.PathOf(*info).string());
  WriteMapping(out, *info);
  out.EndObject();
  return out.Reply();
}

// By id alone: a render whose time is over has no path any more.
RpcResult ReleaseLease(const MethodContext& context, const MethodCall& call) {
  const auto name = call.params.String("id", 0);
  if (!name) {
    return RpcFail({StatusCode::kInvalidArgument,
                    "id is missing; expected the id of a leased render"});
  }
  const auto id = ParseRenderId(*name);
  if (!id) return RpcFail(id.error());
  Status released = context.leases.Release(*call.peer, *id);
  if (!released.ok()) return RpcFail(std::move(released));
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .EndObject()
      .Reply();
}

}  // namespace

void AddLeaseMethods(MethodTable& table, const MethodContext& context) {
  table.Add("goxel.acquire_lease", "Keep a render until this connection ends",
            RunsOn::kServer, [&](const MethodCall& call) {
              return AcquireLease(context, call);
            });
  table.Add("goxel.release_lease", "Give up a lease of this connection",
            RunsOn::kServer, [&](const MethodCall& call) {
              return ReleaseLease(context, call);
            });
}

}  // namespace goxel
