#include "renderer/look.h"

#include <cmath>

namespace goxel {
namespace {

// What a style has where a request says nothing.
struct StyleDefaults {
  Shadows shadows;
  bool has_occlusion;
  Occlusion occlusion;
  float ground_shadow;
  Color background_top, background_bottom;
};

constexpr Color kGoxelTop = {19, 19, 19, 255};
constexpr Color kGoxelBottom = {121, 121, 121, 255};
constexpr Color kClay = {205, 201, 195, 255};

StyleDefaults DefaultsOf(Style style) {
  switch (style) {
    case Style::kGoxel:
      return {Shadows::kFast, true,      {0.22f, 0.22f},
              0.3f,           kGoxelTop, kGoxelBottom};
    case Style::kFlat:
      return {Shadows::kOff,     false, {0.3f, 0.3f}, 0.4f, kDefaultBackground,
              kDefaultBackground};
    case Style::kClay:
      return {Shadows::kFast,    true, {0.3f, 0.42f}, 0.45f, kDefaultBackground,
              kDefaultBackground};
    case Style::kDefault:
      break;
  }
  return {Shadows::kFast,    true, {0.26f, 0.4f}, 0.45f, kDefaultBackground,
          kDefaultBackground};
}

}  // namespace

BackgroundColors ResolveBackground(const RenderSettings& settings) {
  if (settings.transparent) return {};
  const StyleDefaults defaults = DefaultsOf(settings.style);
  const Color top = settings.background.value_or(defaults.background_top);
  const Color below = settings.background ? top : defaults.background_bottom;
  return {.top = top, .bottom = settings.background_bottom.value_or(below)};
}

Look ResolveLook(const RenderSettings& settings, const Camera& camera) {
  const StyleDefaults defaults = DefaultsOf(settings.style);
  Look look;
  look.light = ResolveLight(settings.style, settings.light, camera);
  look.shadows = settings.shadows.value_or(defaults.shadows);
  if (settings.ambient_occlusion.value_or(defaults.has_occlusion)) {
    look.occlusion = defaults.occlusion;
  }
  if (settings.style == Style::kClay) look.paint = kClay;
  look.materials =
      settings.style != Style::kClay && settings.style != Style::kFlat;
  if (settings.ground) {
    look.ground_shadow =
        defaults.ground_shadow * static_cast<float>(settings.light.shadow);
  }
  if (settings.outline) {
    look.outline = settings.outline;
    look.outline->width *= settings.samples_per_side;
    // A line is found from its far side and the slope there.
    look.apron = static_cast<std::uint32_t>(std::ceil(look.outline->width)) + 1;
  }
  look.background = ResolveBackground(settings);
  return look;
}

}  // namespace goxel
