#include <array>
#include <string>
#include <utility>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/methods/render_object.h"
#include "daemon/render_conversion.h"
#include "daemon/render_reply.h"
#include "daemon/result_writer.h"
#include "transfer/checksum.h"

namespace goxel {
namespace {

constexpr std::array<std::string_view, 5> kFormats = {"png", "jpg", "bmp",
                                                      "pam", "ppm"};
constexpr std::array<std::string_view, 3> kCompressions = {"fast", "balanced",
                                                           "smallest"};

Status ReadFormat(const Params& params, ConversionOrder& order) {
  if (const auto value = params.Find("format", 1)) {
    const auto word = ReadWord(*value, "format", kFormats);
    if (!word) return word.error();
    const auto format = ParseRenderFormat(kFormats[*word]);
    if (!format) return format.error();
    order.format = *format;
  }
  if (const auto value = params.Find("compression", 2)) {
    const auto word = ReadWord(*value, "compression", kCompressions);
    if (!word) return word.error();
    order.compression = kCompressions[*word];
  }
  if (const auto value = params.Find("checksum", 3)) {
    const auto name = ReadString(*value, "checksum");
    if (!name) return name.error();
    const auto kind = ParseChecksumKind(*name);
    if (!kind) return kind.error();
    order.checksum = *kind;
  }
  if (const auto value = params.Find("quality", 4)) {
    const auto quality = ReadInteger(*value, "quality", 1, 100);
    if (!quality) return quality.error();
    order.quality = static_cast<int>(*quality);
  }
  return {};
}

// The members of a reply of goxel.render_scene, where they are known.
RpcReply ConversionReply(const RenderStore& store,
                         const ConvertedRender& converted) {
  const RenderInfo& info = converted.info;
  const auto milliseconds = [](std::uint64_t nanoseconds) {
    return static_cast<double>(nanoseconds / 1000) / 1000.0;
  };
  ResultWriter out;
  out.BeginObject().Field("success", true).Key("file").BeginObject();
  WriteFileFields(out, info, store.PathOf(info).string());
  out.EndObject().Key("render").BeginObject();
  out.Field("id", FormatRenderId(info.id));
  if (!info.key.empty()) out.Field("key", FormatContentKey(info.key));
  out.Field("cached", converted.cached)
      .Field("render_ms", milliseconds(info.render_ns))
      .Field("transfer_ms", milliseconds(info.transfer_ns))
      .EndObject();
  if (!converted.camera_json.empty()) {
    out.Key("camera").Raw(converted.camera_json);
  }
  WriteMapping(out, info);
  out.EndObject();
  return out.Reply();
}

void EncodeRender(const MethodContext& context, const MethodCall& call,
                  const Responder& respond) {
  if (context.options->disable_file_transfer) {
    return respond(RpcFail(
        {StatusCode::kFileTransferDisabled,
         "goxel.encode_render makes a file, and the daemon runs with "
         "--disable-file-transfer; order base64 with goxel.render_scene"}));
  }
  ConversionOrder order;
  order.session = call.peer->session;
  if (Status read = ReadFormat(call.params, order); !read.ok()) {
    return respond(RpcFail(std::move(read)));
  }
  const auto source = NamedRender(context.store, call.params);
  if (!source) return respond(RpcFail(source.error()));
  order.source = source->id;
  const bool posted = context.renders.Post([&context, order, respond] {
    auto converted = ConvertRender(context.store, order);
    if (!converted) return respond(RpcFail(std::move(converted.error())));
    context.on_commit(converted->info);
    respond(ConversionReply(context.store, *converted));
  });
  if (!posted) {
    respond(RpcFail({StatusCode::kUnavailable, "the daemon is shutting down"}));
  }
}

}  // namespace

void AddEncodeMethod(MethodTable& table, const MethodContext& context) {
  table.Add(
      {.name = "goxel.encode_render",
       .description = "Make another file of a render's picture",
       .runs_on = RunsOn::kServer,
       .call = [&context](const MethodCall& call, const Responder& respond) {
         EncodeRender(context, call, respond);
       }});
}

}  // namespace goxel
