#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

#include "daemon/file_checksum.h"
#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/render_reply.h"
#include "daemon/result_writer.h"
#include "ipc/index_layout.h"

namespace goxel {
namespace {

constexpr int kRenderNotFound = -1020;
constexpr int kCleanupFailed = -1021;

std::int64_t UnixSeconds(std::chrono::system_clock::time_point time) {
  return std::chrono::system_clock::to_time_t(time);
}

// The fields that existing clients know, then ours.
void WriteRenderObject(ResultWriter& out, const RenderStore& store,
                       const RenderInfo& info) {
  const std::int64_t expires = info.expires_unix_ns / 1'000'000'000;
  out.BeginObject();
  WriteFileFields(out, info, store.PathOf(info).string());
  out.Field("session_id", fmt::format("{:06x}", info.session))
      .Field("id", FormatRenderId(info.id))
      .Field("ttl_remaining",
             std::max<std::int64_t>(0, expires - std::time(nullptr)))
      .EndObject();
}

// What names a render in params: `id`, `path`, or either of them in first
// place. nullopt when nothing does.
std::optional<std::string_view> RenderName(const Params& params) {
  const auto id = params.is_object() ? params.String("id", 0) : std::nullopt;
  return id ? id : params.String("path", 0);
}

Result<RenderInfo> FindRender(const RenderStore& store, std::string_view name) {
  const auto id = ParseRenderId(name);
  return id ? store.Find(*id) : store.FindByPath(name);
}

tl::unexpected<RpcError> NoName() {
  return RpcFail({StatusCode::kInvalidArgument, "Must specify path parameter"});
}

tl::unexpected<RpcError> NotFound(int code, std::string_view message,
                                  std::string_view name) {
  return LegacyError(code, Status(StatusCode::kNotFound, std::string(message))
                               .With("path", std::string(name)));
}

RpcResult GetRenderInfo(const RenderStore& store, const MethodCall& call) {
  const auto name = RenderName(call.params);
  if (!name) return NoName();
  auto info = FindRender(store, *name);
  if (!info) {
    return NotFound(kRenderNotFound, "Render not found: File not found", *name);
  }
  if (info->checksum.kind == ChecksumKind::kNone) {
    auto checksum = ChecksumOfFile(store.PathOf(*info), ChecksumKind::kSha256);
    if (!checksum) return RpcFail(std::move(checksum.error()));
    info->checksum = *checksum;
  }
  ResultWriter out;
  out.BeginObject().Field("success", true);
  // `render` is what existing daemons send, `file` what their documents say.
  for (const char* key : {"render", "file"}) {
    out.Key(key);
    WriteRenderObject(out, store, *info);
  }
  out.EndObject();
  return out.Reply();
}

RpcResult CleanupRender(RenderStore& store, const MethodCall& call) {
  const auto name = RenderName(call.params);
  if (!name) return NoName();
  const auto info = FindRender(store, *name);
  const auto freed = info ? store.Withdraw(info->id)
                          : Result<std::uint64_t>(Fail(info.error()));
  if (!freed) {
    return NotFound(kCleanupFailed, "Failed to cleanup render: File not found",
                    *name);
  }
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("message", "Render cleaned up successfully")
      .Field("freed_bytes", *freed)
      .EndObject()
      .Reply();
}

RpcResult ListRenders(const RenderStore& store) {
  const std::vector<RenderInfo> renders = store.List();
  std::uint64_t total = 0;
  ResultWriter out;
  out.BeginObject().Field("success", true).Field("count", renders.size());
  out.Key("renders").BeginArray();
  for (const RenderInfo& info : renders) {
    WriteRenderObject(out, store, info);
    total += info.size_bytes;
  }
  out.EndArray().Field("total_size", total).EndObject();
  return out.Reply();
}

RpcResult TouchRender(const MethodContext& context, const MethodCall& call) {
  const auto name = RenderName(call.params);
  if (!name) {
    return RpcFail({StatusCode::kInvalidArgument,
                    "id is missing; expected a render's id or its path"});
  }
  std::chrono::seconds ttl = context.options.ttl;
  if (const auto value = call.params.Find("ttl_seconds", 1)) {
    auto seconds = ReadInteger(*value, "ttl_seconds", 1, kMaxTtlSeconds);
    if (!seconds) return RpcFail(std::move(seconds.error()));
    ttl = std::chrono::seconds(*seconds);
  }
  auto info = FindRender(context.store, *name);
  if (info) info = context.store.Touch(info->id, ttl);
  if (!info) return RpcFail(std::move(info.error()));
  context.sweeper.Note(*info);
  ResultWriter out;
  out.BeginObject().Field("success", true).Key("render");
  WriteRenderObject(out, context.store, *info);
  out.EndObject();
  return out.Reply();
}

void WriteCounters(ResultWriter& out, const RenderStoreStats& store) {
  out.Key("counters").BeginObject();
  for (std::size_t i = 0; i < store.counters.size(); ++i) {
    out.Field(ToString(static_cast<IndexCounter>(i)), store.counters[i]);
  }
  out.EndObject();
}

// The names of the first block are those that existing clients look for;
// cache_usage_percent is a fraction there.
void WriteKnownStats(ResultWriter& out, const MethodContext& context,
                     const RenderStoreStats& store) {
  const Sweeper::Times sweeps = context.sweeper.times();
  const auto counter = [&](IndexCounter which) {
    return store.counters[static_cast<std::size_t>(which)];
  };
  const std::uint64_t removed = counter(IndexCounter::kEvictedTtl) +
                                counter(IndexCounter::kEvictedQuota) +
                                counter(IndexCounter::kWithdrawn);
  const std::uint64_t used =
      store.committed_bytes + store.reserved_bytes + store.orphaned_bytes;
  out.Field("active_renders", store.renders)
      .Field("total_renders", counter(IndexCounter::kPublished))
      .Field("total_cleanups", removed)
      .Field("current_cache_size", used)
      .Field("max_cache_size", store.max_cache_bytes)
      .Field("cache_usage_percent",
             static_cast<double>(used) /
                 static_cast<double>(store.max_cache_bytes))
      .Field("files_cleaned", removed)
      .Field("bytes_freed", counter(IndexCounter::kBytesFreed))
      .Field("security_violations", context.refused_paths.load())
      .Field("cleanup_thread_active", true)
      .Field("last_cleanup", UnixSeconds(sweeps.last))
      .Field("next_cleanup", UnixSeconds(sweeps.next));
}

RpcResult GetRenderStats(const MethodContext& context) {
  const RenderStoreStats store = context.store.Stats();
  const RenderServiceStats renders = context.renders.Stats();
  ResultWriter out;
  out.BeginObject().Field("success", true).Key("stats").BeginObject();
  WriteKnownStats(out, context, store);
  out.Field("committed_bytes", store.committed_bytes)
      .Field("reserved_bytes", store.reserved_bytes)
      .Field("orphaned_bytes", store.orphaned_bytes)
      .Field("max_renders", store.max_renders)
      .Field("renders_drawn", renders.drawn)
      .Field("renders_joined", renders.joined)
      .Field("renders_abandoned", renders.abandoned)
      .Field("queue_length", renders.queued);
  WriteCounters(out, store);
  out.EndObject().EndObject();
  return out.Reply();
}

}  // namespace

void AddRenderMethods(MethodTable& table, const MethodContext& context) {
  table.Add("goxel.get_render_info",
            "Get information about a specific render file", RunsOn::kWorker,
            [&](const MethodCall& call) {
              return GetRenderInfo(context.store, call);
            });
  table.Add("goxel.cleanup_render", "Manually cleanup a specific render file",
            RunsOn::kWorker, [&](const MethodCall& call) {
              return CleanupRender(context.store, call);
            });
  table.Add("goxel.list_renders", "List all active renders with their metadata",
            RunsOn::kServer,
            [&](const MethodCall&) { return ListRenders(context.store); });
  table.Add("goxel.touch_render", "Renew the time to live of a render",
            RunsOn::kWorker,
            [&](const MethodCall& call) { return TouchRender(context, call); });
  table.Add("goxel.get_render_stats", "Get figures about renders and the cache",
            RunsOn::kServer,
            [&](const MethodCall&) { return GetRenderStats(context); });
}

}  // namespace goxel
