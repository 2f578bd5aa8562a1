#include <memory>
#include <optional>

#include "renderer/scene/volume_edits.h"

namespace goxel {
namespace {

std::shared_ptr<const Tile> FullTile(Color color) {
  auto tile = std::make_shared<Tile>();
  tile->voxels.fill(color);
  tile->Normalize();
  return tile;
}

// A copy of `tile`, or an empty one, with `color` where the mask says.
std::shared_ptr<const Tile> Colored(const Tile* tile, const TileMask& mask,
                                    Color color) {
  auto changed = tile == nullptr ? std::make_shared<Tile>()
                                 : std::make_shared<Tile>(*tile);
  for (std::size_t i = 0; i < changed->voxels.size(); ++i) {
    if (mask[i]) changed->voxels[i] = color;
  }
  changed->Normalize();
  return changed;
}

TileMask OccupiedIn(const Tile& tile) {
  TileMask mask;
  for (std::size_t i = 0; i < tile.voxels.size(); ++i) {
    mask[i] = tile.voxels[i].a != 0;
  }
  return mask;
}

std::int32_t TileIndex(std::int64_t cell) {
  return static_cast<std::int32_t>(cell >> 4);
}

bool Meets(TileCoord coord, const Box& box) {
  const auto meets = [&](std::int32_t tile, std::size_t axis) {
    return tile >= TileIndex(box.min[axis]) &&
           tile <= TileIndex(box.max[axis] - 1);
  };
  return meets(coord.x, 0) && meets(coord.y, 1) && meets(coord.z, 2);
}

// Returns the voxels added; stops when there are too many tiles.
std::uint64_t AddColumn(const ShapeColumn& column, TileCoord coord, Color color,
                        const std::shared_ptr<const Tile>& full, Volume& volume,
                        std::size_t max_tiles) {
  std::uint64_t added = 0;
  for (const auto& span : column.Tiles()) {
    for (std::int64_t x = span.begin;
         x < span.end && volume.CountTiles() <= max_tiles; ++x) {
      coord.x = static_cast<std::int32_t>(x);
      const TileMask mask = column.MaskOf(coord.x);
      if (mask.none()) continue;
      added += mask.count();
      volume.SetTile(coord, mask.all()
                                ? full
                                : Colored(volume.FindTile(coord), mask, color));
    }
  }
  return added;
}

std::optional<std::uint64_t> AddShape(const Shape& shape, Color color,
                                      Volume& volume, std::size_t max_tiles) {
  const auto full = FullTile(color);
  const Box& box = shape.box;
  std::uint64_t added = 0;
  TileCoord coord;
  for (coord.z = TileIndex(box.min[2]); coord.z <= TileIndex(box.max[2] - 1);
       ++coord.z) {
    for (coord.y = TileIndex(box.min[1]); coord.y <= TileIndex(box.max[1] - 1);
         ++coord.y) {
      const ShapeColumn column(shape, coord.y, coord.z);
      added += AddColumn(column, coord, color, full, volume, max_tiles);
      if (volume.CountTiles() > max_tiles) return std::nullopt;
    }
  }
  return added;
}

// Gives voxels that are there the colour; an empty one removes them.
std::uint64_t RecolorShape(const Shape& shape, Color color, Volume& volume) {
  const Volume before = volume;
  std::uint64_t changed = 0;
  for (const auto& [coord, tile] : before.tiles()) {
    if (!Meets(coord, shape.box)) continue;
    const TileMask mask = ShapeColumn(shape, coord.y, coord.z).MaskOf(coord.x) &
                          OccupiedIn(*tile);
    if (mask.none()) continue;
    changed += mask.count();
    volume.SetTile(coord, Colored(tile.get(), mask, color));
  }
  return changed;
}

}  // namespace

std::optional<std::uint64_t> ApplyShape(const Shape& shape, ShapeMode mode,
                                        Color color, Volume& volume,
                                        std::size_t max_tiles) {
  if (mode == ShapeMode::kAdd) {
    return AddShape(shape, color, volume, max_tiles);
  }
  const bool removes = mode == ShapeMode::kSubtract;
  return RecolorShape(shape, removes ? Color{} : color, volume);
}

std::optional<std::uint64_t> ApplyLine(Cell from, Cell to, ShapeMode mode,
                                       Color color, Volume& volume,
                                       std::size_t max_tiles) {
  std::uint64_t changed = 0;
  ForEachCellOfLine(from, to, [&](Cell cell) {
    if (volume.CountTiles() > max_tiles) return;
    if (mode != ShapeMode::kAdd && volume.Get(cell).a == 0) return;
    ++changed;
    volume.Set(cell, mode == ShapeMode::kSubtract ? Color{} : color);
  });
  if (volume.CountTiles() > max_tiles) return std::nullopt;
  return changed;
}

}  // namespace goxel
