// The tiles of a volume in an order that does not depend on how the volume came
// about: by z, then y, then x. Writers of files need it so that equal scenes
// give equal files.

#ifndef RENDERER_FORMATS_SORTED_TILES_H_
#define RENDERER_FORMATS_SORTED_TILES_H_

#include <algorithm>
#include <tuple>
#include <vector>

#include "renderer/scene/volume.h"

namespace goxel {

struct PlacedTile {
  TileCoord coord;
  const Tile* tile;  // Of the volume, as long as that is not written to.

  // The cell of the tile with the least coordinates.
  Cell corner() const {
    return {coord.x * kTileSide, coord.y * kTileSide, coord.z * kTileSide};
  }
};

inline std::vector<PlacedTile> SortedTiles(const Volume& volume) {
  std::vector<PlacedTile> tiles;
  tiles.reserve(volume.CountTiles());
  for (const auto& [coord, tile] : volume.tiles()) {
    tiles.push_back({coord, tile.get()});
  }
  std::ranges::sort(tiles, {}, [](const PlacedTile& placed) {
    return std::tuple(placed.coord.z, placed.coord.y, placed.coord.x);
  });
  return tiles;
}

// Calls visit(cell, color) for the solid voxels of a tile, x fastest.
template <typename Visit>
void ForEachSolid(const PlacedTile& placed, Visit visit) {
  const Cell corner = placed.corner();
  for (std::int32_t index = 0; index < kTileVoxels; ++index) {
    const Color color = placed.tile->voxels[static_cast<std::size_t>(index)];
    if (color.a < kSolidAlpha) continue;
    visit(Cell{corner.x + (index & 15), corner.y + (index >> 4 & 15),
               corner.z + (index >> 8)},
          color);
  }
}

}  // namespace goxel

#endif  // RENDERER_FORMATS_SORTED_TILES_H_
