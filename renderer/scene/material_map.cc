#include "renderer/scene/material_map.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>

namespace goxel {
namespace {

// What shows of a material.
Material Shown(const Material& material) {
  // Written so that what is no number becomes `least`.
  const auto at_least = [](float value, float least) {
    return value > least ? std::min(value, 1e6f) : least;
  };
  const auto share = [&](float value) {
    return std::min(at_least(value, 0), 1.0f);
  };
  Material shown;
  std::ranges::transform(material.color, shown.color.begin(), share);
  std::ranges::transform(material.emission, shown.emission.begin(),
                         [&](float value) { return at_least(value, 0); });
  if (material.metallic > kDullMetallic) {
    shown.metallic = share(material.metallic);
    shown.roughness = share(material.roughness);
  }
  return shown;
}

// Too little to be told apart in a picture.
bool IsAlike(const Material& a, const Material& b) {
  const auto is_near = [](float one, float other) {
    return std::abs(one - other) < 1.0f / 512;
  };
  return std::ranges::equal(a.color, b.color, is_near) &&
         std::ranges::equal(a.emission, b.emission, is_near) &&
         is_near(a.metallic, b.metallic) && is_near(a.roughness, b.roughness);
}

Color ColorOf(std::uint32_t key) {
  const auto byte = [key](int shift) {
    return static_cast<std::uint8_t>(key >> shift);
  };
  return {byte(0), byte(8), byte(16), 255};
}

bool IsByPalette(const Layer& layer, const Scene& scene) {
  const auto materials = static_cast<std::int64_t>(scene.materials.size());
  return layer.material < 0 || layer.material >= materials;
}

void AppendFloats(std::span<const float> values,
                  std::vector<std::uint32_t>& words) {
  for (const float value : values) {
    words.push_back(std::bit_cast<std::uint32_t>(value));
  }
}

Hash128 HashWords(const std::vector<std::uint32_t>& words) {
  const XXH128_hash_t hash =
      XXH3_128bits(words.data(), words.size() * sizeof(words[0]));
  return {hash.high64, hash.low64};
}

void AppendHash(const Hash128& hash, std::vector<std::uint32_t>& words) {
  for (const std::uint64_t half : {hash.high, hash.low}) {
    words.push_back(static_cast<std::uint32_t>(half));
    words.push_back(static_cast<std::uint32_t>(half >> 32));
  }
}

}  // namespace

MaterialMap::MaterialMap(const Scene& scene) {
  AddLayers(scene);
  if (uniform()) {
    *this = MaterialMap();
    return;
  }
  has_translucent_ = std::ranges::any_of(
      materials_, [](const Material& m) { return m.color[3] < 1; });
  ListTranslucentColors();
  digest_ = Digest(scene);
  std::vector<std::uint32_t> indices;
  AppendIndices(indices);
  color_digest_ = HashWords(indices);
}

void MaterialMap::AddLayers(const Scene& scene) {
  layers_.clear();
  std::vector<std::optional<MaterialIndex>> visible;
  for (const Layer& layer : scene.layers) {
    std::optional<MaterialIndex> material = 0;
    if (!layer.visible) {
      // No voxel of it is seen.
    } else if (!IsByPalette(layer, scene)) {
      material = Add(scene.materials[static_cast<std::size_t>(layer.material)]);
    } else {
      if (palette_ == nullptr) AddPalette(scene);
      if (palette_->used > 0) material = std::nullopt;
    }
    layers_.push_back(material);
    if (layer.visible) visible.push_back(material);
  }
  const bool is_one =
      std::ranges::adjacent_find(visible, std::not_equal_to()) == visible.end();
  if (is_one) {
    layers_ = {visible.empty() ? 0 : visible.front()};
  } else {
    origins_ = VoxelOrigins(scene);
  }
}

void MaterialMap::AddPalette(const Scene& scene) {
  auto palette = std::make_shared<Palette>();
  const auto materials = static_cast<std::int64_t>(scene.materials.size());
  for (const PaletteEntry& entry : scene.palette) {
    if (entry.material < 0 || entry.material >= materials) continue;
    const MaterialIndex index =
        Add(scene.materials[static_cast<std::size_t>(entry.material)]);
    if (index != 0) palette->Add(KeyOf(entry.color), index);
  }
  palette_ = std::move(palette);
}

MaterialIndex MaterialMap::Add(const Material& material) {
  const Material shown = Shown(material);
  const auto found = std::ranges::find_if(
      materials_, [&](const Material& m) { return IsAlike(m, shown); });
  if (found != materials_.end()) {
    return static_cast<MaterialIndex>(found - materials_.begin());
  }
  if (materials_.size() == kMaxMaterials) return 0;
  materials_.push_back(shown);
  return static_cast<MaterialIndex>(materials_.size() - 1);
}

void MaterialMap::Palette::Add(std::uint32_t color, MaterialIndex material) {
  std::size_t i = Start(color);
  while (slots[i].color != kUnused) {
    if (slots[i].color == color) return;
    i = (i + 1) % kSlots;
  }
  if (++used > kSlots / 2) return;
  slots[i] = {color, material};
}

void MaterialMap::ListTranslucentColors() {
  if (!by_color() || layers_.front()) return;
  std::vector<Color> colors;
  for (const Palette::Slot& slot : palette_->slots) {
    const bool is_used = slot.color != Palette::kUnused;
    if (is_used && IsTranslucent(slot.material)) {
      colors.push_back(ColorOf(slot.color));
    }
  }
  constexpr std::size_t kFew = 8;
  if (colors.size() <= kFew) translucent_colors_ = std::move(colors);
}

// Which index each colour and each layer has.
void MaterialMap::AppendIndices(std::vector<std::uint32_t>& words) const {
  if (palette_ != nullptr) {
    // In order: where a slot is depends on the order of the entries.
    std::vector<std::uint32_t> entries;
    for (const Palette::Slot& slot : palette_->slots) {
      if (slot.color == Palette::kUnused) continue;
      entries.push_back(slot.color | std::uint32_t{slot.material} << 24);
    }
    std::ranges::sort(entries);
    words.insert(words.end(), entries.begin(), entries.end());
  }
  for (const auto& material : layers_) words.push_back(material.value_or(256));
}

Hash128 MaterialMap::Digest(const Scene& scene) const {
  std::vector<std::uint32_t> words;
  for (const Material& material : materials_) {
    AppendFloats(material.color, words);
    AppendFloats(material.emission, words);
    AppendFloats({{material.metallic, material.roughness}}, words);
  }
  AppendIndices(words);
  if (layers_.size() > 1) {
    for (const Layer& layer : scene.layers) {
      words.push_back(static_cast<std::uint32_t>(layer.mode));
      AppendHash(layer.visible ? HashVolume(layer.volume) : Hash128{}, words);
    }
  }
  return HashWords(words);
}

TileMaterials::TileMaterials(const MaterialMap& map, TileCoord coord,
                             const Tile& tile)
    : map_(map), tile_(tile) {
  if (!map.by_color()) map.origins_.OfTile(coord, layers_.emplace());
}

}  // namespace goxel
