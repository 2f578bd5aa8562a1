#include "renderer/scene/shapes.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace goxel {
namespace {

constexpr CellSpan kNoCells = {};

CellSpan Intersect(CellSpan a, CellSpan b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

std::int64_t SizeOf(const Box& box, std::size_t axis) {
  return box.max[axis] - box.min[axis];
}

// u^2 of ShapeKind.
double SquaredDistance(std::int64_t index, std::int64_t size) {
  const double u =
      static_cast<double>(2 * index + 1 - size) / static_cast<double>(size);
  return u * u;
}

// Of `size` cells those with u^2 <= room.
CellSpan Within(double room, std::int64_t size) {
  // Cells that lie on the surface are in, whatever the rounding.
  constexpr double kRounding = 1e-9;
  if (room < -kRounding) return kNoCells;
  const double half =
      static_cast<double>(size) / 2 * std::sqrt(std::max(room, 0.0));
  const double first = static_cast<double>(size - 1) / 2 - half - kRounding;
  const auto inset =
      std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil(first)));
  return {inset, size - inset};
}

// The rows below are in cells from the box's min: x is [0, size along x).

CellSpan RoundRow(const Shape& shape, std::int64_t y, std::int64_t z) {
  const bool is_cylinder = shape.kind == ShapeKind::kCylinder;
  const auto distance = [&](std::size_t axis, std::int64_t index) {
    if (is_cylinder && shape.axis == axis) return 0.0;
    return SquaredDistance(index, SizeOf(shape.box, axis));
  };
  const double room = 1 - distance(1, y) - distance(2, z);
  const std::int64_t size = SizeOf(shape.box, 0);
  if (!is_cylinder || shape.axis != 0) return Within(room, size);
  return Within(room, 1).empty() ? kNoCells : CellSpan{0, size};
}

CellSpan PyramidRow(const Shape& shape, std::int64_t y, std::int64_t z) {
  const Box& box = shape.box;
  const std::int64_t height = SizeOf(box, shape.axis);
  const std::int64_t width = SizeOf(box, 0);
  // Cells between a cell and the nearer of its axis' ends.
  const auto margin = [&](std::size_t axis, std::int64_t index) {
    return std::min(index, SizeOf(box, axis) - 1 - index);
  };
  // Layers from the base on in which the margin is not yet lost.
  const auto layers = [&](std::size_t axis, std::int64_t index) {
    return ((margin(axis, index) + 1) * 2 * height - 1) / SizeOf(box, axis) + 1;
  };
  if (shape.axis == 0) {
    return {0, std::min({height, layers(1, y), layers(2, z)})};
  }
  const std::size_t other = 3 - shape.axis;
  const std::int64_t up = shape.axis == 1 ? y : z;
  if (up >= layers(other, other == 1 ? y : z)) return kNoCells;
  const std::int64_t inset = up * width / (2 * height);
  return {inset, width - inset};
}

CellSpan SolidRow(const Shape& shape, std::int64_t y, std::int64_t z) {
  const Box& box = shape.box;
  if (y < box.min[1] || y >= box.max[1] || z < box.min[2] || z >= box.max[2]) {
    return kNoCells;
  }
  CellSpan cells = {0, SizeOf(box, 0)};
  if (shape.kind == ShapeKind::kPyramid) {
    cells = PyramidRow(shape, y - box.min[1], z - box.min[2]);
  } else if (shape.kind != ShapeKind::kBox) {
    cells = RoundRow(shape, y - box.min[1], z - box.min[2]);
  }
  return {box.min[0] + cells.begin, box.min[0] + cells.end};
}

std::int64_t TileOfCell(std::int64_t cell) { return cell >> 4; }

}  // namespace

std::array<CellSpan, 2> RowOf(const Shape& shape, std::int64_t y,
                              std::int64_t z) {
  const CellSpan solid = SolidRow(shape, y, z);
  if (solid.empty()) return {};
  if (shape.wall == 0) return {solid};
  CellSpan hole = {solid.begin + shape.wall, solid.end - shape.wall};
  for (const std::int64_t step : {-shape.wall, shape.wall}) {
    if (hole.empty()) return {solid};
    hole = Intersect(hole, SolidRow(shape, y + step, z));
    hole = Intersect(hole, SolidRow(shape, y, z + step));
  }
  if (hole.empty()) return {solid};
  return {{{solid.begin, hole.begin}, {hole.end, solid.end}}};
}

std::uint64_t CountCells(const Shape& shape, std::uint64_t limit) {
  // At least every other row of a box has a cell of the shape in it.
  const auto rows = static_cast<std::uint64_t>(SizeOf(shape.box, 1)) *
                    static_cast<std::uint64_t>(SizeOf(shape.box, 2));
  if (rows / 2 > limit) return rows / 2;
  std::uint64_t count = 0;
  for (std::int64_t z = shape.box.min[2]; z < shape.box.max[2]; ++z) {
    for (std::int64_t y = shape.box.min[1]; y < shape.box.max[1]; ++y) {
      for (const CellSpan& cells : RowOf(shape, y, z)) {
        if (!cells.empty()) {
          count += static_cast<std::uint64_t>(cells.end - cells.begin);
        }
      }
      if (count > limit) return count;
    }
  }
  return count;
}

ShapeColumn::ShapeColumn(const Shape& shape, std::int32_t tile_y,
                         std::int32_t tile_z) {
  for (int index = 0; index < kTileSide * kTileSide; ++index) {
    const std::int64_t y = std::int64_t{tile_y} * kTileSide + index % kTileSide;
    const std::int64_t z = std::int64_t{tile_z} * kTileSide + index / kTileSide;
    for (const CellSpan& cells : RowOf(shape, y, z)) {
      if (!cells.empty()) rows_.push_back({index, cells});
    }
  }
}

std::vector<ShapeColumn::TileSpan> ShapeColumn::Tiles() const {
  std::vector<TileSpan> spans;
  for (const Row& row : rows_) {
    spans.push_back(
        {TileOfCell(row.cells.begin), TileOfCell(row.cells.end - 1) + 1});
  }
  std::ranges::sort(spans, {}, &TileSpan::begin);
  std::vector<TileSpan> merged;
  for (const TileSpan& span : spans) {
    if (merged.empty() || span.begin > merged.back().end) {
      merged.push_back(span);
    } else {
      merged.back().end = std::max(merged.back().end, span.end);
    }
  }
  return merged;
}

TileMask ShapeColumn::MaskOf(std::int32_t tile_x) const {
  const CellSpan tile = {std::int64_t{tile_x} * kTileSide,
                         (std::int64_t{tile_x} + 1) * kTileSide};
  TileMask mask;
  for (const Row& row : rows_) {
    const CellSpan inside = Intersect(row.cells, tile);
    for (std::int64_t x = inside.begin; x < inside.end; ++x) {
      mask.set(
          static_cast<std::size_t>(x - tile.begin + row.index * kTileSide));
    }
  }
  return mask;
}

void ForEachCellOfLine(Cell from, Cell to,
                       const std::function<void(Cell)>& visit) {
  const std::array<std::int64_t, 3> start = {from.x, from.y, from.z};
  const std::array<std::int64_t, 3> way = {std::int64_t{to.x} - from.x,
                                           std::int64_t{to.y} - from.y,
                                           std::int64_t{to.z} - from.z};
  const std::int64_t steps =
      std::max({std::abs(way[0]), std::abs(way[1]), std::abs(way[2])});
  for (std::int64_t i = 0; i <= steps; ++i) {
    // The nearest cell; the one towards `from` when two are as near, so that
    // mirrored lines are mirrored.
    const auto at = [&](std::size_t axis) {
      const std::int64_t length = std::abs(way[axis]);
      const std::int64_t gone =
          steps == 0 ? 0 : (2 * i * length + steps - 1) / (2 * steps);
      return static_cast<std::int32_t>(start[axis] +
                                       (way[axis] < 0 ? -gone : gone));
    };
    visit({at(0), at(1), at(2)});
  }
}

}  // namespace goxel
