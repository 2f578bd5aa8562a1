#include <chrono>
#include <string>
#include <utility>

#include "daemon/json_text.h"
#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/param_reader.h"
#include "daemon/result_writer.h"
#include "daemon/script_service.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

constexpr std::int64_t kDefaultTimeoutMs = 30'000;
constexpr std::int64_t kMaxTimeoutMs = 300'000;

// As existing clients expect: out of range is the default.
std::chrono::milliseconds ReadTimeout(ParamReader& read) {
  const std::int64_t given =
      read.Integer("timeout_ms", kByName, kDefaultTimeoutMs,
                   std::numeric_limits<std::int64_t>::min(),
                   std::numeric_limits<std::int64_t>::max());
  const bool usable = given > 0 && given <= kMaxTimeoutMs;
  return std::chrono::milliseconds(usable ? given : kDefaultTimeoutMs);
}

// The text of a parameter, "" without one. Existing clients expect a script
// that fails where it is no text.
Result<std::string> ReadText(const Params& params, std::string_view name) {
  const auto value = params.Find(name);
  if (!value) return std::string();
  const auto text = ReadString(*value, name);
  if (!text) return Fail(text.error());
  return std::string(*text);
}

// All but the timeout.
Result<ScriptRequest> ReadRequest(const MethodCall& call) {
  ScriptRequest request;
  for (const auto& [name, target] :
       {std::pair{"script", &request.code}, std::pair{"path", &request.path},
        std::pair{"name", &request.name}}) {
    auto text = ReadText(call.params, name);
    if (!text) return Fail(std::move(text.error()));
    *target = *std::move(text);
  }
  if (call.params.Find("script")) request.path.clear();
  request.project = call.project;
  request.peer = call.peer;
  return request;
}

RpcReply OutcomeReply(const ScriptOutcome& outcome) {
  const bool success = outcome.error.empty();
  ResultWriter out;
  out.BeginObject()
      .Field("success", success)
      .Field("code", success ? 0 : -1)
      .Field("message", success ? "Script executed successfully"
                                : "Script execution failed with code -1");
  if (success) {
    out.Key("result").Raw(outcome.result);
  } else {
    out.Key("error").Raw(outcome.error);
  }
  out.Key("output").BeginArray();
  for (const std::string& line : outcome.output) {
    std::string json;  // A script may print bytes that are no text.
    AppendJsonString(line, &json);
    out.Raw(json);
  }
  out.EndArray()
      .Field("output_truncated", outcome.output_truncated)
      .Field("duration_ms", outcome.duration.count())
      .EndObject();
  return out.Reply();
}

RpcResult ScriptReply(Result<ScriptOutcome> outcome) {
  if (outcome) return OutcomeReply(*outcome);
  if (outcome.error().code() == StatusCode::kTimedOut) {
    return LegacyError(kInternalError, std::move(outcome.error()));
  }
  return RpcFail(std::move(outcome.error()));
}

void ExecuteScript(ScriptService& scripts, const MethodCall& call,
                   Responder respond) {
  if (!call.params.Find("script") && !call.params.Find("path")) {
    return respond(
        RpcFail({StatusCode::kInvalidArgument,
                 "Must specify either 'script' (code) or 'path' parameter"}));
  }
  ParamReader read(call.params);
  const auto timeout = ReadTimeout(read);
  if (!read.ok()) return respond(RpcFail(read.status()));
  auto request = ReadRequest(call);
  if (!request) {
    return respond(
        OutcomeReply(FailedOutcome("TypeError", request.error().message())));
  }
  request->timeout = timeout;
  scripts.Run(*std::move(request),
              [respond = std::move(respond)](Result<ScriptOutcome> outcome) {
                respond(ScriptReply(std::move(outcome)));
              });
}

}  // namespace

void AddScriptMethod(MethodTable& table, const MethodContext& context) {
  table.Add({.name = "goxel.execute_script",
             .description = "Execute JavaScript code asynchronously",
             .runs_on = RunsOn::kServer,
             .project_use = ProjectUse::kNeeds,
             .call = [&context](const MethodCall& call, Responder respond) {
               ExecuteScript(context.scripts, call, std::move(respond));
             }});
}

}  // namespace goxel
