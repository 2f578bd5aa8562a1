#include "renderer/scene/voxel_origins.h"

#include <utility>

#include "renderer/scene/blend.h"

namespace goxel {

VoxelOrigins::VoxelOrigins(const Scene& scene) {
  auto tiles = std::make_shared<TileOwnersTable>();
  Volume below;
  bool is_bottom = true;
  for (std::size_t i = 0; i < scene.layers.size(); ++i) {
    const Layer& layer = scene.layers[i];
    if (!layer.visible) continue;
    const auto index = static_cast<LayerIndex>(i);
    if (is_bottom || layer.mode == BlendMode::kReplace) {
      base_ = index;
      tiles->clear();
      below = layer.volume;
    } else if (!layer.volume.empty() || !KeepsBelow(layer.mode)) {
      Add(layer, index, below, *tiles);
      BlendLayer(layer, below);
    }
    is_bottom = false;
  }
  tiles_ = std::move(tiles);
}

LayerIndex VoxelOrigins::Of(Cell cell) const {
  return Find(*tiles_, base_, TileOf(cell)).At(Tile::IndexOf(cell));
}

void VoxelOrigins::OfTile(TileCoord coord, VoxelOwners& layers) const {
  const TileOwners origins = Find(*tiles_, base_, coord);
  for (std::size_t i = 0; i < layers.size(); ++i) layers[i] = origins.At(i);
}

// `below` is what the layers under `layer` show.
void VoxelOrigins::Add(const Layer& layer, LayerIndex index,
                       const Volume& below, TileOwnersTable& tiles) const {
  for (const auto& [coord, tile] : layer.volume.tiles()) {
    const Tile* other = below.FindTile(coord);
    if (other == nullptr) {
      tiles[coord] = {.owner = index, .owners = nullptr};
      continue;
    }
    const TileOwners former = Find(tiles, base_, coord);
    auto layers = std::make_shared<VoxelOwners>();
    bool shows = false;
    for (std::size_t i = 0; i < layers->size(); ++i) {
      const bool above =
          ShowsAbove(layer.mode, other->voxels[i], tile->voxels[i]);
      (*layers)[i] = above ? index : former.At(i);
      shows = shows || above;
    }
    if (shows) tiles[coord] = {.owner = index, .owners = std::move(layers)};
  }
}

TileOwners VoxelOrigins::Find(const TileOwnersTable& tiles, LayerIndex base,
                              TileCoord coord) {
  const auto found = tiles.find(coord);
  if (found == tiles.end()) return {.owner = base, .owners = nullptr};
  return found->second;
}

}  // namespace goxel
