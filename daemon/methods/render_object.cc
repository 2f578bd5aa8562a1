#include "daemon/methods/render_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "daemon/json_values.h"
#include "daemon/render_reply.h"

namespace goxel {

std::optional<std::string_view> RenderName(const Params& params) {
  const auto id = params.is_object() ? params.String("id", 0) : std::nullopt;
  return id ? id : params.String("path", 0);
}

Result<RenderInfo> FindRender(const RenderStore& store, std::string_view name) {
  const auto id = ParseRenderId(name);
  return id ? store.Find(*id) : store.FindByPath(name);
}

Result<RenderInfo> NamedRender(const RenderStore& store, const Params& params) {
  const auto name = RenderName(params);
  if (!name) {
    return Fail(StatusCode::kInvalidArgument,
                "id is missing; expected a render's id or its path");
  }
  auto info = FindRender(store, *name);
  if (info) return info;
  return Fail(std::move(info.error()).With("path", std::string(*name)));
}

Result<std::chrono::seconds> ReadTtl(const Params& params, std::size_t position,
                                     std::chrono::seconds fallback) {
  const auto value = params.Find("ttl_seconds", position);
  if (!value) return fallback;
  const auto seconds = ReadInteger(*value, "ttl_seconds", 1, kMaxTtlSeconds);
  if (!seconds) return Fail(seconds.error());
  return std::chrono::seconds(*seconds);
}

void WriteRenderFields(ResultWriter& out, const RenderStore& store,
                       const RenderInfo& info) {
  const std::int64_t expires = info.expires_unix_ns / 1'000'000'000;
  WriteFileFields(out, info, store.PathOf(info).string());
  out.Field("session_id", fmt::format("{:06x}", info.session))
      .Field("id", FormatRenderId(info.id))
      .Field("ttl_remaining",
             std::max<std::int64_t>(0, expires - std::time(nullptr)));
  if (!info.key.empty()) out.Field("key", FormatContentKey(info.key));
  out.Field("pinned", (info.flags & kRenderPinned) != 0)
      .Field("encrypted", (info.flags & kRenderEncrypted) != 0);
}

void WriteRender(ResultWriter& out, const RenderStore& store,
                 const RenderInfo& info) {
  out.Key("render").BeginObject();
  WriteRenderFields(out, store, info);
  out.EndObject();
  WriteMapping(out, info);
}

RpcReply RenderReply(const RenderStore& store, const RenderInfo& info) {
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteRender(out, store, info);
  out.EndObject();
  return out.Reply();
}

}  // namespace goxel
