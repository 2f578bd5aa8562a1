#include <string>
#include <utility>

#include "daemon/checksum_on_demand.h"
#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/methods/render_object.h"
#include "daemon/render_reply.h"
#include "daemon/result_writer.h"
#include "transfer/checksum.h"

namespace goxel {
namespace {

constexpr int kRenderNotFound = -1020;
constexpr int kCleanupFailed = -1021;
// Of one report: more than any client finds between two of them.
constexpr std::size_t kMaxReportedIds = 4096;
constexpr std::int64_t kMaxReportedRetries = std::int64_t{1} << 32;

tl::unexpected<RpcError> NoName() {
  return RpcFail({StatusCode::kInvalidArgument, "Must specify path parameter"});
}

tl::unexpected<RpcError> NotFound(int code, std::string_view message,
                                  std::string_view name) {
  return LegacyError(code, Status(StatusCode::kNotFound, std::string(message))
                               .With("path", std::string(name)));
}

// Of a render that has none and of which none in particular is asked for,
// clients that know nothing of `checksum` expect SHA-256.
Result<ChecksumKind> ChecksumWanted(const Params& params,
                                    const RenderInfo& info) {
  const auto value = params.Find("checksum", 1);
  if (!value) {
    return info.checksum.kind == ChecksumKind::kNone ? ChecksumKind::kSha256
                                                     : info.checksum.kind;
  }
  const auto name = ReadString(*value, "checksum");
  if (!name) return Fail(name.error());
  return ParseChecksumKind(*name);
}

RpcResult GetRenderInfo(const MethodContext& context, const MethodCall& call) {
  RenderStore& store = context.store;
  const auto name = RenderName(call.params);
  if (!name) return NoName();
  auto info = FindRender(store, *name);
  if (!info) {
    return NotFound(kRenderNotFound, "Render not found: File not found", *name);
  }
  const auto kind = ChecksumWanted(call.params, *info);
  if (!kind) return RpcFail(kind.error());
  info = WithChecksum(store, *std::move(info), *kind);
  if (!info) return RpcFail(std::move(info.error()));
  const bool leased = store.IsLeased(*info);
  ResultWriter out;
  out.BeginObject().Field("success", true);
  // `render` is what existing daemons send, `file` what their documents say.
  for (const char* key : {"render", "file"}) {
    out.Key(key).BeginObject();
    WriteRenderFields(out, store, *info);
    out.Field("leased", leased).EndObject();
  }
  WriteMapping(out, *info);
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

RpcResult TouchRender(const MethodContext& context, const MethodCall& call) {
  const auto ttl = ReadTtl(call.params, 1, context.options->ttl);
  if (!ttl) return RpcFail(ttl.error());
  auto info = NamedRender(context.store, call.params);
  if (info) info = context.store.Touch(info->id, *ttl);
  if (!info) return RpcFail(std::move(info.error()));
  context.sweeper.Note(*info);
  return RenderReply(context.store, *info);
}

RpcResult PinRender(const MethodContext& context, const MethodCall& call) {
  bool pinned = true;
  if (const auto value = call.params.Find("pinned", 1)) {
    const auto given = ReadBool(*value, "pinned");
    if (!given) return RpcFail(given.error());
    pinned = *given;
  }
  const auto ttl = ReadTtl(call.params, 2, std::chrono::seconds(0));
  if (!ttl) return RpcFail(ttl.error());
  auto info = NamedRender(context.store, call.params);
  if (info && pinned) info = context.store.Pin(info->id);
  if (info && !pinned) {
    info = context.store.Unpin(
        info->id, ttl->count() > 0 ? std::optional(*ttl) : std::nullopt);
  }
  if (!info) return RpcFail(std::move(info.error()));
  context.sweeper.Note(*info);
  return RenderReply(context.store, *info);
}

RpcResult CollectRenders(const MethodContext& context) {
  const Sweeper::Collected collected = context.sweeper.Collect();
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("removed", collected.removed)
      .Field("freed_bytes", collected.freed_bytes)
      .EndObject()
      .Reply();
}

Result<std::vector<RenderId>> ReadIds(const Params& params) {
  std::vector<RenderId> ids;
  const auto value = params.Find("ids", 0);
  if (!value) return ids;
  simdjson::dom::array array;
  if (value->get(array) != simdjson::SUCCESS ||
      array.size() > kMaxReportedIds) {
    return BadValue("ids", *value, "an array of at most 4096 render ids");
  }
  for (const Json element : array) {
    const auto text = ReadString(element, "ids");
    const auto id = text ? ParseRenderId(*text) : Fail(text.error());
    if (!id) return BadValue("ids", element, "render ids of 16 hex digits");
    ids.push_back(*id);
  }
  return ids;
}

RpcResult ReportReads(RenderStore& store, const MethodCall& call) {
  const auto ids = ReadIds(call.params);
  if (!ids) return RpcFail(ids.error());
  std::int64_t retries = 0;
  if (const auto value = call.params.Find("sequence_retries", 1)) {
    const auto given =
        ReadInteger(*value, "sequence_retries", 0, kMaxReportedRetries);
    if (!given) return RpcFail(given.error());
    retries = *given;
  }
  for (const RenderId id : *ids) store.MarkUsed(id);
  store.Count(IndexCounter::kReaderHits, ids->size());
  store.Count(IndexCounter::kSequenceRetries,
              static_cast<std::uint64_t>(retries));
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .EndObject()
      .Reply();
}

}  // namespace

void AddRenderMethods(MethodTable& table, const MethodContext& context) {
  table.Add(
      "goxel.get_render_info", "Get information about a specific render file",
      RunsOn::kFiles,
      [&](const MethodCall& call) { return GetRenderInfo(context, call); });
  table.Add("goxel.cleanup_render", "Manually cleanup a specific render file",
            RunsOn::kFiles, [&](const MethodCall& call) {
              return CleanupRender(context.store, call);
            });
  AddListMethod(table, context);
  table.Add("goxel.touch_render", "Renew the time to live of a render",
            RunsOn::kFiles,
            [&](const MethodCall& call) { return TouchRender(context, call); });
  AddStatsMethod(table, context);
  table.Add("goxel.pin_render", "Exempt a render from eviction, or end that",
            RunsOn::kFiles,
            [&](const MethodCall& call) { return PinRender(context, call); });
  table.Add("goxel.collect_renders", "Remove what has expired now",
            RunsOn::kFiles,
            [&](const MethodCall&) { return CollectRenders(context); });
  table.Add("goxel.report_reads", "Tell which renders were found in the index",
            RunsOn::kServer, [&](const MethodCall& call) {
              return ReportReads(context.store, call);
            });
}

}  // namespace goxel
