#include "renderer/scene/material_map.h"

namespace goxel {

void MaterialMap::OfTile(
    TileCoord, const Tile&,
    std::array<MaterialIndex, kTileVoxels>& indices) const {
  indices.fill(0);
}

}  // namespace goxel
