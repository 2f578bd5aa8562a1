#include "renderer/scene/hull.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <tuple>
#include <utility>

namespace goxel {
namespace {

constexpr int kDirections = 512;

// Along x, first inclusive and last exclusive.
struct Range {
  double first = std::numeric_limits<double>::infinity();
  double last = -std::numeric_limits<double>::infinity();
  bool empty() const { return first >= last; }
};

// The voxels of one row of tiles along x: for each of its 16 x 16 rows of
// voxels, from where to where they reach.
struct TileRow {
  double y = 0, z = 0;  // Of the first row of voxels.
  Range reach;          // Of all rows.
  std::array<Range, kTileSide * kTileSide> rows;
};

void Widen(Range& range, double first, double last) {
  range.first = std::min(range.first, first);
  range.last = std::max(range.last, last);
}

void AddTile(TileRow& tile_row, double x, const Tile& tile,
             std::uint8_t min_alpha) {
  for (std::size_t row = 0; row < tile_row.rows.size(); ++row) {
    const Color* voxels = &tile.voxels[row * kTileSide];
    int first = 0;
    while (first < kTileSide && voxels[first].a < min_alpha) ++first;
    if (first == kTileSide) continue;
    int last = kTileSide;
    while (voxels[last - 1].a < min_alpha) --last;
    Widen(tile_row.rows[row], x + first, x + last);
    Widen(tile_row.reach, x + first, x + last);
  }
}

std::vector<TileRow> CollectRows(const Volume& volume, std::uint8_t min_alpha) {
  std::map<std::pair<std::int32_t, std::int32_t>, TileRow> rows;
  for (const auto& [coord, tile] : volume.tiles()) {
    TileRow& row = rows[{coord.y, coord.z}];
    row.y = static_cast<double>(coord.y) * kTileSide;
    row.z = static_cast<double>(coord.z) * kTileSide;
    AddTile(row, static_cast<double>(coord.x) * kTileSide, *tile, min_alpha);
  }
  std::vector<TileRow> collected;
  for (auto& [coord, row] : rows) {
    if (!row.reach.empty()) collected.push_back(std::move(row));
  }
  return collected;
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

void SearchRow(const TileRow& tile_row, const glm::dvec3& direction,
               Farthest& best) {
  const glm::dvec3 corner =
      FarCorner(tile_row.reach, tile_row.y, tile_row.z, kTileSide, direction);
  if (Dot(corner, direction) <= best.distance) return;
  for (int row = 0; row < kTileSide * kTileSide; ++row) {
    const Range& range = tile_row.rows[static_cast<std::size_t>(row)];
    if (range.empty()) continue;
    const glm::dvec3 point =
        FarCorner(range, tile_row.y + row % kTileSide,
                  tile_row.z + row / kTileSide, 1, direction);
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
  const std::vector<TileRow> rows = CollectRows(volume, min_alpha);
  std::vector<glm::dvec3> points;
  if (rows.empty()) return points;
  for (int i = 0; i < kDirections; ++i) {
    const glm::dvec3 direction = Direction(i);
    Farthest best;
    // The last point found is a good guess, which lets most rows be skipped.
    if (!points.empty()) {
      best = {Dot(points.back(), direction), points.back()};
    }
    for (const TileRow& row : rows) SearchRow(row, direction, best);
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
