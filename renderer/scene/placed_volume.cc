#include "renderer/scene/placed_volume.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <glm/glm.hpp>
#include <limits>
#include <optional>
#include <unordered_set>

namespace goxel {
namespace {

// Finding out that a tile has to be looked at costs about as much as this many
// cells.
constexpr std::uint64_t kCellsPerTileFound = 16;

constexpr double kLeastCell = std::numeric_limits<std::int32_t>::min();
constexpr double kGreatestCell = std::numeric_limits<std::int32_t>::max();

struct RealBox {
  glm::dvec3 min;
  glm::dvec3 max;
};

// Tiles from `first` to `last`, both included; none when first > last.
struct TileRange {
  TileCoord first;
  TileCoord last;

  double Count() const {
    const auto side = [](double from, double to) {
      return std::max(0.0, to - from + 1);
    };
    return side(first.x, last.x) * side(first.y, last.y) *
           side(first.z, last.z);
  }

  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (std::int32_t z = first.z; z <= last.z; ++z) {
      for (std::int32_t y = first.y; y <= last.y; ++y) {
        for (std::int32_t x = first.x; x <= last.x; ++x) visit({x, y, z});
      }
    }
  }
};

glm::dmat4 ToGlm(const Matrix4& matrix) {
  glm::dmat4 result;
  for (int i = 0; i < 16; ++i) {
    result[i / 4][i % 4] = matrix[static_cast<std::size_t>(i)];
  }
  return result;
}

// nullopt when the matrix has no inverse.
std::optional<glm::dmat4> Inverse(const Matrix4& matrix) {
  const glm::dmat4 inverse = glm::inverse(ToGlm(matrix));
  for (int i = 0; i < 16; ++i) {
    if (!std::isfinite(inverse[i / 4][i % 4])) return std::nullopt;
  }
  return inverse;
}

// The box around `box`, moved by `matrix`.
RealBox Transform(const glm::dmat4& matrix, const RealBox& box) {
  const glm::dvec3 centre =
      glm::dvec3(matrix * glm::dvec4((box.min + box.max) / 2.0, 1));
  const glm::dvec3 half = (box.max - box.min) / 2.0;
  const glm::dvec3 reach = glm::abs(glm::dvec3(matrix[0])) * half.x +
                           glm::abs(glm::dvec3(matrix[1])) * half.y +
                           glm::abs(glm::dvec3(matrix[2])) * half.z;
  return {centre - reach, centre + reach};
}

// The tiles with cells in `box`, as far as there are coordinates for them.
TileRange TilesIn(const RealBox& box) {
  const auto tile = [](double cell) {
    const double kept = std::clamp(std::floor(cell), kLeastCell, kGreatestCell);
    return static_cast<std::int32_t>(kept) >> 4;
  };
  return {{tile(box.min.x), tile(box.min.y), tile(box.min.z)},
          {tile(box.max.x), tile(box.max.y), tile(box.max.z)}};
}

Status TakeCells(double count, std::uint64_t& cells_left) {
  if (!(count <= static_cast<double>(cells_left))) {
    return {StatusCode::kTooLarge,
            fmt::format("a shape or clone covers {:.0f} cells; {} are left of "
                        "what is looked at",
                        count, cells_left)};
  }
  cells_left -= static_cast<std::uint64_t>(count);
  return {};
}

// Sets the tile at `coord` to what `color_at` says of its cells.
template <typename ColorAt>
void FillTile(TileCoord coord, ColorAt&& color_at, Volume& volume) {
  auto tile = std::make_shared<Tile>();
  std::size_t index = 0;
  for (int z = 0; z < kTileSide; ++z) {
    for (int y = 0; y < kTileSide; ++y) {
      for (int x = 0; x < kTileSide; ++x) {
        tile->voxels[index++] =
            color_at(Cell{coord.x * kTileSide + x, coord.y * kTileSide + y,
                          coord.z * kTileSide + z});
      }
    }
  }
  tile->Normalize();
  volume.SetTile(coord, std::shared_ptr<const Tile>(std::move(tile)));
}

bool IsInside(UnitShape kind, const glm::dvec3& p) {
  switch (kind) {
    case UnitShape::kCube:
      return p.x >= -1 && p.x < 1 && p.y >= -1 && p.y < 1 && p.z >= -1 &&
             p.z < 1;
    case UnitShape::kSphere:
      return glm::dot(p, p) <= 1;
    case UnitShape::kCylinder:
      return p.x * p.x + p.y * p.y <= 1 && std::abs(p.z) <= 1;
  }
  return false;
}

bool IsInside(const Box& box, Cell cell) {
  return cell.x >= box.min[0] && cell.x < box.max[0] && cell.y >= box.min[1] &&
         cell.y < box.max[1] && cell.z >= box.min[2] && cell.z < box.max[2];
}

RealBox ToReal(const Box& box) {
  return {{box.min[0], box.min[1], box.min[2]},
          {box.max[0] - 1, box.max[1] - 1, box.max[2] - 1}};
}

// The voxels of a volume, for reading cells that lie near each other.
class VoxelSource {
 public:
  explicit VoxelSource(const Volume& volume) : volume_(volume) {}

  Color At(Cell cell) {
    const TileCoord coord = TileOf(cell);
    if (!has_tile_ || coord != coord_) {
      tile_ = volume_.FindTile(coord);
      coord_ = coord;
      has_tile_ = true;
    }
    return tile_ == nullptr ? Color{} : tile_->voxels[Tile::IndexOf(cell)];
  }

 private:
  const Volume& volume_;
  bool has_tile_ = false;
  TileCoord coord_;
  const Tile* tile_ = nullptr;
};

// The tiles in which a voxel of `volume` may come to lie.
Result<std::unordered_set<TileCoord, TileCoordHash>> TilesReached(
    const Volume& volume, const glm::dmat4& matrix, std::uint64_t& cells_left) {
  std::unordered_set<TileCoord, TileCoordHash> reached;
  for (const auto& [coord, tile] : volume.tiles()) {
    // A cell shows the voxel whose corner is at most half a cell away.
    const glm::dvec3 corner =
        glm::dvec3(coord.x, coord.y, coord.z) * double{kTileSide};
    const RealBox box = {corner - 0.5, corner + double{kTileSide} - 0.5};
    const TileRange range = TilesIn(Transform(matrix, box));
    const double cost = range.Count() * double{kCellsPerTileFound};
    if (Status taken = TakeCells(cost, cells_left); !taken.ok()) {
      return Fail(taken);
    }
    range.ForEach([&](TileCoord at) { reached.insert(at); });
  }
  return reached;
}

std::optional<Cell> RoundToCell(const glm::dvec3& p) {
  const glm::dvec3 rounded(std::round(p.x), std::round(p.y), std::round(p.z));
  for (int axis = 0; axis < 3; ++axis) {
    if (!(rounded[axis] >= kLeastCell && rounded[axis] <= kGreatestCell)) {
      return std::nullopt;
    }
  }
  return Cell{static_cast<std::int32_t>(rounded.x),
              static_cast<std::int32_t>(rounded.y),
              static_cast<std::int32_t>(rounded.z)};
}

}  // namespace

Result<Volume> FillShape(UnitShape kind, const Matrix4& matrix, Color color,
                         const Box& clip, std::uint64_t& cells_left) {
  const std::optional<glm::dmat4> inverse = Inverse(matrix);
  if (!inverse) return Volume();
  const RealBox shape =
      Transform(ToGlm(matrix), {glm::dvec3(-1), glm::dvec3(1)});
  const RealBox limit = ToReal(clip);
  const RealBox box = {glm::max(shape.min - 1.0, limit.min),
                       glm::min(shape.max + 1.0, limit.max)};
  const TileRange range = TilesIn(box);
  Status taken = TakeCells(range.Count() * kTileVoxels, cells_left);
  if (!taken.ok()) return Fail(taken);
  const auto color_at = [&](Cell cell) {
    const glm::dvec4 centre(cell.x + 0.5, cell.y + 0.5, cell.z + 0.5, 1);
    const bool is_inside =
        IsInside(clip, cell) && IsInside(kind, glm::dvec3(*inverse * centre));
    return is_inside ? color : Color{};
  };
  Volume volume;
  range.ForEach([&](TileCoord coord) { FillTile(coord, color_at, volume); });
  return volume;
}

Result<Volume> TransformVolume(const Volume& volume, const Matrix4& matrix,
                               std::uint64_t& cells_left) {
  if (matrix == kIdentityMatrix) return volume;
  const std::optional<glm::dmat4> inverse = Inverse(matrix);
  if (!inverse) return Volume();
  const auto reached = TilesReached(volume, ToGlm(matrix), cells_left);
  if (!reached) return Fail(reached.error());
  const auto cells = static_cast<double>(reached->size()) * kTileVoxels;
  if (Status taken = TakeCells(cells, cells_left); !taken.ok()) {
    return Fail(taken);
  }
  VoxelSource source(volume);
  const auto color_at = [&](Cell cell) {
    const glm::dvec4 corner(cell.x, cell.y, cell.z, 1);
    const auto from = RoundToCell(glm::dvec3(*inverse * corner));
    return from ? source.At(*from) : Color{};
  };
  Volume moved;
  for (const TileCoord coord : *reached) FillTile(coord, color_at, moved);
  return moved;
}

}  // namespace goxel
