#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "daemon/json_rpc.h"
#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"
#include "ipc/index_layout.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

RpcResult GetVersion(const MethodCall&) {
  return ResultWriter()
      .BeginObject()
      .Field("version", GOXEL_VERSION)
      .Field("protocol_version", kMaxProtocolVersion)
      .EndObject()
      .Reply();
}

// A new project reports the size it was made with; nothing is clipped to it.
RpcResult GetStatus(const MethodCall& call) {
  const auto project = call.project->Describe();
  const ProjectSize size = project ? project->size : ProjectSize{};
  return ResultWriter()
      .BeginObject()
      .Field("version", GOXEL_VERSION)
      .Field("layer_count", project ? project->layers : 0)
      .Field("read_only", false)
      .Field("width", size[0])
      .Field("height", size[1])
      .Field("depth", size[2])
      .EndObject()
      .Reply();
}

struct ProtocolRange {
  std::int64_t min = kMinProtocolVersion;
  std::int64_t max = kMaxProtocolVersion;
};

Result<ProtocolRange> ReadProtocolRange(const Params& params) {
  ProtocolRange range;
  const auto given = params.Find("protocol");
  if (!given) return range;
  if (!given->is_object()) {
    return BadValue("protocol", *given, R"({"min": 1, "max": 1})");
  }
  for (auto& [key, target] :
       {std::pair{"min", &range.min}, std::pair{"max", &range.max}}) {
    const auto value = Member(*given, key);
    if (!value) continue;
    auto number =
        ReadInteger(*value, fmt::format("protocol.{}", key), 0, 1 << 30);
    if (!number) return Fail(std::move(number.error()));
    *target = *number;
  }
  return range;
}

void WriteFeatures(ResultWriter& out, const MethodContext& context) {
  const auto options = context.options.Get();
  out.Key("features").BeginArray();
  if (!options->disable_file_transfer) out.Value("file_path").Value("mmap");
  out.Value("fd").Value("base64").Value("output_path");
  if (context.renders.ready() && context.renders.renderer().zero_copy) {
    out.Value("zero_copy");
  }
  out.Value("projects").Value("undo").Value("scripts");
  if (options->protocol == WireProtocol::kAuto) out.Value("mcp");
  out.EndArray();
}

void WriteLimits(ResultWriter& out, const Options& options) {
  out.Key("limits")
      .BeginObject()
      .Field("max_width", options.max_width)
      .Field("max_height", options.max_height)
      .Field("max_render_size", options.max_render_size)
      .Field("max_cache_size", options.max_cache_size)
      .Field("max_renders", options.max_renders)
      .Field("max_inline_size", options.max_inline_size)
      .Field("ttl_seconds", options.ttl.count())
      .Field("max_projects", options.max_projects)
      .Field("max_voxels", options.max_voxels)
      .Field("max_undo_steps", options.max_undo_steps)
      .Field("max_undo_size", options.max_undo_size)
      .Field("max_connections", options.max_connections)
      .Field("max_request_size", options.max_request_size)
      .Field("max_nesting", options.max_nesting)
      .Field("max_batch_requests", kMaxBatchRequests)
      .Field("max_pending_requests", options.max_pending_requests)
      .Field("max_pending_size", options.max_pending_size)
      .Field("max_scripts", options.max_scripts)
      .Field("max_script_memory", options.max_script_memory)
      .EndObject();
}

RpcResult Hello(const MethodContext& context, const MethodCall& call) {
  auto theirs = ReadProtocolRange(call.params);
  if (!theirs) return RpcFail(std::move(theirs.error()));
  const auto chosen = std::min<std::int64_t>(theirs->max, kMaxProtocolVersion);
  if (chosen < std::max<std::int64_t>(theirs->min, kMinProtocolVersion)) {
    const auto ours =
        fmt::format("{} to {}", kMinProtocolVersion, kMaxProtocolVersion);
    const auto other = fmt::format("{} to {}", theirs->min, theirs->max);
    return RpcFail(
        Status(StatusCode::kIncompatibleProtocol,
               fmt::format("the daemon speaks protocol versions {}, the client "
                           "{}; upgrade the older of the two",
                           ours, other))
            .With("ours", ours)
            .With("theirs", other));
  }
  const std::string directory = context.store.directory().string();
  ResultWriter out;
  out.BeginObject()
      .Field("protocol", chosen)
      .Field("server", "goxel-daemon")
      .Field("version", GOXEL_VERSION)
      .Field("pid", ::getpid());
  WriteFeatures(out, context);
  WriteLimits(out, *context.options.Get());
  out.Key("paths")
      .BeginObject()
      .Field("socket", context.options->socket_path)
      .Field("render_dir", directory)
      .Field("index", fmt::format("{}/{}", directory, kIndexFileName))
      .EndObject();
  out.EndObject();
  return out.Reply();
}

}  // namespace

void AddServiceMethods(MethodTable& table, const MethodContext& context) {
  table.Add("goxel.get_status", "Get current Goxel status and info",
            RunsOn::kProject, GetStatus);
  table.Add("goxel.get_version", "Get the version of the daemon",
            RunsOn::kServer, GetVersion);
  table.Add("goxel.hello", "Agree on a protocol version and learn the limits",
            RunsOn::kServer,
            [&](const MethodCall& call) { return Hello(context, call); });
}

}  // namespace goxel
