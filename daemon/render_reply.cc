#include "daemon/render_reply.h"

#include <string>
#include <utility>
#include <variant>

#include "daemon/base64_source.h"
#include "daemon/render_json.h"
#include "transfer/frame.h"

namespace goxel {
namespace {

double Milliseconds(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds / 1000) / 1000.0;
}

void WriteDimensions(ResultWriter& out, std::uint32_t width,
                     std::uint32_t height) {
  out.Key("dimensions")
      .BeginObject()
      .Field("width", width)
      .Field("height", height)
      .EndObject();
}

void WriteRender(ResultWriter& out, const RenderOutcome& outcome) {
  out.Key("render").BeginObject();
  if (outcome.id != 0) out.Field("id", FormatRenderId(outcome.id));
  if (!outcome.key.empty()) out.Field("key", FormatContentKey(outcome.key));
  out.Field("cached", outcome.cached)
      .Field("render_ms", Milliseconds(outcome.times.render_ns))
      .Field("transfer_ms", Milliseconds(outcome.times.transfer_ns));
  if (outcome.pixel_path) out.Field("path", ToString(*outcome.pixel_path));
  out.EndObject();
}

void WriteCameraField(ResultWriter& out, const SceneRenderRequest& request,
                      const RenderOutcome& outcome) {
  out.Key("camera");
  WriteCamera(out, outcome.camera, request.width, request.height);
}

void WriteMapping(ResultWriter& out, const SceneRenderRequest& request) {
  const std::uint64_t stride = std::uint64_t{request.width} * 4;
  out.Key("mapping")
      .BeginObject()
      .Field("offset", kFramePixelOffset)
      .Field("length", stride * request.height)
      .Field("stride", stride)
      .Field("pixel_format", "rgba8")
      .Field("origin", "top_left")
      .Field("color_space", "srgb")
      .Field("alpha", "straight")
      .EndObject();
}

void WriteDegraded(ResultWriter& out, const RenderOutcome& outcome) {
  if (!outcome.degraded) return;
  const Status& cause = outcome.degraded->cause;
  out.Key("degraded")
      .BeginObject()
      .Field("requested", ToString(outcome.degraded->requested))
      .Field("delivered", ToString(outcome.degraded->delivered))
      .Field("reason", ToString(cause.code()));
  for (const StatusDetail& detail : cause.details()) {
    const auto* word = std::get_if<std::string>(&detail.value);
    if (detail.key == "errno" && word != nullptr) out.Field("errno", *word);
  }
  out.Field("message", cause.message()).EndObject();
}

// Key and nonce stand here and nowhere else.
void WriteEncryption(ResultWriter& out, const RenderEncryption& encryption) {
  out.Key("encryption")
      .BeginObject()
      .Field("algorithm", kEncryptionAlgorithm)
      .Field("key", FormatSecretBytes(encryption.secret.key))
      .Field("nonce", FormatSecretBytes(encryption.secret.nonce))
      .Field("tag_bytes", kEncryptionTagBytes)
      .Field("header_bytes", kEncryptedHeaderBytes)
      .Field("format", ToString(encryption.inner_format))
      .EndObject();
}

void WriteFile(ResultWriter& out, const RenderOutcome& outcome) {
  const RenderInfo& file = outcome.info ? *outcome.info : *outcome.exported;
  out.Key("file").BeginObject();
  WriteFileFields(out, file, outcome.path);
  out.EndObject();
}

RpcReply FileReply(const SceneRenderRequest& request,
                   const RenderOutcome& outcome) {
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteDelivered(out, request, outcome);
  out.EndObject();
  return out.Reply();
}

RpcReply DescriptorReply(const SceneRenderRequest& request,
                         RenderOutcome outcome) {
  const std::uint64_t pixel_bytes =
      std::uint64_t{request.width} * request.height * 4;
  ResultWriter out;
  out.BeginObject().Field("success", true).Key("file").BeginObject();
  out.Field("size", kFramePixelOffset + pixel_bytes)
      .Field("format", ToString(request.format));
  WriteDimensions(out, request.width, request.height);
  out.EndObject();
  WriteRender(out, outcome);
  WriteCameraField(out, request, outcome);
  WriteMapping(out, request);
  WriteDegraded(out, outcome);
  out.EndObject();
  RpcReply reply = out.Reply();
  reply.descriptor = std::move(outcome.descriptor);
  return reply;
}

// Opens a string that the reply's TextSource fills; returns where.
std::size_t WriteOpenString(ResultWriter& out, std::string_view key) {
  out.Key(key).Raw("\"\"");
  return out.size() - 1;
}

// Clients that ask for nothing in particular know `image` as the text itself.
std::size_t WriteLegacyImage(ResultWriter& out,
                             const SceneRenderRequest& request) {
  out.Field("width", request.width)
      .Field("height", request.height)
      .Field("format", ToString(request.format));
  return WriteOpenString(out, "image");
}

std::size_t WriteImage(ResultWriter& out, const SceneRenderRequest& request,
                       std::size_t size) {
  const bool raw = request.format == RenderFormat::kPam;
  out.Key("image")
      .BeginObject()
      .Field("encoding", "base64")
      .Field("format", raw ? "raw" : ToString(request.format))
      .Field("size", size);
  WriteDimensions(out, request.width, request.height);
  if (raw) {
    out.Field("stride", std::uint64_t{request.width} * 4)
        .Field("pixel_format", "rgba8");
  }
  const std::size_t insert_at = WriteOpenString(out, "data");
  out.EndObject();
  return insert_at;
}

RpcReply InlineReply(const SceneRenderRequest& request,
                     const RenderOutcome& outcome) {
  ResultWriter out;
  out.BeginObject().Field("success", true);
  std::size_t insert_at = 0;
  if (request.legacy_reply) {
    insert_at = WriteLegacyImage(out, request);
    WriteRenderFacts(out, request, outcome);
    WriteDegraded(out, outcome);
  } else {
    insert_at = *WriteDelivered(out, request, outcome);
  }
  out.EndObject();
  RpcReply reply = out.Reply();
  reply.inserted = std::make_unique<Base64Source>(outcome.inlined);
  reply.insert_at = insert_at;
  return reply;
}

// Exactly what existing clients know.
RpcReply OutputPathReply(const SceneRenderRequest& request) {
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("width", request.width)
      .Field("height", request.height)
      .Field("format", ToString(request.format))
      .Field("output_path", request.output_path.string())
      .EndObject()
      .Reply();
}

RpcReply ReplyInMode(const SceneRenderRequest& request, RenderOutcome outcome) {
  switch (request.mode) {
    case ReturnMode::kFilePath:
    case ReturnMode::kMmap:
      return FileReply(request, outcome);
    case ReturnMode::kFd:
      return DescriptorReply(request, std::move(outcome));
    case ReturnMode::kBase64:
      return InlineReply(request, outcome);
    case ReturnMode::kOutputPath:
      break;
  }
  return outcome.exported ? FileReply(request, outcome)
                          : OutputPathReply(request);
}

}  // namespace

void WriteRenderFacts(ResultWriter& out, const SceneRenderRequest& request,
                      const RenderOutcome& outcome) {
  WriteRender(out, outcome);
  if (!request.sheet) WriteCameraField(out, request, outcome);
}

std::optional<std::size_t> WriteDelivered(ResultWriter& out,
                                          const SceneRenderRequest& request,
                                          const RenderOutcome& outcome) {
  std::optional<std::size_t> insert_at;
  if (outcome.inlined) {
    insert_at = WriteImage(out, request, outcome.inlined->bytes().size());
  } else {
    WriteFile(out, outcome);
  }
  WriteRenderFacts(out, request, outcome);
  if (request.mode == ReturnMode::kMmap) WriteMapping(out, request);
  if (outcome.encryption) WriteEncryption(out, *outcome.encryption);
  WriteDegraded(out, outcome);
  return insert_at;
}

void WriteFileFields(ResultWriter& out, const RenderInfo& info,
                     std::string_view path) {
  out.Field("path", path)
      .Field("size", info.size_bytes)
      .Field("format", ToString(info.format));
  WriteDimensions(out, info.width, info.height);
  out.Field("checksum", FormatChecksum(info.checksum))
      .Field("created_at", info.created_unix_s)
      .Field("expires_at", info.expires_unix_ns / kNanosecondsPerSecond);
}

void WriteMapping(ResultWriter& out, const RenderInfo& info) {
  if (info.pixel_format == PixelFormat::kEncoded) return;
  out.Key("mapping")
      .BeginObject()
      .Field("offset", info.pixel_offset)
      .Field("length", std::uint64_t{info.stride_bytes} * info.height)
      .Field("stride", info.stride_bytes)
      .Field("pixel_format", ToString(info.pixel_format))
      .Field("origin", "top_left");
  if (info.pixel_format == PixelFormat::kRgba8) {
    out.Field("color_space", "srgb").Field("alpha", "straight");
  }
  out.EndObject();
}

RpcReply MakeRenderReply(const SceneRenderRequest& request,
                         RenderOutcome outcome) {
  if (!outcome.degraded) return ReplyInMode(request, std::move(outcome));
  const SceneRenderRequest delivered =
      InMode(request, outcome.degraded->delivered);
  return ReplyInMode(delivered, std::move(outcome));
}

}  // namespace goxel
