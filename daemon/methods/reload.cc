// goxel.reload_config: the same as SIGHUP, with an answer.

#include <spdlog/spdlog.h>

#include <string_view>
#include <vector>

#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"

namespace goxel {
namespace {

void WriteNames(ResultWriter& out, std::string_view key,
                const std::vector<std::string>& names) {
  out.Key(key).BeginArray();
  for (const std::string& name : names) out.Value(name);
  out.EndArray();
}

RpcResult ReloadConfig(const MethodContext& context) {
  const Result<ReloadOutcome> outcome = context.reload();
  if (!outcome) return RpcFail(outcome.error());
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteNames(out, "changed", outcome->changed);
  WriteNames(out, "needs_restart", outcome->needs_restart);
  out.EndObject();
  return out.Reply();
}

}  // namespace

void AddReloadMethod(MethodTable& table, const MethodContext& context) {
  table.Add("goxel.reload_config", "Read the configuration file again",
            RunsOn::kFiles,
            [&context](const MethodCall&) { return ReloadConfig(context); });
}

}  // namespace goxel
