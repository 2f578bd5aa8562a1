// A volume: an unbounded, sparse 3D grid of voxels, stored as 16^3 tiles.
//
// Ownership: tiles are immutable once shared. Copying (or moving) a Volume is
// O(1) and gives a snapshot: both copies share the tile table and every tile
// until one of them is written to, which then copies what it changes. A tile
// taken from tiles() by shared_ptr never changes either.
//
// Thread safety: one Volume belongs to one thread at a time; copies of it may
// be read and written by other threads, since shared tiles never change.
// Several threads may call const methods of one Volume while none writes.
//
// Coordinates: right-handed, Z up; voxel (x, y, z) fills [x, x+1]^3. Any 32-bit
// integers are valid coordinates.

#ifndef RENDERER_SCENE_VOLUME_H_
#define RENDERER_SCENE_VOLUME_H_

#include <array>
#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

namespace goxel {

// sRGB with straight alpha. Alpha 0 is an empty cell.
struct Color {
  std::uint8_t r = 0, g = 0, b = 0, a = 0;
  bool operator==(const Color&) const = default;
};

// A voxel is drawn and exported when its alpha is at least this (as in Goxel).
inline constexpr std::uint8_t kSolidAlpha = 127;

struct Cell {
  std::int32_t x = 0, y = 0, z = 0;
  auto operator<=>(const Cell&) const = default;
};

// A box of cells: min inclusive, max exclusive. 64-bit, so that the box around
// the outermost cells still has a max.
struct Box {
  std::array<std::int64_t, 3> min{};
  std::array<std::int64_t, 3> max{};
  bool operator==(const Box&) const = default;
};

// 128 bits that name a content: XXH3-128.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const Hash128&) const = default;
};

// Room beside a content for its hash. Readers may race to fill it in: all of
// them store the same value. A copy starts empty, since it is made to be
// changed.
class RememberedHash {
 public:
  RememberedHash() = default;
  RememberedHash(const RememberedHash&) noexcept {}
  RememberedHash& operator=(const RememberedHash&) noexcept {
    Forget();
    return *this;
  }

  std::optional<Hash128> Get() const {
    const std::uint64_t high = high_.load(std::memory_order_acquire);
    if (high == 0) return std::nullopt;
    return Hash128{high, low_.load(std::memory_order_relaxed)};
  }

  // A hash whose high half is 0, the mark of "none", is not remembered.
  void Set(Hash128 hash) const {
    low_.store(hash.low, std::memory_order_relaxed);
    high_.store(hash.high, std::memory_order_release);
  }

  // REQUIRES: no other thread uses the content.
  void Forget() { high_.store(0, std::memory_order_relaxed); }

 private:
  mutable std::atomic<std::uint64_t> high_{0};
  mutable std::atomic<std::uint64_t> low_{0};
};

inline constexpr int kTileSide = 16;
inline constexpr int kTileVoxels = kTileSide * kTileSide * kTileSide;

// Position of a tile in units of tiles: cell >> 4.
using TileCoord = Cell;

// The tile that holds `cell`.
constexpr TileCoord TileOf(Cell cell) {
  return {cell.x >> 4, cell.y >> 4, cell.z >> 4};
}

struct TileCoordHash {
  std::size_t operator()(const TileCoord& coord) const;
};

struct Tile {
  // Voxel (x, y, z) of the tile is at x + 16 * y + 256 * z.
  std::array<Color, kTileVoxels> voxels{};
  int occupied = 0;     // Voxels with alpha != 0.
  RememberedHash hash;  // Of the voxels; for HashVolume().

  static constexpr int IndexOf(int x, int y, int z) {
    return x + kTileSide * (y + kTileSide * z);
  }

  // The index, in its tile, of a cell of the volume.
  static constexpr std::size_t IndexOf(Cell cell) {
    return static_cast<std::size_t>(
        IndexOf(cell.x & 15, cell.y & 15, cell.z & 15));
  }

  // Clears the colour of empty voxels and counts `occupied`.
  void Normalize();
};

using TileTable =
    std::unordered_map<TileCoord, std::shared_ptr<const Tile>, TileCoordHash>;

class Volume {
 public:
  Volume();
  Volume(const Volume& other) noexcept;
  Volume& operator=(const Volume& other) noexcept;

  // The empty colour where there is no voxel.
  Color Get(Cell cell) const;

  // Alpha 0 removes the voxel. Writing what is there already changes nothing
  // and copies nothing.
  void Set(Cell cell, Color color);

  // Replaces the whole tile at `coord`; an empty tile removes it. Readers of
  // files use this to fill volumes quickly. `tile.occupied` need not be set.
  void SetTile(TileCoord coord, const Tile& tile);

  // The same without a copy: the volume shares `tile`, which nobody may change
  // any more. nullptr removes the tile.
  // REQUIRES: made as a non-const Tile (by make_shared<Tile>, say), and
  // Normalize() was called after the last change.
  void SetTile(TileCoord coord, std::shared_ptr<const Tile> tile);

  // Tiles with at least one voxel, in no particular order. Valid until the next
  // write to this Volume.
  const TileTable& tiles() const {
    table_->handed_out.store(true, std::memory_order_relaxed);
    return table_->tiles;
  }

  // The tile at `coord`; nullptr when it has no voxel. Valid until the next
  // write to this Volume.
  const Tile* FindTile(TileCoord coord) const;

  bool empty() const { return table_->tiles.empty(); }

  // Number of tiles(). O(1).
  std::size_t CountTiles() const { return table_->tiles.size(); }

  // Number of voxels (alpha != 0). O(1).
  std::uint64_t CountVoxels() const { return table_->voxels; }

  // True when one is a copy of the other and neither was changed since. O(1).
  bool SharesAllWith(const Volume& other) const {
    return table_ == other.table_;
  }

  // The tight box around all voxels with alpha >= min_alpha (from 1); nullopt
  // when there is none.
  std::optional<Box> Bounds(std::uint8_t min_alpha = 1) const;

 private:
  friend Hash128 HashVolume(const Volume& volume);

  struct Table {
    TileTable tiles;
    std::uint64_t voxels = 0;  // In all tiles.
    RememberedHash hash;

    // Somebody else may have got hold of the table or of a tile since the
    // writer last looked.
    mutable std::atomic<bool> handed_out{false};
  };

  // Makes the table this Volume's own, ready to be changed.
  Table& OwnTable();

  // The tile at `coord`, made this Volume's own; a new one where there is none.
  Tile& OwnTile(TileCoord coord);

  void EraseTile(TileCoord coord);

  std::shared_ptr<Table> table_;

  // The tile written to last, or nullptr. It is this Volume's own as long as
  // table_->handed_out is false.
  Tile* last_tile_ = nullptr;
  TileCoord last_coord_;
};

// XXH3-128 of everything in a volume that can change a picture. Equal volumes
// have equal hashes in every process and on every run, however they came about.
// The hashes of the volume and of its tiles are remembered while they live: the
// second call costs nothing, and after an edit only changed tiles are hashed.
Hash128 HashVolume(const Volume& volume);

// The same of one tile, wherever it stands.
// REQUIRES: Normalize() was called after the last change.
Hash128 HashTile(const Tile& tile);

}  // namespace goxel

#endif  // RENDERER_SCENE_VOLUME_H_
