// Simple shapes and the cells they fill, row by row and tile by tile, so that a
// large shape costs as much as its tiles and not as its cells.
//
// Thread safety: all functions may be called from any thread; a ShapeColumn is
// immutable.

#ifndef RENDERER_SCENE_SHAPES_H_
#define RENDERER_SCENE_SHAPES_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <vector>

#include "renderer/scene/volume.h"

namespace goxel {

// All shapes reach to every side of their box. With n cells along an axis, cell
// i of it lies at u = (2 i + 1 - n) / n: -1 to 1 are the ends of the box.
enum class ShapeKind {
  kBox,
  kEllipsoid,  // The sum of the u^2 is at most 1.
  kCylinder,   // The same of the two axes that are not Shape::axis.
  kPyramid,    // From its base at the low end of the axis, i cells up it has
               // lost i m / 2 n of its m cells on either side, rounded down.
};

struct Shape {
  ShapeKind kind = ShapeKind::kBox;
  // Not empty, and of cells with 32-bit coordinates.
  Box box;
  std::size_t axis = 2;  // Of a cylinder, and from base to tip of a pyramid.
  // Solid when 0. Otherwise only the cells from which so many steps along some
  // axis lead out of the shape: a closed wall.
  std::int64_t wall = 0;
};

// Cells [begin, end) along x; none when they are equal.
struct CellSpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool empty() const { return begin >= end; }
};

// The cells of the row at y and z: up to two spans, in order.
std::array<CellSpan, 2> RowOf(const Shape& shape, std::int64_t y,
                              std::int64_t z);

// How many cells it fills; some number over `limit` when it is more than that,
// which costs no more time than `limit` rows do.
std::uint64_t CountCells(const Shape& shape, std::uint64_t limit);

// Bit i stands for voxel i of a Tile.
using TileMask = std::bitset<kTileVoxels>;

// A shape within the tiles of one y and z.
class ShapeColumn {
 public:
  ShapeColumn(const Shape& shape, std::int32_t tile_y, std::int32_t tile_z);

  // The tiles [begin, end) along x that have a cell of the shape, maybe with
  // some that have none; in order.
  struct TileSpan {
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };
  std::vector<TileSpan> Tiles() const;

  TileMask MaskOf(std::int32_t tile_x) const;

 private:
  struct Row {
    int index = 0;  // y + 16 z within the tiles.
    CellSpan cells;
  };
  std::vector<Row> rows_;
};

// The cells of a line between two cells, ends included: one per step along the
// axis on which they are farthest apart.
// REQUIRES: fewer than 2^31 steps.
void ForEachCellOfLine(Cell from, Cell to,
                       const std::function<void(Cell)>& visit);

}  // namespace goxel

#endif  // RENDERER_SCENE_SHAPES_H_
