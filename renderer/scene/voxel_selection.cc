#include "renderer/scene/voxel_selection.h"

#include <tuple>
#include <utility>

namespace goxel {
namespace {

// The coordinates along one axis of the tiles that a region touches.
struct TileSpan {
  std::int64_t first = 0;
  std::int64_t last = -1;
  double count() const {
    return static_cast<double>(std::max<std::int64_t>(last - first + 1, 0));
  }
};

constexpr std::int64_t kMinTile = std::int64_t{INT32_MIN} >> 4;
constexpr std::int64_t kMaxTile = std::int64_t{INT32_MAX} >> 4;

TileSpan SpanOf(const Box& region, std::size_t axis) {
  return {.first = std::max(region.min[axis] >> 4, kMinTile),
          .last = std::min((region.max[axis] - 1) >> 4, kMaxTile)};
}

bool Holds(const TileSpan& span, std::int64_t tile) {
  return tile >= span.first && tile <= span.last;
}

}  // namespace

VoxelSelection::VoxelSelection(const Volume& volume, std::optional<Box> region,
                               const ColorRange& colors)
    : volume_(volume),
      region_(region),
      colors_(colors),
      any_color_(colors == ColorRange{}) {
  CollectTiles();
  for (Part& part : parts_) {
    part.count = CountIn(part);
    count_ += part.count;
  }
  std::erase_if(parts_, [](const Part& part) { return part.count == 0; });
  std::ranges::sort(parts_, {}, [](const Part& part) {
    return std::tuple(part.coord.z, part.coord.y, part.coord.x);
  });
}

// The tiles that the region touches: looked up one by one when they are fewer
// than the volume has, picked from all of them otherwise.
void VoxelSelection::CollectTiles() {
  constexpr TileSpan kAll = {.first = kMinTile, .last = kMaxTile};
  std::array<TileSpan, 3> spans = {kAll, kAll, kAll};
  for (std::size_t axis = 0; region_ && axis < spans.size(); ++axis) {
    spans[axis] = SpanOf(*region_, axis);
  }
  const double touched = spans[0].count() * spans[1].count() * spans[2].count();
  if (touched > static_cast<double>(volume_.CountTiles())) {
    for (const auto& [coord, tile] : volume_.tiles()) {
      if (Holds(spans[0], coord.x) && Holds(spans[1], coord.y) &&
          Holds(spans[2], coord.z)) {
        parts_.push_back({.coord = coord, .tile = tile.get()});
      }
    }
    return;
  }
  for (std::int64_t z = spans[2].first; z <= spans[2].last; ++z) {
    for (std::int64_t y = spans[1].first; y <= spans[1].last; ++y) {
      for (std::int64_t x = spans[0].first; x <= spans[0].last; ++x) {
        const TileCoord coord = {static_cast<std::int32_t>(x),
                                 static_cast<std::int32_t>(y),
                                 static_cast<std::int32_t>(z)};
        const Tile* tile = volume_.FindTile(coord);
        if (tile != nullptr) parts_.push_back({.coord = coord, .tile = tile});
      }
    }
  }
}

VoxelSelection::CellRange VoxelSelection::RangeIn(TileCoord coord) const {
  CellRange range;
  if (!region_) return range;
  const std::array<std::int64_t, 3> corner = {
      std::int64_t{coord.x} * kTileSide, std::int64_t{coord.y} * kTileSide,
      std::int64_t{coord.z} * kTileSide};
  const auto within = [](std::int64_t cell) {
    return static_cast<int>(std::clamp<std::int64_t>(cell, 0, kTileSide));
  };
  for (std::size_t axis = 0; axis < corner.size(); ++axis) {
    range.begin[axis] = within(region_->min[axis] - corner[axis]);
    range.end[axis] = within(region_->max[axis] - corner[axis]);
  }
  return range;
}

std::uint32_t VoxelSelection::CountIn(const Part& part) const {
  const bool whole = RangeIn(part.coord) == CellRange{};
  if (whole && any_color_) {
    return static_cast<std::uint32_t>(part.tile->occupied);
  }
  if (whole) {
    return static_cast<std::uint32_t>(std::ranges::count_if(
        part.tile->voxels,
        [this](Color color) { return colors_.Contains(color); }));
  }
  std::uint32_t count = 0;
  Walk(part, [&count](Cell, Color) {
    ++count;
    return true;
  });
  return count;
}

void VoxelSelection::Cut(std::uint64_t offset, std::uint64_t limit) {
  count_ = std::min(limit, count_ - std::min(offset, count_));
  std::uint64_t left = count_;
  for (Part& part : parts_) {
    part.skipped =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(offset, part.count));
    offset -= part.skipped;
    part.count = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(left, part.count - part.skipped));
    left -= part.count;
  }
  std::erase_if(parts_, [](const Part& part) { return part.count == 0; });
}

std::optional<Box> VoxelSelection::Bounds() const {
  if (count_ == 0) return std::nullopt;
  Cell min = {INT32_MAX, INT32_MAX, INT32_MAX};
  Cell max = {INT32_MIN, INT32_MIN, INT32_MIN};
  ForEach([&](Cell cell, Color) {
    min = {std::min(min.x, cell.x), std::min(min.y, cell.y),
           std::min(min.z, cell.z)};
    max = {std::max(max.x, cell.x), std::max(max.y, cell.y),
           std::max(max.z, cell.z)};
  });
  return Box{.min = {min.x, min.y, min.z},
             .max = {std::int64_t{max.x} + 1, std::int64_t{max.y} + 1,
                     std::int64_t{max.z} + 1}};
}

}  // namespace goxel
