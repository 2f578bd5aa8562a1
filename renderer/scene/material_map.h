// Which material each voxel of a scene's view has: that of its layer, or, where
// the layer has none, that of the palette entry with its colour. Of entries
// with the same colour the first counts that has any but the default material.
//
// Only what shows in a picture counts. Materials that differ in nothing else
// than their names are one; and a surface that is hardly metallic is a dull
// one, which looks alike whatever its roughness.
//
// Immutable and cheap to copy; any thread may use it.

#ifndef RENDERER_SCENE_MATERIAL_MAP_H_
#define RENDERER_SCENE_MATERIAL_MAP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "renderer/scene/scene.h"
#include "renderer/scene/voxel_origins.h"

namespace goxel {

// Index into MaterialMap::materials().
using MaterialIndex = std::uint8_t;

// Up to this a surface counts as not metallic: the default material is so much.
inline constexpr float kDullMetallic = 0.2f;

class MaterialMap {
 public:
  static constexpr std::size_t kMaxMaterials = 256;

  // Every voxel has the default material.
  MaterialMap() = default;

  // Of Composite(scene). Beyond kMaxMaterials all further ones become the
  // default one.
  explicit MaterialMap(const Scene& scene);

  // What voxels may have, none twice and none with a name; the first is the
  // default one. Factors are from 0 to 1, emissions from 0.
  const std::vector<Material>& materials() const { return materials_; }

  // True when no voxel has any but the default material.
  bool uniform() const { return materials_.size() == 1; }

  // Of a material that lets through what is behind it.
  bool IsTranslucent(MaterialIndex index) const {
    return materials_[index].color[3] < 1;
  }
  bool has_translucent() const { return has_translucent_; }

  // Equal for maps that give equal voxels equal materials.
  Hash128 digest() const { return digest_; }

  // True when voxels of equal red, green and blue have equal materials, which
  // OfColor() then tells.
  bool by_color() const { return layers_.size() == 1; }

  // REQUIRES: by_color()
  MaterialIndex OfColor(Color color) const {
    return layers_.front() ? *layers_.front() : InPalette(color);
  }

  // The colours that have a translucent material, where colour tells it and
  // they are few, so that one can look for each; their alpha means nothing.
  const std::optional<std::vector<Color>>& translucent_colors() const {
    return translucent_colors_;
  }

  // Equal for maps whose OfColor() gives equal indices, whatever the materials
  // there are.
  // REQUIRES: by_color()
  Hash128 color_digest() const { return color_digest_; }

 private:
  friend class TileMaterials;

  // Of colours that have any but the default one. A table with open addressing,
  // since it is asked about every voxel: a power of two of slots, at most half
  // of them in use.
  struct Palette {
    static constexpr std::uint32_t kUnused = 0xFF000000;
    struct Slot {
      std::uint32_t color = kUnused;  // Red, green << 8, blue << 16.
      MaterialIndex material = 0;
    };
    // Where to look for a colour first.
    static std::size_t Start(std::uint32_t color) {
      return color * 0x9E3779B1u >> (32 - kBits);
    }
    static constexpr int kBits = 10;
    static constexpr std::size_t kSlots = std::size_t{1} << kBits;

    void Add(std::uint32_t color, MaterialIndex material);
    MaterialIndex Find(std::uint32_t color) const {
      std::size_t i = Start(color);
      while (slots[i].color != color) {
        if (slots[i].color == kUnused) return 0;
        i = (i + 1) % kSlots;
      }
      return slots[i].material;
    }

    std::array<Slot, kSlots> slots{};
    std::size_t used = 0;
  };

  MaterialIndex Add(const Material& material);
  void AddPalette(const Scene& scene);
  void AddLayers(const Scene& scene);
  // REQUIRES: a layer is by the palette.
  MaterialIndex InPalette(Color color) const {
    return palette_->Find(KeyOf(color));
  }
  static std::uint32_t KeyOf(Color color) {
    return static_cast<std::uint32_t>(color.r | color.g << 8 | color.b << 16);
  }
  void ListTranslucentColors();
  void AppendIndices(std::vector<std::uint32_t>& words) const;
  Hash128 Digest(const Scene& scene) const;

  std::vector<Material> materials_ = {Material{}};
  bool has_translucent_ = false;
  std::optional<std::vector<Color>> translucent_colors_;
  std::shared_ptr<const Palette> palette_;
  // By LayerIndex; nullopt: by the palette, which then has an entry. When all
  // visible layers have the same, it is the only element, and origins_ are of
  // no use.
  std::vector<std::optional<MaterialIndex>> layers_ = {0};
  VoxelOrigins origins_;
  Hash128 digest_;
  Hash128 color_digest_;
};

// The materials of one tile of a view.
class TileMaterials {
 public:
  // The map and the tile must outlive this object.
  TileMaterials(const MaterialMap& map, TileCoord coord, const Tile& tile);

  // Of a voxel, by its index in Tile::voxels; any where there is none.
  MaterialIndex Of(std::size_t index) const {
    if (!layers_) return map_.OfColor(tile_.voxels[index]);
    const auto& material = map_.layers_[(*layers_)[index]];
    return material ? *material : map_.InPalette(tile_.voxels[index]);
  }

 private:
  const MaterialMap& map_;
  const Tile& tile_;
  std::optional<VoxelOwners> layers_;  // nullopt: the map is by colour.
};

}  // namespace goxel

#endif  // RENDERER_SCENE_MATERIAL_MAP_H_
