#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "daemon/cancellation.h"
#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"
#include "daemon/view_state.h"
#include "daemon/views_run.h"

namespace goxel {
namespace {

// What the project says where the request does not, for every view.
Status UseViewState(Project& project, const Scene& scene,
                    ViewsRequest& request) {
  const ViewState state = project.view_state();
  SceneRenderRequest& frame = request.frame;
  for (NamedView& view : request.views) {
    if (!view.camera.stored) continue;
    SceneRenderRequest one = frame;
    one.camera = view.camera;
    Status used = UseViewState(state, scene, one);
    if (!used.ok()) return used;
    view.camera = one.camera;
  }
  return UseViewState(state, scene, frame);
}

Result<ViewsRequest> ReadRequest(const MethodContext& context,
                                 const MethodCall& call) {
  auto request =
      ParseViewsRequest(call.params, {.max_views = context.options->max_views,
                                      .render = RenderLimitsOf(context)});
  if (!request) return request;
  Status fits = CheckViewsFit(*request, context.store.Stats());
  if (!fits.ok()) return Fail(std::move(fits));
  auto cancellation = BeginCancellable(context, call);
  if (!cancellation) return Fail(std::move(cancellation.error()));
  request->frame.cancellation = *std::move(cancellation);
  if (!request->frame.ttl) request->frame.ttl = context.options->ttl;
  return request;
}

void RenderViews(const MethodContext& context, const MethodCall& call,
                 Responder respond) {
  auto request = ReadRequest(context, call);
  if (!request) return respond(RpcFail(std::move(request.error())));
  auto snapshot = call.project->Snapshot();
  Status used = UseViewState(*call.project, snapshot->scene(), *request);
  if (!used.ok()) return respond(RpcFail(std::move(used)));
  const auto run = std::make_shared<ViewsRun>(
      ViewsRun::Order{.request = *std::move(request),
                      .snapshot = std::move(snapshot),
                      .peer = call.peer,
                      .max_inline_bytes = context.options->max_inline_size},
      &context.renders, &context.store, std::move(respond));
  run->Start();
}

RpcResult Cancel(const MethodContext& context, const MethodCall& call) {
  const auto request_id = ReadRequestId(call.params);
  if (!request_id) return RpcFail(request_id.error());
  if (request_id->empty()) {
    return RpcFail({StatusCode::kInvalidArgument,
                    "request_id is missing; expected the one of the request "
                    "to cancel"});
  }
  const std::size_t cancelled =
      context.cancellations.Cancel(call.peer->uid, *request_id);
  context.renders.DropCancelled();
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("cancelled", cancelled)
      .EndObject()
      .Reply();
}

}  // namespace

Result<std::string_view> ReadRequestId(const Params& params) {
  constexpr std::size_t kMaxLength = 128;
  const auto value = params.Find("request_id");
  if (!value) return std::string_view();
  const auto text = ReadString(*value, "request_id");
  if (text && (text->empty() || text->size() > kMaxLength)) {
    return BadValue("request_id", *value,
                    fmt::format("a text of 1 to {} bytes", kMaxLength));
  }
  return text;
}

Result<std::shared_ptr<Cancellation>> BeginCancellable(
    const MethodContext& context, const MethodCall& call) {
  const auto request_id = ReadRequestId(call.params);
  if (!request_id) return Fail(request_id.error());
  return context.cancellations.Begin(call.peer->uid, *request_id);
}

void AddViewsMethods(MethodTable& table, const MethodContext& context) {
  table.Add({.name = "goxel.render_views",
             .description = "Render many views of a scene: a turntable, a list "
                            "of cameras, a contact sheet",
             .runs_on = RunsOn::kProject,
             .project_use = ProjectUse::kNeeds,
             .call = [&context](const MethodCall& call, Responder respond) {
               RenderViews(context, call, std::move(respond));
             }});
  table.Add("goxel.cancel", "Cancel a request that was given a request_id",
            RunsOn::kServer, [&context](const MethodCall& call) {
              return Cancel(context, call);
            });
}

}  // namespace goxel
