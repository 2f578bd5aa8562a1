#include "daemon/method_table.h"

#include <fmt/format.h>

#include <utility>

#include "ipc/protocol.h"

namespace goxel {
namespace {

// Params up to this size are read within some ten microseconds.
constexpr std::size_t kMaxInlineParamsBytes = 64 * 1024;

void Call(const Method& method, const RpcRequest& request, Responder respond) {
  auto params = Params::Parse(request.params);
  if (!params) return respond(RpcFail(std::move(params.error())));
  method.call({.params = *params, .peer = request.peer}, std::move(respond));
}

// The worker that has to run it; null when it runs at once.
Worker* WorkerFor(const Method& method, const RpcRequest& request,
                  const MethodWorkers& workers) {
  if (request.params.size() > kMaxInlineParamsBytes) return &workers.project;
  switch (method.runs_on) {
    case RunsOn::kServer:
      return nullptr;
    case RunsOn::kProject:
      return workers.project.busy() ? &workers.project : nullptr;
    case RunsOn::kFiles:
      return &workers.files;
    case RunsOn::kWorker:
      break;
  }
  return &workers.project;
}

}  // namespace

void MethodTable::Add(Method method) {
  by_name_.emplace(method.name, methods_.size());
  methods_.push_back(std::move(method));
}

void MethodTable::Add(std::string name, std::string description, RunsOn runs_on,
                      std::function<RpcResult(const MethodCall&)> answer) {
  Add({.name = std::move(name),
       .description = std::move(description),
       .runs_on = runs_on,
       .call = [answer = std::move(answer)](const MethodCall& call,
                                            const Responder& respond) {
         respond(answer(call));
       }});
}

const Method* MethodTable::Find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : &methods_[found->second];
}

void MethodTable::Dispatch(RpcRequest request, Responder respond,
                           const MethodWorkers& workers) const {
  const Method* method = Find(request.method);
  if (method == nullptr) {
    return respond(LegacyError(
        kMethodNotFound,
        Status(StatusCode::kNotFound,
               fmt::format("Method not found: {}", request.method))));
  }
  Worker* const worker = WorkerFor(*method, request, workers);
  if (worker == nullptr) return Call(*method, request, std::move(respond));
  const bool posted =
      worker->Post([method, request = std::move(request), respond] {
        Call(*method, request, respond);
      });
  if (!posted) {
    respond(RpcFail({StatusCode::kUnavailable, "the daemon is shutting down"}));
  }
}

tl::unexpected<RpcError> LegacyError(int code, Status status) {
  return tl::unexpected(RpcError{std::move(status), code});
}

}  // namespace goxel
