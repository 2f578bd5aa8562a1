#include "clients/cpp/request.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

namespace goxel {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void WriteText(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void WriteMember(Writer& writer, const char* key, std::string_view text) {
  writer.Key(key);
  WriteText(writer, text);
}

std::string TextOf(const rapidjson::StringBuffer& buffer) {
  return {buffer.GetString(), buffer.GetSize()};
}

void WriteCamera(Writer& writer, const RenderRequest& request) {
  if (!request.camera_preset.empty()) {
    WriteMember(writer, "camera_preset", request.camera_preset);
  }
  if (!request.azimuth && !request.elevation) return;
  writer.Key("camera");
  writer.StartObject();
  if (request.azimuth) {
    writer.Key("azimuth");
    writer.Double(*request.azimuth);
  }
  if (request.elevation) {
    writer.Key("elevation");
    writer.Double(*request.elevation);
  }
  writer.EndObject();
}

// In which modes the client can use a picture that found no file.
void WriteFallback(Writer& writer, const RenderRequest& request,
                   std::string_view return_mode) {
  writer.Key("fallback");
  writer.StartArray();
  if (return_mode == "mmap" && request.accept_degraded) {
    WriteText(writer, "fd");
  }
  const bool as_png = request.format == "png" && !request.encrypt;
  if (return_mode == "file_path" && request.accept_degraded && as_png) {
    WriteText(writer, "base64");
  }
  writer.EndArray();
}

void WriteFlag(Writer& writer, const char* key, bool value) {
  if (!value) return;
  writer.Key(key);
  writer.Bool(true);
}

void WriteOptions(Writer& writer, const RenderRequest& request,
                  std::string_view return_mode) {
  writer.Key("options");
  writer.StartObject();
  WriteMember(writer, "return_mode", return_mode);
  if (return_mode == "file_path") {
    WriteMember(writer, "format", request.format);
  }
  if (return_mode != "fd") WriteFallback(writer, request, return_mode);
  if (!request.cache.empty()) WriteMember(writer, "cache", request.cache);
  WriteFlag(writer, "transparent", request.transparent);
  WriteFlag(writer, "encrypt", request.encrypt);
  WriteFlag(writer, "progress", request.on_progress != nullptr);
  if (request.ttl) {
    writer.Key("ttl_seconds");
    writer.Int64(request.ttl->count());
  }
  writer.EndObject();
}

}  // namespace

Result<std::string> WriteRequestLine(std::uint64_t id, std::string_view method,
                                     std::string_view params) {
  const std::size_t first = params.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && params[first] != '[' &&
      params[first] != '{') {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("the parameters of {} begin with '{}'; they must "
                            "be a JSON array or object",
                            method, params[first]));
  }
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  WriteText(writer, method);
  std::string line =
      fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":{})", id,
                  std::string_view(buffer.GetString(), buffer.GetSize()));
  if (first != std::string_view::npos) {
    line.append(R"(,"params":)").append(params);
  }
  line += "}\n";
  return line;
}

std::string WriteStringParams(std::initializer_list<StringParam> params) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  for (const auto& [key, value] : params) {
    if (!value.empty()) WriteMember(writer, key, value);
  }
  writer.EndObject();
  return TextOf(buffer);
}

std::string WriteEphemeralProjectParams(std::string_view project_id) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  WriteMember(writer, "project_id", project_id);
  WriteFlag(writer, "ephemeral", true);
  writer.EndObject();
  return TextOf(buffer);
}

Result<std::string> WriteRenderParams(const RenderRequest& request,
                                      std::string_view return_mode) {
  for (const double angle :
       {request.azimuth.value_or(0), request.elevation.value_or(0)}) {
    if (!std::isfinite(angle)) {
      return Fail(
          StatusCode::kInvalidArgument,
          fmt::format("camera angle {} is not a number of degrees", angle));
    }
  }
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  if (!request.project_id.empty()) {
    WriteMember(writer, "project_id", request.project_id);
  }
  writer.Key("width");
  writer.Uint(request.width);
  writer.Key("height");
  writer.Uint(request.height);
  WriteCamera(writer, request);
  WriteOptions(writer, request, return_mode);
  writer.EndObject();
  return TextOf(buffer);
}

}  // namespace goxel
