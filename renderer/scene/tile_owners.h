// For each voxel of a tile, which of several owners it has: a layer of the
// scene, an object of a layer.

#ifndef RENDERER_SCENE_TILE_OWNERS_H_
#define RENDERER_SCENE_TILE_OWNERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "renderer/scene/volume.h"

namespace goxel {

// A place in a list that whoever keeps the owners has.
using OwnerIndex = std::uint16_t;

// As Tile::voxels has its voxels.
using VoxelOwners = std::array<OwnerIndex, kTileVoxels>;

// A tile of one owner has no array.
struct TileOwners {
  OwnerIndex owner = 0;
  std::shared_ptr<const VoxelOwners> owners;

  OwnerIndex At(std::size_t index) const {
    return owners == nullptr ? owner : (*owners)[index];
  }
};

using TileOwnersTable =
    std::unordered_map<TileCoord, TileOwners, TileCoordHash>;

}  // namespace goxel

#endif  // RENDERER_SCENE_TILE_OWNERS_H_
