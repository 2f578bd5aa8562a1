#include "renderer/formats/face_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "renderer/formats/y_up.h"

namespace goxel {
namespace {

// How far a corner may be from a whole number: what is lost in print.
constexpr double kTolerance = 1e-3;

// A voxel has six faces. A few bytes can name a face of millions of cells, so
// there is a bound beside: what takes a few seconds.
constexpr std::uint64_t kFacesPerVoxel = 6;
constexpr std::uint64_t kMaxFaceCells = std::uint64_t{1} << 26;

Status NotOfVoxels(const std::string& what) {
  return {StatusCode::kInvalidArgument,
          what +
              "; expected faces of voxels: rectangles along the axes with "
              "corners at whole numbers"};
}

std::string ToText(const FilePoint& point) {
  return fmt::format("({:.6g}, {:.6g}, {:.6g})", point[0], point[1], point[2]);
}

// The corner as a point of the scene's grid, Z up.
Result<GridPoint> ToGrid(const FilePoint& corner) {
  constexpr double kFarthest = 2147483648.0;  // 2^31: beyond the last cell.
  const FilePoint turned = FromYUp(corner);
  GridPoint point{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double whole = std::round(turned[axis]);
    if (!(std::abs(whole) <= kFarthest)) {
      return Fail(StatusCode::kInvalidArgument,
                  fmt::format("the corner {} is beyond 32-bit coordinates",
                              ToText(corner)));
    }
    if (std::abs(turned[axis] - whole) > kTolerance) {
      return Fail(NotOfVoxels(fmt::format(
          "the corner {} lies between whole numbers", ToText(corner))));
    }
    point[axis] = static_cast<std::int64_t>(whole);
  }
  return point;
}

GridPoint Difference(const GridPoint& a, const GridPoint& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

// The one axis along which the edge runs; nullopt for any other edge.
std::optional<std::size_t> AxisOf(const GridPoint& edge) {
  if (std::ranges::count(edge, 0) != 2) return std::nullopt;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (edge[axis] != 0) return axis;
  }
  return 2;
}

// The cells behind the rectangle: a box of thickness 1. nullopt when it is no
// rectangle along the axes.
std::optional<Box> CellsBehind(const std::array<GridPoint, 4>& corners) {
  const GridPoint first = Difference(corners[1], corners[0]);
  const GridPoint second = Difference(corners[2], corners[1]);
  if (Difference(corners[3], corners[0]) != second) return std::nullopt;
  const auto along = AxisOf(first);
  const auto across = AxisOf(second);
  if (!along || !across || *along == *across) return std::nullopt;

  Box box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.min[axis] = std::min(corners[0][axis], corners[2][axis]);
    box.max[axis] = std::max(corners[0][axis], corners[2][axis]);
  }
  const std::size_t normal = 3 - *along - *across;
  // Of first x second, whose axes are in turn or against it.
  const bool in_turn = (*along + 1) % 3 == *across;
  const bool looks_up =
      ((first[*along] > 0) == (second[*across] > 0)) == in_turn;
  (looks_up ? box.min : box.max)[normal] += looks_up ? -1 : 1;
  return box;
}

bool IsWithinCoordinates(const Box& box) {
  constexpr std::int64_t kLow = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kHigh = std::numeric_limits<std::int32_t>::max();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (box.min[axis] < kLow || box.max[axis] - 1 > kHigh) return false;
  }
  return true;
}

// The rectangle of two triangles; nullopt when they share no diagonal.
std::optional<std::array<FilePoint, 4>> Join(
    const std::array<FilePoint, 3>& half, std::span<const FilePoint> other) {
  for (std::size_t apex = 0; apex < 3; ++apex) {
    const FilePoint& from = half[(apex + 1) % 3];
    const FilePoint& to = half[(apex + 2) % 3];
    for (std::size_t i = 0; i < 3; ++i) {
      // The diagonal runs the other way in the other triangle.
      if (other[i] != to || other[(i + 1) % 3] != from) continue;
      return std::array<FilePoint, 4>{half[apex], from, other[(i + 2) % 3], to};
    }
  }
  return std::nullopt;
}

}  // namespace

FaceCells::FaceCells(const ReadLimits& limits, ReadBudget& budget)
    : budget_(budget),
      max_cells_(limits.max_voxels < kMaxFaceCells / kFacesPerVoxel
                     ? kFacesPerVoxel * limits.max_voxels
                     : kMaxFaceCells),
      cells_left_(max_cells_) {}

Status FaceCells::Add(std::span<const FilePoint> corners, Color color,
                      Volume& volume) {
  if (corners.size() == 4) {
    if (Status whole = Finish(); !whole.ok()) return whole;
    return AddRectangle({corners[0], corners[1], corners[2], corners[3]}, color,
                        volume);
  }
  if (corners.size() != 3) {
    return NotOfVoxels(fmt::format("the face has {} corners", corners.size()));
  }
  if (!half_) {
    half_ = {corners[0], corners[1], corners[2]};
    return {};
  }
  const auto rectangle = Join(*half_, corners);
  if (!rectangle) return Finish();
  half_.reset();
  return AddRectangle(*rectangle, color, volume);
}

Status FaceCells::Finish() const {
  if (!half_) return {};
  return NotOfVoxels(fmt::format(
      "the triangle {} {} {} is not followed by the other half of "
      "a rectangle",
      ToText((*half_)[0]), ToText((*half_)[1]), ToText((*half_)[2])));
}

Status FaceCells::AddRectangle(const std::array<FilePoint, 4>& corners,
                               Color color, Volume& volume) {
  std::array<GridPoint, 4> points;
  for (std::size_t i = 0; i < 4; ++i) {
    const Result<GridPoint> point = ToGrid(corners[i]);
    if (!point) return point.error();
    points[i] = *point;
  }
  const std::optional<Box> cells = CellsBehind(points);
  if (!cells) {
    return NotOfVoxels(
        fmt::format("the face {} {} {} {} is no rectangle along the axes",
                    ToText(corners[0]), ToText(corners[1]), ToText(corners[2]),
                    ToText(corners[3])));
  }
  if (!IsWithinCoordinates(*cells)) {
    return {StatusCode::kInvalidArgument,
            fmt::format("the voxels behind the face at {} are beyond 32-bit "
                        "coordinates",
                        ToText(corners[0]))};
  }
  return Fill(*cells, color, volume);
}

Status FaceCells::Fill(const Box& cells, Color color, Volume& volume) {
  // One extent is 1, so that the product fits.
  std::uint64_t count = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    count *= static_cast<std::uint64_t>(cells.max[axis] - cells.min[axis]);
  }
  if (count > cells_left_) {
    return {StatusCode::kTooLarge,
            fmt::format("the faces cover more than {} cells", max_cells_)};
  }
  cells_left_ -= count;
  const std::uint64_t before = volume.CountVoxels();
  std::size_t tiles = volume.CountTiles();
  for (std::int64_t z = cells.min[2]; z < cells.max[2]; ++z) {
    for (std::int64_t y = cells.min[1]; y < cells.max[1]; ++y) {
      for (std::int64_t x = cells.min[0]; x < cells.max[0]; ++x) {
        volume.Set({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y),
                    static_cast<std::int32_t>(z)},
                   color);
        if (volume.CountTiles() == tiles) continue;
        tiles = volume.CountTiles();
        if (Status room = budget_.CheckTiles(tiles); !room.ok()) return room;
      }
    }
  }
  return budget_.TakeVoxels(volume.CountVoxels() - before);
}

}  // namespace goxel
