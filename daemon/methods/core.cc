#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"

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

// The methods that existing clients know, in the order in which they know them.
constexpr std::array<std::string_view, 34> kFirstMethods = {
    "echo",
    "version",
    "status",
    "ping",
    "list_methods",
    "add_voxels",
    "goxel.create_project",
    "goxel.load_project",
    "goxel.save_project",
    "goxel.export_model",
    "goxel.render_scene",
    "goxel.add_voxel",
    "goxel.remove_voxel",
    "goxel.get_voxel",
    "goxel.paint_voxels",
    "goxel.flood_fill",
    "goxel.procedural_shape",
    "goxel.batch_operations",
    "goxel.list_layers",
    "goxel.create_layer",
    "goxel.delete_layer",
    "goxel.merge_layers",
    "goxel.set_layer_visibility",
    "goxel.get_status",
    "goxel.execute_script",
    "goxel.get_voxels_region",
    "goxel.get_layer_voxels",
    "goxel.get_bounding_box",
    "goxel.get_color_histogram",
    "goxel.find_voxels_by_color",
    "goxel.get_unique_colors",
    "goxel.get_render_info",
    "goxel.cleanup_render",
    "goxel.list_renders"};

void WriteMethod(ResultWriter& out, const Method& method) {
  out.BeginObject()
      .Field("method", method.name)
      .Field("description", method.description)
      .EndObject();
}

RpcResult ListMethods(const MethodTable& table) {
  ResultWriter out;
  out.BeginObject().Field("count", table.methods().size());
  out.Key("methods").BeginArray();
  for (const std::string_view name : kFirstMethods) {
    if (const Method* method = table.Find(name)) WriteMethod(out, *method);
  }
  for (const Method& method : table.methods()) {
    if (std::ranges::find(kFirstMethods, method.name) == kFirstMethods.end()) {
      WriteMethod(out, method);
    }
  }
  out.EndArray().EndObject();
  return out.Reply();
}

}  // namespace

void AddCoreMethods(MethodTable& table, const MethodContext& context) {
  table.Add("echo", "Echo back the input parameters", RunsOn::kServer, Echo);
  table.Add("version", "Get Goxel version information", RunsOn::kServer,
            Version);
  table.Add("status", "Get daemon status information", RunsOn::kServer,
            [&](const MethodCall&) { return DaemonStatus(context); });
  for (const char* name : {"ping", "goxel.ping"}) {
    table.Add(name, "Simple health check", RunsOn::kServer, Ping);
  }
  table.Add("list_methods", "List all available methods", RunsOn::kServer,
            [&](const MethodCall&) { return ListMethods(context.methods); });
}

}  // namespace goxel
