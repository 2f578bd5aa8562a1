#include "daemon/render_key.h"

#include <xxhash.h>

#include <algorithm>
#include <optional>

namespace goxel {
namespace {

std::string_view WordOf(Style style) {
  return style == Style::kFlat ? "flat" : "lit";
}

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
                   .fov = request.fov,
                   .orthographic = request.orthographic,
                   .ortho_height = request.ortho_height,
                   .matrix = {},
                   .margin = request.margin};
  if (request.matrix) camera.matrix = ColumnMajor(*request.matrix);
  return camera;
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
  const RenderSettings& settings = request.settings;
  const Color background =
      settings.background.value_or(kDefaultBackground);
  return {
      .scene = {.high = volume_hash.high, .low = volume_hash.low},
      .build_hash = BuildHashOf(build_id),
      .width = request.width,
      .height = request.height,
      .camera = KeyCameraOf(request.camera),
      .shading = std::string(WordOf(settings.style)),
      .background = {background.r, background.g, background.b, background.a},
      .transparent = settings.transparent,
      .quality = QualityOf(request)};
}

ContentKey MakeContentKey(const SceneRenderRequest& request,
                          const Hash128& volume_hash,
                          std::string_view build_id) {
  return MakeContentKey(KeyFieldsOf(request, volume_hash, build_id),
                        VariantOf(request.format, WordOf(request.compression)));
}

}  // namespace goxel
