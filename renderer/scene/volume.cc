#include "renderer/scene/volume.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "renderer/scene/voxel_row.h"

namespace goxel {
namespace {

// True when nobody else holds `pointer`, and then all that former holders did
// with it has happened before the call returns.
template <typename T>
bool IsSoleOwner(const std::shared_ptr<T>& pointer) {
  if (pointer.use_count() != 1) return false;
  // use_count() orders nothing. Giving up a second reference does: it acquires
  // what the former holders released with theirs.
  std::shared_ptr<T>(pointer).reset();
  return true;
}

constexpr Color Normalized(Color color) {
  return color.a == 0 ? Color{} : color;
}

bool Contains(const Box& outer, const Box& inner) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (inner.min[axis] < outer.min[axis]) return false;
    if (inner.max[axis] > outer.max[axis]) return false;
  }
  return true;
}

void Extend(Box& box, const Box& other) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.min[axis] = std::min(box.min[axis], other.min[axis]);
    box.max[axis] = std::max(box.max[axis], other.max[axis]);
  }
}

Box TileBox(TileCoord coord) {
  Box box;
  box.min = {std::int64_t{coord.x} * kTileSide,
             std::int64_t{coord.y} * kTileSide,
             std::int64_t{coord.z} * kTileSide};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.max[axis] = box.min[axis] + kTileSide;
  }
  return box;
}

// The tight box around the voxels of a tile, in coordinates of the volume.
std::optional<Box> TightBox(TileCoord coord, const Tile& tile,
                            std::uint8_t min_alpha) {
  const Box whole = TileBox(coord);
  if (min_alpha <= 1 && tile.occupied == kTileVoxels) return whole;
  std::array<int, 3> low = {kTileSide, kTileSide, kTileSide};
  std::array<int, 3> high = {-1, -1, -1};
  unsigned columns = 0;  // Along x, of all rows.
  for (int row = 0; row < kTileSide * kTileSide; ++row) {
    const auto first = static_cast<std::size_t>(row * kTileSide);
    const unsigned bits = BitsOfAlpha(&tile.voxels[first], min_alpha);
    if (bits == 0) continue;
    columns |= bits;
    const std::array<int, 3> at = {0, row % kTileSide, row / kTileSide};
    for (std::size_t axis = 1; axis < 3; ++axis) {
      low[axis] = std::min(low[axis], at[axis]);
      high[axis] = std::max(high[axis], at[axis]);
    }
  }
  if (columns == 0) return std::nullopt;
  low[0] = std::countr_zero(columns);
  high[0] = std::bit_width(columns) - 1;
  Box box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.min[axis] = whole.min[axis] + low[axis];
    box.max[axis] = whole.min[axis] + high[axis] + 1;
  }
  return box;
}

}  // namespace

std::size_t TileCoordHash::operator()(const TileCoord& coord) const {
  const auto widen = [](std::int32_t value) {
    return std::uint64_t{static_cast<std::uint32_t>(value)};
  };
  // Odd multipliers spread each axis over the word; the shift brings the well
  // mixed upper half down to where a table looks.
  std::uint64_t mixed = widen(coord.x) * 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ widen(coord.y)) * 0xD6E8FEB86659FD93u;
  mixed = (mixed ^ (mixed >> 32) ^ widen(coord.z)) * 0xCA5A826395121157u;
  return static_cast<std::size_t>(mixed ^ (mixed >> 32));
}

void Tile::Normalize() {
  occupied = 0;
  for (Color& voxel : voxels) {
    voxel = Normalized(voxel);
    occupied += voxel.a != 0 ? 1 : 0;
  }
  hash.Forget();
}

Volume::Volume() : table_(std::make_shared<Table>()) {}

Volume::Volume(const Volume& other) noexcept : table_(other.table_) {
  table_->handed_out.store(true, std::memory_order_relaxed);
}

Volume& Volume::operator=(const Volume& other) noexcept {
  other.table_->handed_out.store(true, std::memory_order_relaxed);
  table_ = other.table_;
  last_tile_ = nullptr;
  return *this;
}

Color Volume::Get(Cell cell) const {
  const Tile* tile = FindTile(TileOf(cell));
  return tile == nullptr ? Color{} : tile->voxels[Tile::IndexOf(cell)];
}

const Tile* Volume::FindTile(TileCoord coord) const {
  const auto found = table_->tiles.find(coord);
  return found == table_->tiles.end() ? nullptr : found->second.get();
}

void Volume::Set(Cell cell, Color color) {
  const TileCoord coord = TileOf(cell);
  const std::size_t index = Tile::IndexOf(cell);
  const Color value = Normalized(color);
  const bool is_own = last_tile_ != nullptr && coord == last_coord_ &&
                      !table_->handed_out.load(std::memory_order_relaxed);
  if (!is_own) {
    const Tile* shared = FindTile(coord);
    const Color before = shared == nullptr ? Color{} : shared->voxels[index];
    if (before == value) return;
  }
  Tile& tile = is_own ? *last_tile_ : OwnTile(coord);
  Color& voxel = tile.voxels[index];
  const int added = (value.a != 0 ? 1 : 0) - (voxel.a != 0 ? 1 : 0);
  tile.occupied += added;
  table_->voxels += static_cast<std::uint64_t>(added);
  voxel = value;
  tile.hash.Forget();
  table_->hash.Forget();
  if (tile.occupied == 0) EraseTile(coord);
}

void Volume::SetTile(TileCoord coord, const Tile& tile) {
  auto copy = std::make_shared<Tile>(tile);
  copy->Normalize();
  SetTile(coord, std::shared_ptr<const Tile>(std::move(copy)));
}

void Volume::SetTile(TileCoord coord, std::shared_ptr<const Tile> tile) {
  if (tile == nullptr || tile->occupied == 0) {
    if (FindTile(coord) != nullptr) EraseTile(coord);
    return;
  }
  Table& table = OwnTable();
  std::shared_ptr<const Tile>& slot = table.tiles[coord];
  table.voxels += static_cast<std::uint64_t>(tile->occupied);
  if (slot) table.voxels -= static_cast<std::uint64_t>(slot->occupied);
  slot = std::move(tile);
  table.hash.Forget();
  last_tile_ = nullptr;
}

std::optional<Box> Volume::Bounds(std::uint8_t min_alpha) const {
  std::optional<Box> bounds;
  for (const auto& [coord, tile] : table_->tiles) {
    // Only tiles that stick out of the box so far can make it larger.
    if (bounds && Contains(*bounds, TileBox(coord))) continue;
    const std::optional<Box> tight = TightBox(coord, *tile, min_alpha);
    if (!tight) continue;
    if (!bounds) bounds = tight;
    Extend(*bounds, *tight);
  }
  return bounds;
}

Volume::Table& Volume::OwnTable() {
  if (!table_->handed_out.load(std::memory_order_relaxed)) return *table_;
  last_tile_ = nullptr;
  if (IsSoleOwner(table_)) {
    table_->handed_out.store(false, std::memory_order_relaxed);
  } else {
    auto own = std::make_shared<Table>();
    own->tiles = table_->tiles;
    own->voxels = table_->voxels;
    table_ = std::move(own);
  }
  return *table_;
}

Tile& Volume::OwnTile(TileCoord coord) {
  std::shared_ptr<const Tile>& slot = OwnTable().tiles[coord];
  if (slot == nullptr) {
    slot = std::make_shared<Tile>();
  } else if (!IsSoleOwner(slot)) {
    slot = std::make_shared<Tile>(*slot);
  }
  // Every tile is created non-const, and this one is nobody else's.
  last_tile_ = const_cast<Tile*>(slot.get());
  last_coord_ = coord;
  return *last_tile_;
}

void Volume::EraseTile(TileCoord coord) {
  Table& table = OwnTable();
  const auto found = table.tiles.find(coord);
  table.voxels -= static_cast<std::uint64_t>(found->second->occupied);
  table.tiles.erase(found);
  table.hash.Forget();
  last_tile_ = nullptr;
}

}  // namespace goxel
