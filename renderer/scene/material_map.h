// Which material each voxel of a scene's view has: that of its layer, or that
// of the palette entry with its colour.
//
// Immutable and cheap to copy; any thread may use it.

#ifndef RENDERER_SCENE_MATERIAL_MAP_H_
#define RENDERER_SCENE_MATERIAL_MAP_H_

#include <array>
#include <cstdint>
#include <vector>

#include "renderer/scene/scene.h"

namespace goxel {

// Index into MaterialMap::materials().
using MaterialIndex = std::uint8_t;

class MaterialMap {
 public:
  // Every voxel has the default material.
  MaterialMap() = default;

  // Materials in use, none twice; the first is the default one, `Material{}`
  // but for its name.
  const std::vector<Material>& materials() const { return materials_; }

  // True when no voxel has any but the default material.
  bool uniform() const { return materials_.size() == 1; }

  // The materials of a tile of the view, as Tile::voxels has its voxels.
  void OfTile(TileCoord coord, const Tile& tile,
              std::array<MaterialIndex, kTileVoxels>& indices) const;

 private:
  std::vector<Material> materials_ = {Material{}};
};

}  // namespace goxel

#endif  // RENDERER_SCENE_MATERIAL_MAP_H_
