#include "daemon/render_key.h"

#include <xxhash.h>

#include <algorithm>
#include <optional>

namespace goxel {
namespace {

std::string_view WordOf(PngCompression compression) {
  switch (compression) {
    case PngCompression::kBalanced:
      return "balanced";
    case PngCompression::kSmallest:
      return "smallest";
    default:
      return "fast";
  }
}

std::array<double, 16> ColumnMajor(const glm::dmat4& matrix) {
  std::array<double, 16> numbers{};
  for (int i = 0; i < 16; ++i) {
    numbers[static_cast<std::size_t>(i)] = matrix[i / 4][i % 4];
  }
  return numbers;
}

KeyCamera KeyCameraOf(const CameraRequest& request) {
  KeyCamera camera{.azimuth = request.azimuth,
                   .elevation = request.elevation,
                   .roll = request.roll,
                   .distance = request.distance,
                   .target = request.target,
                   .eye = request.eye,
                   .up = request.up,
                   .fov = request.fov.value_or(kDefaultFovDegrees),
                   .orthographic = request.orthographic,
                   .ortho_height = request.ortho_height,
                   .ortho_width = request.ortho_width,
                   .near_plane = request.near_plane,
                   .far_plane = request.far_plane,
                   .margin = request.margin};
  if (request.matrix) camera.matrix = ColumnMajor(*request.matrix);
  if (const auto& k = request.intrinsics) {
    camera.intrinsics = {k->fx, k->fy, k->cx, k->cy};
  }
  return camera;
}

KeyColor KeyColorOf(Color color) {
  return {color.r, color.g, color.b, color.a};
}

std::optional<KeyColor> KeyColorOf(const std::optional<Color>& color) {
  return color ? std::optional(KeyColorOf(*color)) : std::nullopt;
}

KeyLight KeyLightOf(const LightSettings& light) {
  return {.azimuth = light.azimuth,
          .elevation = light.elevation,
          .follows_camera = light.follows_camera,
          .intensity = light.intensity,
          .ambient = light.ambient,
          .shadow = light.shadow};
}

void AddLook(const RenderSettings& settings, KeyFields& fields) {
  fields.style = ToString(settings.style);
  fields.samples = settings.samples_per_side * settings.samples_per_side;
  fields.background = KeyColorOf(settings.background);
  fields.background_bottom = KeyColorOf(settings.background_bottom);
  fields.transparent = settings.transparent;
  if (settings.shadows) fields.shadows = ToString(*settings.shadows);
  fields.ambient_occlusion = settings.ambient_occlusion;
  if (const auto& outline = settings.outline) {
    fields.outline = {.width = outline->width,
                      .color = KeyColorOf(outline->color)};
  }
  fields.ground = settings.ground;
  fields.light = KeyLightOf(settings.light);
}

std::optional<int> QualityOf(const SceneRenderRequest& request) {
  const bool counts = request.format == RenderFormat::kJpg &&
                      request.quality != kDefaultJpgQuality;
  return counts ? std::optional(request.quality) : std::nullopt;
}

}  // namespace

std::uint64_t BuildHashOf(std::string_view build_id) {
  return std::max<std::uint64_t>(XXH3_64bits(build_id.data(), build_id.size()),
                                 1);
}

KeyFields KeyFieldsOf(const SceneRenderRequest& request,
                      const Hash128& volume_hash, std::string_view build_id) {
  KeyFields fields{.scene = {.high = volume_hash.high, .low = volume_hash.low},
                   .build_hash = BuildHashOf(build_id),
                   .width = request.width,
                   .height = request.height,
                   .camera = KeyCameraOf(request.camera),
                   .quality = QualityOf(request)};
  AddLook(request.settings, fields);
  return fields;
}

KeyVariant VariantOf(const SceneRenderRequest& request) {
  return VariantOf(request.format, WordOf(request.compression));
}

ContentKey MakeContentKey(const SceneRenderRequest& request,
                          const Hash128& volume_hash,
                          std::string_view build_id) {
  return MakeContentKey(KeyFieldsOf(request, volume_hash, build_id),
                        VariantOf(request));
}

}  // namespace goxel
