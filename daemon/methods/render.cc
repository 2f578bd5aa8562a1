#include <fmt/format.h>

#include <utility>

#include "daemon/methods/methods.h"
#include "daemon/plane_reply.h"
#include "daemon/render_reply.h"
#include "daemon/render_request.h"
#include "daemon/view_rendering.h"
#include "daemon/view_state.h"

namespace goxel {
namespace {

constexpr int kRenderFailed = -1015;

// An output_path was given, and not a directory for a file of our name.
bool NamesOutput(const SceneRenderRequest& request) {
  return request.mode == ReturnMode::kOutputPath &&
         request.output_directory.empty();
}

// Whoever gave an output_path knows one code for all that goes wrong with it;
// what is wrong with the request itself keeps the code of every method.
tl::unexpected<RpcError> RenderError(const SceneRenderRequest& request,
                                     Status error) {
  const bool legacy = NamesOutput(request) &&
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
  auto request = ParseRenderRequest(call.params, RenderLimitsOf(context));
  if (!request) return respond(RpcFail(std::move(request.error())));
  auto cancellation = BeginCancellable(context, call);
  if (!cancellation) return respond(RpcFail(std::move(cancellation.error())));
  request->cancellation = *std::move(cancellation);
  if (!request->ttl) request->ttl = context.options->ttl;
  if (NamesOutput(*request) && !call.project->Describe()) {
    return respond(
        LegacyError(kRenderFailed, {StatusCode::kFailedPrecondition,
                                    "Failed to render scene: error code -1"}));
  }
  const auto snapshot = call.project->Snapshot();
  const Status completed =
      UseViewState(call.project->view_state(), snapshot->scene(), *request);
  if (!completed.ok()) return respond(RenderError(*request, completed));
  if (!request->planes.empty()) {
    const auto answer = [=, request = *request](Result<RenderOutcome> outcome) {
      if (!outcome) return respond(RpcFail(std::move(outcome.error())));
      respond(MakePlanesReply(request, *snapshot, *outcome));
    };
    return RenderView(context.renders, context.store, *request, snapshot,
                      call.peer, answer);
  }
  const auto answer =
      [respond = std::move(respond), request = *request,
       &refused = context.refused_paths](Result<RenderOutcome> outcome) {
        if (outcome)
          return respond(MakeRenderReply(request, *std::move(outcome)));
        if (outcome.error().code() == StatusCode::kPermissionDenied) ++refused;
        respond(RenderError(request, std::move(outcome.error())));
      };
  context.renders.Render(*std::move(request), snapshot, call.peer, answer);
}

}  // namespace

RenderLimits RenderLimitsOf(const MethodContext& context) {
  const auto options = context.options.Get();
  return {.max_width = options->max_width,
          .max_height = options->max_height,
          .max_render_bytes = options->max_render_size,
          .max_inline_bytes = options->max_inline_size,
          .render_directory = context.store.directory()};
}

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
