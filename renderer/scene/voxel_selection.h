// The voxels of a volume that somebody asks for: those in a box and of certain
// colours, one after the other.
//
// The order is the same for equal volumes in every process: tile by tile, the
// tiles by z, then y, then x, and the voxels of a tile likewise, x fastest.
//
// Ownership: a selection holds a snapshot of the volume. Thread safety: const
// methods may run concurrently.

#ifndef RENDERER_SCENE_VOXEL_SELECTION_H_
#define RENDERER_SCENE_VOXEL_SELECTION_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "renderer/scene/volume.h"

namespace goxel {

// Every channel from `low` to `high`, both included. Where there is no voxel
// there is no colour either: alpha 0 is in no range.
struct ColorRange {
  Color low = {0, 0, 0, 1};
  Color high = {255, 255, 255, 255};
  bool operator==(const ColorRange&) const = default;

  bool Contains(Color color) const {
    return color.a != 0 && color.r >= low.r && color.r <= high.r &&
           color.g >= low.g && color.g <= high.g && color.b >= low.b &&
           color.b <= high.b && color.a >= low.a && color.a <= high.a;
  }
};

class VoxelSelection {
 public:
  // The voxels of `volume` in `region` (everywhere without one) and `colors`.
  // Takes time with the tiles that the region touches, not with its size; looks
  // at the voxels only of tiles that it cuts, or of all for certain colours.
  VoxelSelection(const Volume& volume, std::optional<Box> region,
                 const ColorRange& colors = {});

  // How many voxels are selected.
  std::uint64_t count() const { return count_; }

  // Leaves out the first `offset` voxels, and all but `limit` of the rest.
  // REQUIRES: not called before.
  void Cut(std::uint64_t offset, std::uint64_t limit);

  // The tight box around the selected voxels; nullopt when there is none.
  std::optional<Box> Bounds() const;

  // The number of tiles with a selected voxel.
  std::size_t tiles() const { return parts_.size(); }

  // Calls visit(Cell, Color) for the selected voxels of a tile, in order.
  // REQUIRES: tile < tiles()
  template <typename Visit>
  void ForEachIn(std::size_t tile, const Visit& visit) const;

  // The same for all tiles.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (std::size_t tile = 0; tile < tiles(); ++tile) ForEachIn(tile, visit);
  }

 private:
  // What is selected of a tile: `count` voxels behind the first `skipped` that
  // are in the region and of the colours.
  struct Part {
    TileCoord coord;
    const Tile* tile;
    std::uint32_t skipped = 0;
    std::uint32_t count = 0;
  };

  // Cells of a tile: begin included, end excluded.
  struct CellRange {
    std::array<int, 3> begin = {0, 0, 0};
    std::array<int, 3> end = {kTileSide, kTileSide, kTileSide};
    bool operator==(const CellRange&) const = default;
  };

  // Calls visit(Cell, Color) for what is in the region and of the colours,
  // until it returns false.
  template <typename Visit>
  void Walk(const Part& part, const Visit& visit) const;

  void CollectTiles();
  CellRange RangeIn(TileCoord coord) const;
  std::uint32_t CountIn(const Part& part) const;
  bool Selects(Color color) const {
    return any_color_ ? color.a != 0 : colors_.Contains(color);
  }

  Volume volume_;  // Keeps the tiles.
  std::optional<Box> region_;
  ColorRange colors_;
  bool any_color_;
  std::vector<Part> parts_;
  std::uint64_t count_ = 0;
};

template <typename Visit>
void VoxelSelection::Walk(const Part& part, const Visit& visit) const {
  const auto [begin, end] = RangeIn(part.coord);
  for (int z = begin[2]; z < end[2]; ++z) {
    for (int y = begin[1]; y < end[1]; ++y) {
      for (int x = begin[0]; x < end[0]; ++x) {
        const auto at = static_cast<std::size_t>(Tile::IndexOf(x, y, z));
        const Color color = part.tile->voxels[at];
        if (!Selects(color)) continue;
        const Cell cell = {part.coord.x * kTileSide + x,
                           part.coord.y * kTileSide + y,
                           part.coord.z * kTileSide + z};
        if (!visit(cell, color)) return;
      }
    }
  }
}

template <typename Visit>
void VoxelSelection::ForEachIn(std::size_t tile, const Visit& visit) const {
  const Part& part = parts_[tile];
  std::uint32_t seen = 0;
  Walk(part, [&](Cell cell, Color color) {
    if (++seen > part.skipped) visit(cell, color);
    return seen < part.skipped + part.count;
  });
}

}  // namespace goxel

#endif  // RENDERER_SCENE_VOXEL_SELECTION_H_
