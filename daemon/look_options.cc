#include "daemon/look_options.h"

#include <array>

#include "daemon/json_values.h"
#include "daemon/option_reader.h"
#include "daemon/voxel_color.h"

namespace goxel {
namespace {

// What options.style is called in older requests.
constexpr std::array<std::string_view, 2> kShadings = {"lit", "flat"};

Status ReadShading(Json value, std::string_view name, Style& style) {
  auto position = ReadWord(value, name, kShadings);
  if (!position) return position.error();
  style = *position == 0 ? Style::kDefault : Style::kFlat;
  return {};
}

Status ReadBackground(Json value, std::string_view name,
                      RenderSettings& settings) {
  const auto color = ReadChannels(value, name);
  if (!color) return color.error();
  settings.background = *color;
  if (color->a == 0) settings.transparent = true;
  return {};
}

Status ReadBackgroundBottom(Json value, std::string_view name,
                            RenderSettings& settings) {
  const auto color = ReadChannels(value, name);
  if (!color) return color.error();
  settings.background_bottom = *color;
  return {};
}

Status ReadShadows(Json value, std::string_view name,
                   std::optional<Shadows>& shadows) {
  if (value.is_bool()) {
    const bool wanted = value.get_bool().value_unsafe();
    shadows = wanted ? Shadows::kFast : Shadows::kOff;
    return {};
  }
  if (!value.is_string()) {
    return BadValue(name, value, "true, false, " + Enumerate(kShadowsNames));
  }
  return WordInto(shadows.emplace(), kShadowsNames)(value, name);
}

Status ReadOutline(Json value, std::string_view name,
                   std::optional<Outline>& target) {
  if (value.is_bool()) {
    target.reset();
    if (value.get_bool().value_unsafe()) target.emplace();
    return {};
  }
  if (!value.is_object()) {
    return BadValue(name, value, "true, false or {\"width\":..,\"color\":..}");
  }
  Outline& outline = target.emplace();
  OptionReader members(value, name);
  members.Read("width",
               NumberInto(outline.width, kMinOutlineWidth, kMaxOutlineWidth));
  members.Read("color", [&](Json color, std::string_view member) -> Status {
    const auto read = ReadChannels(color, member);
    if (!read) return read.error();
    outline.color = *read;
    return {};
  });
  return members.status();
}

// 1, 4 or 9.
Status ReadSamples(Json value, std::string_view name, int& samples_per_side) {
  std::int64_t samples = 0;
  if (value.get_int64().get(samples) == simdjson::SUCCESS) {
    for (int side = 1; side <= kMaxSamplesPerSide; ++side) {
      if (samples != std::int64_t{side} * side) continue;
      samples_per_side = side;
      return {};
    }
  }
  return BadValue(name, value, "1, 4 or 9");
}

}  // namespace

Status ReadLookOptions(Json json, RenderSettings& settings) {
  OptionReader options(json, "options");
  options.Read("shading", [&](Json value, std::string_view name) {
    return ReadShading(value, name, settings.style);
  });
  options.Read("style", WordInto(settings.style, kStyleNames));
  options.Read("background_color", [&](Json value, std::string_view name) {
    return ReadBackground(value, name, settings);
  });
  options.Read("background_bottom", [&](Json value, std::string_view name) {
    return ReadBackgroundBottom(value, name, settings);
  });
  options.Read("transparent", FlagInto(settings.transparent));
  options.Read("shadows", [&](Json value, std::string_view name) {
    return ReadShadows(value, name, settings.shadows);
  });
  options.Read("ambient_occlusion", FlagInto(settings.ambient_occlusion));
  options.Read("outline", [&](Json value, std::string_view name) {
    return ReadOutline(value, name, settings.outline);
  });
  options.Read("ground", FlagInto(settings.ground));
  options.Read("samples", [&](Json value, std::string_view name) {
    return ReadSamples(value, name, settings.samples_per_side);
  });
  options.Read("light", [&](Json value, std::string_view name) {
    return ReadLight(value, name, settings.light);
  });
  return options.status();
}

Status ReadLight(Json light, std::string_view name, LightSettings& settings) {
  OptionReader members(light, name);
  members.Read("azimuth", NumberInto(settings.azimuth));
  members.Read("elevation", NumberInto(settings.elevation, -90, 90));
  members.Read("follows_camera", FlagInto(settings.follows_camera));
  members.Read("intensity", NumberInto(settings.intensity, 0, kMaxLightFactor));
  members.Read("ambient", NumberInto(settings.ambient, 0, kMaxLightFactor));
  members.Read("shadow", NumberInto(settings.shadow, 0, 1));
  return members.status();
}

}  // namespace goxel
