#include "renderer/scene/hull.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <tuple>
#include <utility>

#include "renderer/scene/voxel_row.h"

namespace goxel {
namespace {

constexpr int kDirections = 512;

// Along x, first inclusive and last exclusive.
struct Range {
  double first = std::numeric_limits<double>::infinity();
  double last = -std::numeric_limits<double>::infinity();
  bool empty() const { return first >= last; }
};

// From where to where a row of voxels along x reaches.
struct VoxelRow {
  double y = 0, z = 0;
  Range reach;
};

// One row of tiles along x. Most rows lie behind others in every direction, and
// no voxel of them is ever looked at.
struct TileRow {
  double y = 0, z = 0;  // Of the first row of voxels.
  Range reach;          // Of all voxels; before they are looked at, of tiles.
  std::vector<std::pair<double, const Tile*>> tiles;  // And where they start.
  bool is_looked_at = false;
  std::vector<VoxelRow> rows;  // Those that may have an outermost point.
};

void Widen(Range& range, double first, double last) {
  range.first = std::min(range.first, first);
  range.last = std::max(range.last, last);
}

std::vector<TileRow> CollectRows(const Volume& volume) {
  std::map<std::pair<std::int32_t, std::int32_t>, TileRow> rows;
  for (const auto& [coord, tile] : volume.tiles()) {
    TileRow& row = rows[{coord.y, coord.z}];
    row.y = static_cast<double>(coord.y) * kTileSide;
    row.z = static_cast<double>(coord.z) * kTileSide;
    const double x = static_cast<double>(coord.x) * kTileSide;
    Widen(row.reach, x, x + kTileSide);
    row.tiles.emplace_back(x, tile.get());
  }
  std::vector<TileRow> collected;
  collected.reserve(rows.size());
  for (auto& [coord, row] : rows) collected.push_back(std::move(row));
  return collected;
}

// The rows of voxels of a row of tiles, row (y, z) at y + 16 * z.
using VoxelRanges = std::array<Range, std::size_t{kTileSide} * kTileSide>;

// True when two rows on both sides reach as far as the one between them: then
// no point of it is farther out than all points of theirs.
bool IsBetween(const VoxelRanges& ranges, std::size_t row) {
  const auto covers = [&](std::size_t other) {
    return ranges[other].first <= ranges[row].first &&
           ranges[other].last >= ranges[row].last;
  };
  const std::size_t y = row % kTileSide;
  const std::size_t z = row / kTileSide;
  const auto is_inside = [](std::size_t i) {
    return i > 0 && i + 1 < kTileSide;
  };
  return (is_inside(y) && covers(row - 1) && covers(row + 1)) ||
         (is_inside(z) && covers(row - kTileSide) && covers(row + kTileSide));
}

void LookAtVoxels(TileRow& tile_row, std::uint8_t min_alpha) {
  VoxelRanges ranges;
  tile_row.is_looked_at = true;
  tile_row.reach = {};
  for (const auto& [x, tile] : tile_row.tiles) {
    for (std::size_t row = 0; row < ranges.size(); ++row) {
      const unsigned voxels =
          BitsOfAlpha(&tile->voxels[row * kTileSide], min_alpha);
      if (voxels == 0) continue;
      const double first = x + std::countr_zero(voxels);
      const double last = x + std::bit_width(voxels);
      Widen(ranges[row], first, last);
      Widen(tile_row.reach, first, last);
    }
  }
  for (std::size_t row = 0; row < ranges.size(); ++row) {
    if (ranges[row].empty() || IsBetween(ranges, row)) continue;
    tile_row.rows.push_back(
        {.y = tile_row.y + static_cast<double>(row % kTileSide),
         .z = tile_row.z + static_cast<double>(row / kTileSide),
         .reach = ranges[row]});
  }
}

// The corner of a box that is farthest out along `direction`.
glm::dvec3 FarCorner(const Range& x, double y, double z, double side,
                     const glm::dvec3& direction) {
  return {direction.x > 0 ? x.last : x.first, direction.y > 0 ? y + side : y,
          direction.z > 0 ? z + side : z};
}

struct Farthest {
  double distance = -std::numeric_limits<double>::infinity();
  glm::dvec3 point{0};
};

double Dot(const glm::dvec3& a, const glm::dvec3& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

// True when a corner of the row's reach is farther out than `best`.
bool MayBeFarther(const TileRow& tile_row, const glm::dvec3& direction,
                  const Farthest& best) {
  if (tile_row.reach.empty()) return false;
  const glm::dvec3 corner =
      FarCorner(tile_row.reach, tile_row.y, tile_row.z, kTileSide, direction);
  return Dot(corner, direction) > best.distance;
}

void SearchRow(TileRow& tile_row, const glm::dvec3& direction,
               std::uint8_t min_alpha, Farthest& best) {
  if (!MayBeFarther(tile_row, direction, best)) return;
  if (!tile_row.is_looked_at) {
    LookAtVoxels(tile_row, min_alpha);
    if (!MayBeFarther(tile_row, direction, best)) return;
  }
  for (const VoxelRow& row : tile_row.rows) {
    const glm::dvec3 point = FarCorner(row.reach, row.y, row.z, 1, direction);
    const double distance = Dot(point, direction);
    if (distance > best.distance) best = {distance, point};
  }
}

// The spherical Fibonacci lattice: point i of n is a golden-angle turn further
// round and 2/n lower than the one before.
glm::dvec3 Direction(int i) {
  const double z = 1 - (2 * i + 1.0) / kDirections;
  const double radius = std::sqrt(1 - z * z);
  const double turn = std::numbers::pi * (3 - std::sqrt(5.0)) * i;
  return {radius * std::cos(turn), radius * std::sin(turn), z};
}

}  // namespace

std::vector<glm::dvec3> OutermostPoints(const Volume& volume,
                                        std::uint8_t min_alpha) {
  std::vector<TileRow> rows = CollectRows(volume);
  std::vector<glm::dvec3> points;
  for (int i = 0; i < kDirections; ++i) {
    const glm::dvec3 direction = Direction(i);
    Farthest best;
    // The points found before are good guesses, which let most rows be skipped.
    for (const glm::dvec3& point : points) {
      const double distance = Dot(point, direction);
      if (distance > best.distance) best = {distance, point};
    }
    for (TileRow& row : rows) SearchRow(row, direction, min_alpha, best);
    if (best.distance == Farthest().distance) return points;  // No voxel.
    points.push_back(best.point);
  }
  const auto order = [](const glm::dvec3& a, const glm::dvec3& b) {
    return std::tie(a.x, a.y, a.z) < std::tie(b.x, b.y, b.z);
  };
  std::ranges::sort(points, order);
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

}  // namespace goxel
