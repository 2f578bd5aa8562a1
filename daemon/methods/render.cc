#include <fmt/format.h>

#include <utility>

#include "daemon/methods/methods.h"
#include "daemon/render_reply.h"
#include "daemon/render_request.h"

namespace goxel {
namespace {

constexpr int kRenderFailed = -1015;

// Whoever gave an output_path knows one code for all that goes wrong with it;
// what is wrong with the request itself keeps the code of every method.
tl::unexpected<RpcError> RenderError(const SceneRenderRequest& request,
                                     Status error) {
  const bool legacy = request.mode == ReturnMode::kOutputPath &&
                      error.code() != StatusCode::kInvalidArgument &&
                      error.code() != StatusCode::kUnavailable &&
                      error.code() != StatusCode::kPermissionDenied;
  if (!legacy) return RpcFail(std::move(error));
  Status renamed(error.code(),
                 fmt::format("Failed to render scene: {}", error.message()));
  return LegacyError(kRenderFailed, std::move(renamed));
}

void RenderScene(const MethodContext& context, const MethodCall& call,
                 Responder respond) {
  auto request = ParseRenderRequest(call.params, context.limits);
  if (!request) return respond(RpcFail(std::move(request.error())));
  if (request->mode == ReturnMode::kOutputPath && !call.project->Describe()) {
    return respond(
        LegacyError(kRenderFailed, {StatusCode::kFailedPrecondition,
                                    "Failed to render scene: error code -1"}));
  }
  const auto answer =
      [respond = std::move(respond), request = *request,
       &refused = context.refused_paths](Result<RenderOutcome> outcome) {
        if (outcome)
          return respond(MakeRenderReply(request, *std::move(outcome)));
        if (outcome.error().code() == StatusCode::kPermissionDenied) ++refused;
        respond(RenderError(request, std::move(outcome.error())));
      };
  context.renders.Render(*std::move(request), call.project->Snapshot(),
                         call.peer, answer);
}

}  // namespace

void AddRenderSceneMethod(MethodTable& table, const MethodContext& context) {
  table.Add({.name = "goxel.render_scene",
             .description = "Render scene to image",
             .runs_on = RunsOn::kProject,
             .project_use = ProjectUse::kNeeds,
             .call = [&context](const MethodCall& call, Responder respond) {
               RenderScene(context, call, std::move(respond));
             }});
}

}  // namespace goxel
