// Which layer each voxel that is seen of a scene came from.
//
// A voxel that several layers have had a part in is the topmost one's that gave
// it its colour, or more of it than all below; layers that only cut, paint or
// fade what is below them own nothing of it.
//
// Immutable and cheap to copy; any thread may use it.

#ifndef RENDERER_SCENE_VOXEL_ORIGINS_H_
#define RENDERER_SCENE_VOXEL_ORIGINS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "renderer/scene/scene.h"

namespace goxel {

// Index into Scene::layers.
using LayerIndex = std::uint16_t;

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
  void OfTile(TileCoord coord,
              std::array<LayerIndex, kTileVoxels>& layers) const;

 private:
  using TileLayers = std::array<LayerIndex, kTileVoxels>;

  // A tile of one layer has no array.
  struct TileOrigins {
    LayerIndex layer = 0;
    std::shared_ptr<const TileLayers> layers;

    LayerIndex At(std::size_t index) const {
      return layers == nullptr ? layer : (*layers)[index];
    }
  };
  using Table = std::unordered_map<TileCoord, TileOrigins, TileCoordHash>;

  void Add(const Layer& layer, LayerIndex index, const Volume& below,
           Table& tiles) const;
  static TileOrigins Find(const Table& tiles, LayerIndex base, TileCoord coord);

  LayerIndex base_ = 0;  // Of tiles that are not in the table.
  std::shared_ptr<const Table> tiles_ = std::make_shared<const Table>();
};

}  // namespace goxel

#endif  // RENDERER_SCENE_VOXEL_ORIGINS_H_
