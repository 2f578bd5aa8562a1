#include "daemon/render_json.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "renderer/look.h"

namespace goxel {
namespace {

void WriteNumbers(ResultWriter& out, std::string_view key,
                  std::span<const double> numbers) {
  out.Key(key).BeginArray();
  for (const double number : numbers) out.Value(number);
  out.EndArray();
}

void WriteMatrix(ResultWriter& out, const glm::dmat4& matrix) {
  WriteNumbers(out, "matrix", std::span(&matrix[0][0], 16));
}

void WriteIntrinsics(ResultWriter& out, std::string_view key,
                     const Intrinsics& k) {
  out.Key(key).BeginArray();
  for (const auto& row : {std::array{k.fx, 0.0, k.cx},
                          std::array{0.0, k.fy, k.cy},
                          {0.0, 0.0, 1.0}}) {
    out.BeginArray();
    for (const double number : row) out.Value(number);
    out.EndArray();
  }
  out.EndArray();
}

void WritePose(ResultWriter& out, const Camera& camera) {
  out.Field("azimuth", camera.azimuth)
      .Field("elevation", camera.elevation)
      .Field("roll", camera.roll)
      .Field("distance", camera.distance);
  WriteNumbers(out, "target", std::span(&camera.target[0], 3));
  if (camera.orthographic) {
    out.Field("ortho", true).Field("ortho_height", camera.ortho_height);
  } else if (camera.intrinsics) {
    WriteIntrinsics(out, "intrinsics", *camera.intrinsics);
  } else {
    out.Field("fov", camera.fov);
  }
  if (camera.planes_given) {
    out.Field("near", camera.near_plane).Field("far", camera.far_plane);
  }
}

void WriteIfGiven(ResultWriter& out, std::string_view key,
                  const std::optional<double>& number) {
  if (number) out.Field(key, *number);
}

void WriteIfGiven(ResultWriter& out, std::string_view key,
                  const std::optional<std::array<double, 3>>& point) {
  if (point) WriteNumbers(out, key, *point);
}

void WriteProjection(ResultWriter& out, const CameraRequest& request) {
  if (request.intrinsics) {
    WriteIntrinsics(out, "intrinsics", *request.intrinsics);
  } else {
    out.Field("fov", request.fov.value_or(kDefaultFovDegrees));
  }
  if (request.orthographic) out.Field("ortho", true);
  WriteIfGiven(out, "ortho_height", request.ortho_height);
  WriteIfGiven(out, "ortho_width", request.ortho_width);
  WriteIfGiven(out, "near", request.near_plane);
  WriteIfGiven(out, "far", request.far_plane);
  out.Field("margin", request.margin);
}

void WriteColor(ResultWriter& out, std::string_view key, Color color) {
  out.Key(key).BeginArray();
  for (const auto channel : {color.r, color.g, color.b, color.a}) {
    out.Value(channel);
  }
  out.EndArray();
}

void WriteBackground(ResultWriter& out, const RenderSettings& settings) {
  if (settings.transparent) {
    out.Field("transparent", true);
    return;
  }
  const auto [top, bottom] = ResolveBackground(settings);
  WriteColor(out, "background_color", top);
  if (bottom != top) WriteColor(out, "background_bottom", bottom);
}

}  // namespace

void WriteLight(ResultWriter& out, const LightSettings& light) {
  out.BeginObject();
  if (light.azimuth) out.Field("azimuth", *light.azimuth);
  if (light.elevation) out.Field("elevation", *light.elevation);
  if (light.follows_camera) out.Field("follows_camera", *light.follows_camera);
  out.Field("intensity", light.intensity)
      .Field("ambient", light.ambient)
      .Field("shadow", light.shadow)
      .EndObject();
}

void WriteCamera(ResultWriter& out, const Camera& camera, std::uint32_t width,
                 std::uint32_t height) {
  out.BeginObject();
  WritePose(out, camera);
  WriteMatrix(out, camera.camera_to_world);
  if (!camera.orthographic) {
    WriteIntrinsics(out, "K",
                    IntrinsicsOf(camera, static_cast<int>(width),
                                 static_cast<int>(height)));
  }
  out.EndObject();
}

void WriteCameraRequest(ResultWriter& out, const CameraRequest& request) {
  out.BeginObject();
  if (request.stored) {
    out.Key("stored");
    std::visit([&out](const auto& choice) { out.Value(choice); },
               *request.stored);
  }
  WriteIfGiven(out, "azimuth", request.azimuth);
  WriteIfGiven(out, "elevation", request.elevation);
  out.Field("roll", request.roll);
  WriteIfGiven(out, "distance", request.distance);
  WriteIfGiven(out, "target", request.target);
  WriteIfGiven(out, "eye", request.eye);
  WriteIfGiven(out, "up", request.up);
  if (request.matrix) WriteMatrix(out, *request.matrix);
  WriteProjection(out, request);
  out.EndObject();
}

std::string CameraJson(const Camera& camera) {
  ResultWriter out;
  out.BeginObject();
  WritePose(out, camera);
  out.EndObject();
  return out.Text();
}

std::string SettingsJson(const RenderSettings& settings) {
  ResultWriter out;
  out.BeginObject()
      .Field("style", ToString(settings.style))
      .Field("samples", settings.samples_per_side * settings.samples_per_side);
  WriteBackground(out, settings);
  if (settings.shadows) out.Field("shadows", ToString(*settings.shadows));
  if (settings.ambient_occlusion) {
    out.Field("ambient_occlusion", *settings.ambient_occlusion);
  }
  if (settings.outline) {
    out.Key("outline").BeginObject().Field("width", settings.outline->width);
    WriteColor(out, "color", settings.outline->color);
    out.EndObject();
  }
  if (settings.ground) out.Field("ground", true);
  if (settings.light != LightSettings()) {
    out.Key("light");
    WriteLight(out, settings.light);
  }
  out.EndObject();
  return out.Text();
}

}  // namespace goxel
