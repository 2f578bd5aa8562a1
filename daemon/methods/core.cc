#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"
#include "ipc/index_layout.h"
#include "ipc/protocol.h"

namespace goxel {
namespace {

RpcResult Echo(const MethodCall& call) {
  RpcReply reply;
  reply.json =
      call.params.given() ? simdjson::minify(call.params.root()) : "{}";
  return reply;
}

RpcResult Version(const MethodCall&) {
  return ResultWriter()
      .BeginObject()
      .Field("version", GOXEL_VERSION)
      .Field("type", "daemon")
      .Field("protocol", "JSON-RPC 2.0")
      .EndObject()
      .Reply();
}

RpcResult Ping(const MethodCall&) {
  return ResultWriter()
      .BeginObject()
      .Field("pong", true)
      .Field("timestamp", std::time(nullptr))
      .EndObject()
      .Reply();
}

// Bytes of memory that the process has now; 0 where /proc does not say.
std::uint64_t ResidentBytes() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen("/proc/self/statm", "re"), std::fclose);
  unsigned long total = 0;
  unsigned long resident = 0;
  if (!file || std::fscanf(file.get(), "%lu %lu", &total, &resident) != 2) {
    return 0;
  }
  return std::uint64_t{resident} *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string HostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

RpcResult DaemonStatus(const MethodContext& context) {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() - context.started);
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return ResultWriter()
      .BeginObject()
      .Field("status", "running")
      .Field("pid", ::getpid())
      .Field("current_time", fmt::format("{:%Y-%m-%d %H:%M:%S}", local))
      .Field("hostname", HostName())
      .Field("goxel_initialized", true)
      .Field("methods_available", context.methods.methods().size())
      .Field("memory_allocated", ResidentBytes())
      .Field("uptime_seconds", uptime.count())
      .EndObject()
      .Reply();
}

RpcResult ListMethods(const MethodTable& table) {
  ResultWriter out;
  out.BeginObject().Field("count", table.methods().size());
  out.Key("methods").BeginArray();
  for (const Method& method : table.methods()) {
    out.BeginObject()
        .Field("method", method.name)
        .Field("description", method.description)
        .EndObject();
  }
  out.EndArray().EndObject();
  return out.Reply();
}

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
  out.Key("features").BeginArray();
  if (!context.options.disable_file_transfer)
    out.Value("file_path").Value("mmap");
  out.Value("fd").Value("base64").Value("output_path");
  if (context.renders.ready() && context.renders.renderer().zero_copy) {
    out.Value("zero_copy");
  }
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
      .Field("max_request_size", options.max_request_size)
      .Field("max_inline_size", options.max_inline_size)
      .Field("ttl_seconds", options.ttl.count())
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
  WriteLimits(out, context.options);
  out.Key("paths")
      .BeginObject()
      .Field("socket", context.options.socket_path)
      .Field("render_dir", directory)
      .Field("index", fmt::format("{}/{}", directory, kIndexFileName))
      .EndObject();
  out.EndObject();
  return out.Reply();
}

}  // namespace

void AddCoreMethods(MethodTable& table, const MethodContext& context) {
  table.Add("echo", "Echo back the input parameters", RunsOn::kServer, Echo);
  table.Add("version", "Get Goxel version information", RunsOn::kServer,
            Version);
  table.Add("status", "Get daemon status information", RunsOn::kServer,
            [&](const MethodCall&) { return DaemonStatus(context); });
  table.Add("ping", "Simple health check", RunsOn::kServer, Ping);
  table.Add("list_methods", "List all available methods", RunsOn::kServer,
            [&](const MethodCall&) { return ListMethods(context.methods); });
}

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
