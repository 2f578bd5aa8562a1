#include "renderer/formats/vox_materials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace goxel {
namespace {

float LinearFromSrgb(std::uint8_t value) {
  const float v = static_cast<float>(value) / 255.0f;
  return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}

// The first of the settings that is there, kept between 0 and 1.
float Share(const VoxDict& settings,
            std::initializer_list<std::string_view> keys, float fallback) {
  for (const std::string_view key : keys) {
    if (const auto value = settings.FindNumber(key)) {
      return std::clamp(*value, 0.0f, 1.0f);
    }
  }
  return fallback;
}

std::array<float, 3> Emission(const VoxDict& settings, Color color) {
  const float flux =
      std::clamp(settings.FindNumber("_flux").value_or(0), 0.0f, 4.0f);
  const float power = Share(settings, {"_emit", "_weight"}, 1) * (1 + flux);
  return {power * LinearFromSrgb(color.r), power * LinearFromSrgb(color.g),
          power * LinearFromSrgb(color.b)};
}

Material Convert(const VoxDict& settings, Color color) {
  constexpr float kLeastOpacity = 0.1f;
  constexpr float kMediaOpacity = 0.35f;
  Material material;
  std::string_view type = settings.Find("_type").value_or("_diffuse");
  if (type.starts_with('_')) type.remove_prefix(1);
  material.name = type;
  material.metallic = 0;
  material.roughness = Share(settings, {"_rough"}, material.roughness);
  if (type == "metal") {
    material.metallic = Share(settings, {"_metal", "_weight"}, 1);
  } else if (type == "glass" || type == "blend") {
    const float clear = Share(settings, {"_alpha", "_trans", "_weight"}, 0.5f);
    material.color[3] = std::max(1 - clear, kLeastOpacity);
  } else if (type == "media") {
    material.color[3] = kMediaOpacity;
  } else if (type == "emit") {
    material.emission = Emission(settings, color);
  }
  return material;
}

bool IsTypeName(std::string_view name) {
  constexpr std::array<std::string_view, 7> kTypes = {
      "diffuse", "metal", "glass", "blend", "media", "emit", "plastic"};
  return std::ranges::find(kTypes, name) != kTypes.end();
}

std::string_view TypeOf(const Material& material) {
  if (IsTypeName(material.name)) return material.name;
  if (std::ranges::max(material.emission) > 0) return "emit";
  if (material.color[3] < 1) return "glass";
  return material.metallic > 0 ? "metal" : "diffuse";
}

// The emission as a multiple of the voxel's own colour, by the channel that has
// most of it.
float EmissionPower(const Material& material, Color color) {
  const std::array<std::uint8_t, 3> own = {color.r, color.g, color.b};
  const auto channel =
      static_cast<std::size_t>(std::ranges::max_element(own) - own.begin());
  if (own[channel] == 0) return 0;
  return material.emission[channel] / LinearFromSrgb(own[channel]);
}

}  // namespace

VoxAttributes VoxMaterialSettings(const Material& material, Color color) {
  const std::string_view type = TypeOf(material);
  VoxAttributes settings = {{"_type", fmt::format("_{}", type)},
                            {"_rough", fmt::format("{}", material.roughness)}};
  const auto add = [&settings](std::string key, float value) {
    settings.emplace_back(std::move(key), fmt::format("{}", value));
  };
  if (type == "metal") {
    add("_metal", material.metallic);
  } else if (type == "glass" || type == "blend") {
    add("_alpha", 1 - material.color[3]);
  } else if (type == "emit") {
    const float power = EmissionPower(material, color);
    add("_emit", std::min(power, 1.0f));
    add("_flux", std::clamp(power - 1, 0.0f, 4.0f));
  }
  return settings;
}

void AddPalette(const VoxFile& file, Scene& scene) {
  scene.palette.resize(file.palette.size());
  for (std::size_t i = 0; i < file.palette.size(); ++i) {
    scene.palette[i].color = file.palette[i];
  }
  for (const VoxMaterial& material : file.materials) {
    // Old writers count from 0 to 255, new ones from 1 to 256; in both, the id
    // is a palette index, and index 0 is no voxel.
    PaletteEntry& entry =
        scene.palette[static_cast<std::uint32_t>(material.id) & 255];
    entry.material = static_cast<std::int32_t>(scene.materials.size());
    scene.materials.push_back(Convert(material.settings, entry.color));
  }
}

}  // namespace goxel
