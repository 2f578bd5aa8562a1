#include "clients/cpp/request.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

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

void WriteIfGiven(Writer& writer, const char* key,
                  const std::optional<double>& number) {
  if (!number) return;
  writer.Key(key);
  writer.Double(*number);
}

void WriteIfGiven(Writer& writer, const char* key, std::string_view text) {
  if (!text.empty()) WriteMember(writer, key, text);
}

void WriteIfGiven(Writer& writer, const char* key,
                  const std::optional<Rgba>& color) {
  if (!color) return;
  writer.Key(key);
  writer.StartArray();
  for (const std::uint8_t channel : *color) writer.Uint(channel);
  writer.EndArray();
}

void WriteFlag(Writer& writer, const char* key, bool value) {
  if (!value) return;
  writer.Key(key);
  writer.Bool(true);
}

bool IsPlain(const RenderCamera& camera) {
  return !camera.azimuth && !camera.elevation && !camera.roll && !camera.fov &&
         !camera.orthographic && camera.stored.empty() && !camera.matrix;
}

void WriteCamera(Writer& writer, const RenderCamera& camera) {
  WriteIfGiven(writer, "camera_preset", camera.preset);
  if (IsPlain(camera)) return;
  writer.Key("camera");
  writer.StartObject();
  WriteIfGiven(writer, "azimuth", camera.azimuth);
  WriteIfGiven(writer, "elevation", camera.elevation);
  WriteIfGiven(writer, "roll", camera.roll);
  WriteIfGiven(writer, "fov", camera.fov);
  WriteFlag(writer, "ortho", camera.orthographic);
  WriteIfGiven(writer, "stored", camera.stored);
  if (camera.matrix) {
    writer.Key("matrix");
    writer.StartArray();
    for (const double number : *camera.matrix) writer.Double(number);
    writer.EndArray();
  }
  writer.EndObject();
}

void WriteLook(Writer& writer, const RenderLook& look) {
  WriteIfGiven(writer, "style", look.style);
  WriteIfGiven(writer, "shadows", look.shadows);
  if (look.ambient_occlusion) {
    writer.Key("ambient_occlusion");
    writer.Bool(*look.ambient_occlusion);
  }
  if (look.samples) {
    writer.Key("samples");
    writer.Int(*look.samples);
  }
  if (look.outline_width) {
    writer.Key("outline");
    writer.StartObject();
    WriteIfGiven(writer, "width", look.outline_width);
    writer.EndObject();
  }
  WriteFlag(writer, "ground", look.ground);
  WriteIfGiven(writer, "background_color", look.background);
  WriteIfGiven(writer, "background_bottom", look.background_bottom);
  WriteFlag(writer, "transparent", look.transparent);
  if (!look.light_azimuth && !look.light_elevation) return;
  writer.Key("light");
  writer.StartObject();
  WriteIfGiven(writer, "azimuth", look.light_azimuth);
  WriteIfGiven(writer, "elevation", look.light_elevation);
  writer.EndObject();
}

// JSON has no other numbers.
Status CheckFinite(const RenderRequest& request) {
  const RenderCamera& camera = request.camera;
  const RenderLook& look = request.look;
  std::vector<double> numbers;
  for (const auto& number :
       {camera.azimuth, camera.elevation, camera.roll, camera.fov,
        look.outline_width, look.light_azimuth, look.light_elevation}) {
    if (number) numbers.push_back(*number);
  }
  if (camera.matrix) {
    numbers.insert(numbers.end(), camera.matrix->begin(), camera.matrix->end());
  }
  const auto bad = std::ranges::find_if_not(
      numbers, [](double number) { return std::isfinite(number); });
  if (bad == numbers.end()) return {};
  return {StatusCode::kInvalidArgument,
          fmt::format("a number of the camera or the look is {}; give finite "
                      "ones",
                      *bad)};
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

// The members of `options`.
void WriteOptions(Writer& writer, const RenderRequest& request,
                  std::string_view return_mode) {
  WriteMember(writer, "return_mode", return_mode);
  if (return_mode == "file_path") {
    WriteMember(writer, "format", request.format);
  }
  if (return_mode != "fd") WriteFallback(writer, request, return_mode);
  if (!request.cache.empty()) WriteMember(writer, "cache", request.cache);
  WriteLook(writer, request.look);
  WriteFlag(writer, "encrypt", request.encrypt);
  WriteFlag(writer, "progress", request.on_progress != nullptr);
  if (request.ttl) {
    writer.Key("ttl_seconds");
    writer.Int64(request.ttl->count());
  }
}

void WriteProjectAndSize(Writer& writer, const RenderRequest& request) {
  WriteIfGiven(writer, "project_id", request.project_id);
  WriteIfGiven(writer, "request_id", request.request_id);
  writer.Key("width");
  writer.Uint(request.width);
  writer.Key("height");
  writer.Uint(request.height);
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
  if (Status finite = CheckFinite(request); !finite.ok()) {
    return Fail(std::move(finite));
  }
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  WriteProjectAndSize(writer, request);
  WriteCamera(writer, request.camera);
  writer.Key("options");
  writer.StartObject();
  WriteOptions(writer, request, return_mode);
  writer.EndObject();
  writer.EndObject();
  return TextOf(buffer);
}

Result<std::string> WriteViewsParams(const ViewsOrder& order) {
  if (Status finite = CheckFinite(order.frame); !finite.ok()) {
    return Fail(std::move(finite));
  }
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  WriteProjectAndSize(writer, order.frame);
  for (const auto& [key, json] : order.choices) {
    writer.Key(key);
    writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  }
  writer.Key("options");
  writer.StartObject();
  WriteOptions(writer, order.frame, "file_path");
  WriteFlag(writer, "stream", true);
  WriteIfGiven(writer, "output_dir", order.output_directory);
  writer.EndObject();
  writer.EndObject();
  return TextOf(buffer);
}

}  // namespace goxel
