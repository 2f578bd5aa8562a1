#include "daemon/method_table.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/json_scanner.h"
#include "daemon/json_values.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

constexpr std::string_view kProjectId = "project_id";
// Params up to this size are read within some ten microseconds.
constexpr std::size_t kMaxInlineParamsBytes = 64 * 1024;

// Null for a project that is yet to be made.
Result<std::shared_ptr<Project>> ProjectFor(ProjectUse use,
                                            const Params& params,
                                            const Projects& projects) {
  if (use == ProjectUse::kNone) return nullptr;
  auto id = ReadProjectId(params);
  if (!id) return Fail(std::move(id.error()));
  auto project = projects.Find(*id);
  if (!project && use == ProjectUse::kMakes) return nullptr;
  return project;
}

// The params with nothing but the project_id left.
std::string OnlyProjectId(std::string_view params) {
  // Megabytes of voxels are read in full by the method alone.
  const bool may_name_one = params.find(kProjectId) != params.npos ||
                            params.find('\\') != params.npos;
  if (!may_name_one) return {};
  JsonScanner scan(params);
  std::string found;
  static_cast<void>(scan.ReadObject([&](std::string_view key) {
    std::string_view value;
    if (!scan.ReadValue(&value)) return false;
    if (!IsName(key, kProjectId)) return true;
    found = fmt::format(R"({{"{}":{}}})", kProjectId, value);
    return false;
  }));
  return found;
}

Result<Params> ReadParams(const Method& method, const MessageText& params,
                          simdjson::dom::parser& parser) {
  return method.reads_text ? Params::Parse(OnlyProjectId(params.view()))
                           : Params::Parse(params, parser);
}

// The worker that has to run it; null when it runs at once.
Worker* WorkerFor(const Method& method, const RpcRequest& request,
                  const MethodWorkers& workers) {
  if (request.params.view().size() > kMaxInlineParamsBytes) {
    return &workers.project;
  }
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
  const bool looks = runs_on == RunsOn::kProject || runs_on == RunsOn::kWorker;
  Add({.name = std::move(name),
       .description = std::move(description),
       .runs_on = runs_on,
       .project_use = looks ? ProjectUse::kNeeds : ProjectUse::kNone,
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
                           const MethodWorkers& workers,
                           const Projects& projects) const {
  const Method* method = Find(request.method);
  if (method == nullptr) {
    return respond(LegacyError(
        kMethodNotFound,
        Status(StatusCode::kNotFound,
               fmt::format("Method not found: {}", request.method))));
  }
  Worker* const worker = WorkerFor(*method, request, workers);
  if (worker == nullptr) {
    return Call(*method, request, projects, parser_, std::move(respond));
  }
  request.params.Keep();
  const bool posted = worker->Post(
      [this, method, request = std::move(request), &projects, respond] {
        simdjson::dom::parser parser;
        Call(*method, request, projects, parser, respond);
      });
  if (!posted) {
    respond(RpcFail({StatusCode::kUnavailable, "the daemon is shutting down"}));
  }
}

void MethodTable::Call(const Method& method, const RpcRequest& request,
                       const Projects& projects, simdjson::dom::parser& parser,
                       Responder respond) const {
  auto params = ReadParams(method, request.params, parser);
  if (!params) return respond(RpcFail(std::move(params.error())));
  auto project = ProjectFor(method.project_use, *params, projects);
  if (!project) return respond(RpcFail(std::move(project.error())));
  method.call({.params = *params,
               .text = request.params.view(),
               .peer = request.peer,
               .project = *std::move(project)},
              std::move(respond));
}

void MethodTable::CallOn(std::shared_ptr<Project> project, const Method& method,
                         const RpcRequest& request,
                         simdjson::dom::parser& parser,
                         Responder respond) const {
  auto params = ReadParams(method, request.params, parser);
  if (!params) return respond(RpcFail(std::move(params.error())));
  if (params->Find(kProjectId)) {
    return respond(RpcFail({StatusCode::kInvalidArgument,
                            "project_id is given; leave it out: this request "
                            "can only be about one project"}));
  }
  method.call({.params = *params,
               .text = request.params.view(),
               .peer = request.peer,
               .project = std::move(project)},
              std::move(respond));
}

Result<std::string_view> ReadProjectId(const Params& params) {
  const auto given = params.Find(kProjectId);
  if (!given) return kDefaultProjectId;
  return ReadString(*given, kProjectId);
}

tl::unexpected<RpcError> LegacyError(int code, Status status) {
  return tl::unexpected(RpcError{std::move(status), code});
}

tl::unexpected<RpcError> EditError(int code, const char* message,
                                   Status status) {
  if (status.code() != StatusCode::kFailedPrecondition &&
      status.code() != StatusCode::kNotFound) {
    return RpcFail(std::move(status));
  }
  return LegacyError(
      code, Status(status.code(), message).With("hint", status.message()));
}

}  // namespace goxel
