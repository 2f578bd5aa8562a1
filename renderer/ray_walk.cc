#include "renderer/ray_walk.h"

#include <array>
#include <cmath>
#include <limits>

namespace goxel {
namespace {

// Depth at which the ray comes to the next border of cells along each axis, and
// from one border to the next.
struct Borders {
  glm::dvec3 next, step;

  Borders(const glm::dvec3& at, const glm::dvec3& direction, double depth) {
    constexpr double kNever = std::numeric_limits<double>::infinity();
    for (int axis = 0; axis < 3; ++axis) {
      const double speed = direction[axis];
      const double border = std::floor(at[axis]) + (speed > 0 ? 1 : 0);
      next[axis] = speed == 0 ? kNever : depth + (border - at[axis]) / speed;
      step[axis] = speed == 0 ? kNever : std::abs(1 / speed);
    }
  }

  int Nearest() const {
    if (next.x < next.y) return next.x < next.z ? 0 : 2;
    return next.y < next.z ? 1 : 2;
  }
};

bool FitsCell(std::int64_t coordinate) {
  return coordinate >= std::numeric_limits<std::int32_t>::min() &&
         coordinate <= std::numeric_limits<std::int32_t>::max();
}

// Looks up voxels of neighbouring cells.
class CellReader {
 public:
  explicit CellReader(const Volume& volume) : volume_(volume) {}

  bool IsSolid(const std::array<std::int64_t, 3>& at) {
    if (!FitsCell(at[0]) || !FitsCell(at[1]) || !FitsCell(at[2])) return false;
    const Cell cell = {static_cast<std::int32_t>(at[0]),
                       static_cast<std::int32_t>(at[1]),
                       static_cast<std::int32_t>(at[2])};
    const TileCoord coord = TileOf(cell);
    if (!known_ || coord != coord_) {
      tile_ = volume_.FindTile(coord);
      coord_ = coord;
      known_ = true;
    }
    return tile_ != nullptr &&
           tile_->voxels[Tile::IndexOf(cell)].a >= kSolidAlpha;
  }

 private:
  const Volume& volume_;
  bool known_ = false;
  TileCoord coord_;
  const Tile* tile_ = nullptr;
};

}  // namespace

std::optional<CellFace> FirstFace(const Volume& volume, const PixelRay& ray,
                                  double near, double far) {
  const glm::dvec3 start = ray.origin + ray.direction * near;
  Borders borders(start, ray.direction, near);
  std::array<std::int64_t, 3> cell{};
  for (int axis = 0; axis < 3; ++axis) {
    cell[static_cast<std::size_t>(axis)] =
        static_cast<std::int64_t>(std::floor(start[axis]));
  }
  CellReader voxels(volume);
  for (;;) {
    const int axis = borders.Nearest();
    if (!(borders.next[axis] <= far)) return std::nullopt;
    borders.next[axis] += borders.step[axis];
    const bool up = ray.direction[axis] > 0;
    cell[static_cast<std::size_t>(axis)] += up ? 1 : -1;
    if (!voxels.IsSolid(cell)) continue;
    // Going up an axis, a ray meets the face that looks down it.
    return CellFace{.cell = {static_cast<std::int32_t>(cell[0]),
                             static_cast<std::int32_t>(cell[1]),
                             static_cast<std::int32_t>(cell[2])},
                    .face = static_cast<Face>(2 * axis + (up ? 1 : 0))};
  }
}

}  // namespace goxel
