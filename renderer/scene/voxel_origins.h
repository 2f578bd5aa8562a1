// Which layer each voxel that is seen of a scene came from.
//
// A voxel that several layers have had a part in is the topmost one's that gave
// it its colour, or more of it than all below; layers that only cut, paint or
// fade what is below them own nothing of it.
//
// Immutable and cheap to copy; any thread may use it.

#ifndef RENDERER_SCENE_VOXEL_ORIGINS_H_
#define RENDERER_SCENE_VOXEL_ORIGINS_H_

#include <memory>

#include "renderer/scene/scene.h"
#include "renderer/scene/tile_owners.h"

namespace goxel {

// Index into Scene::layers.
using LayerIndex = OwnerIndex;

class VoxelOrigins {
 public:
  // Of a scene without voxels.
  VoxelOrigins() = default;

  // O(1) when one layer is visible; else as much work as Composite().
  // REQUIRES: at most 65,536 layers.
  explicit VoxelOrigins(const Scene& scene);

  // The layer of a voxel of Composite(scene); any layer where there is none.
  LayerIndex Of(Cell cell) const;

  // The same for a tile, as Tile::voxels has its voxels.
  void OfTile(TileCoord coord, VoxelOwners& layers) const;

 private:
  void Add(const Layer& layer, LayerIndex index, const Volume& below,
           TileOwnersTable& tiles) const;
  static TileOwners Find(const TileOwnersTable& tiles, LayerIndex base,
                         TileCoord coord);

  LayerIndex base_ = 0;  // Of tiles that are not in the table.
  std::shared_ptr<const TileOwnersTable> tiles_ =
      std::make_shared<const TileOwnersTable>();
};

}  // namespace goxel

#endif  // RENDERER_SCENE_VOXEL_ORIGINS_H_
