#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/methods/render_object.h"
#include "daemon/render_waiters.h"

namespace goxel {
namespace {

constexpr std::int64_t kDefaultTimeoutMs = 30'000;
constexpr std::int64_t kMaxTimeoutMs = 3'600'000;

// `id` or `key`, or whichever stands in first place.
Result<RenderWaiters::Target> ReadTarget(const Params& params) {
  auto name = params.String("id", 0);
  if (!name) name = params.String("key", 0);
  if (!name) {
    return Fail(StatusCode::kInvalidArgument,
                "id and key are missing; expected one of them");
  }
  if (const auto id = ParseRenderId(*name)) return *id;
  if (const auto key = ParseContentKey(*name)) return *key;
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("{} is neither a render's id (16 hex digits) nor a "
                          "content key (32)",
                          *name));
}

Result<std::chrono::milliseconds> ReadTimeout(const Params& params) {
  const auto value = params.Find("timeout_ms", 1);
  if (!value) return std::chrono::milliseconds(kDefaultTimeoutMs);
  const auto given = ReadInteger(*value, "timeout_ms", 0, kMaxTimeoutMs);
  if (!given) return Fail(given.error());
  return std::chrono::milliseconds(*given);
}

void WaitRender(const MethodContext& context, const MethodCall& call,
                Responder respond) {
  const auto target = ReadTarget(call.params);
  if (!target) return respond(RpcFail(target.error()));
  const auto timeout = ReadTimeout(call.params);
  if (!timeout) return respond(RpcFail(timeout.error()));
  context.waiters.Wait(*target, *timeout, call.peer,
                       [&store = context.store,
                        respond = std::move(respond)](Result<RenderInfo> info) {
                         if (!info)
                           return respond(RpcFail(std::move(info.error())));
                         respond(RenderReply(store, *info));
                       });
}

}  // namespace

void AddWaitMethod(MethodTable& table, const MethodContext& context) {
  table.Add({.name = "goxel.wait_render",
             .description = "Wait until a render exists",
             .runs_on = RunsOn::kServer,
             .call = [&context](const MethodCall& call, Responder respond) {
               WaitRender(context, call, std::move(respond));
             }});
}

}  // namespace goxel
