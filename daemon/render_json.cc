#include "daemon/render_json.h"

namespace goxel {
namespace {

void WritePose(ResultWriter& out, const Camera& camera) {
  out.Field("azimuth", camera.azimuth)
      .Field("elevation", camera.elevation)
      .Field("roll", camera.roll)
      .Field("distance", camera.distance);
  out.Key("target").BeginArray();
  for (int axis = 0; axis < 3; ++axis) out.Value(camera.target[axis]);
  out.EndArray();
  if (camera.orthographic) {
    out.Field("ortho", true).Field("ortho_height", camera.ortho_height);
  } else {
    out.Field("fov", camera.fov);
  }
}

}  // namespace

void WriteCamera(ResultWriter& out, const Camera& camera) {
  out.BeginObject();
  WritePose(out, camera);
  out.Key("matrix").BeginArray();
  for (int i = 0; i < 16; ++i) out.Value(camera.camera_to_world[i / 4][i % 4]);
  out.EndArray().EndObject();
}

std::string CameraJson(const Camera& camera) {
  ResultWriter out;
  out.BeginObject();
  WritePose(out, camera);
  out.EndObject();
  return out.Text();
}

std::string SettingsJson(const RenderSettings& settings) {
  const Color background =
      settings.background.value_or(kDefaultBackground);
  ResultWriter out;
  out.BeginObject().Field("shading",
                          settings.style == Style::kFlat ? "flat" : "lit");
  if (settings.transparent) {
    out.Field("transparent", true);
  } else {
    out.Key("background_color").BeginArray();
    for (const auto channel :
         {background.r, background.g, background.b, background.a}) {
      out.Value(channel);
    }
    out.EndArray();
  }
  out.EndObject();
  return out.Text();
}

}  // namespace goxel
