// The cells of one chunk of 64^3 and of the layer of cells around it, in the
// form that meshing takes them: a row of 64 cells along x is one word, bit x of
// it the cell at x. Positions count from the chunk's lowest cell; y and z go
// from -1 to 64.
//
// Thread safety: none; one object per thread.

#ifndef RENDERER_CHUNK_CELLS_H_
#define RENDERER_CHUNK_CELLS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "renderer/scene/material_map.h"
#include "renderer/scene/volume.h"

namespace goxel {

inline constexpr int kChunkTiles = 4;  // Tiles along one side of a chunk.
inline constexpr int kChunkSide = kChunkTiles * kTileSide;  // Bits in a row.

// The lowest tile of the chunk that `tile` is in.
constexpr TileCoord ChunkOf(TileCoord tile) {
  constexpr std::int32_t kMask = ~(kChunkTiles - 1);
  return {tile.x & kMask, tile.y & kMask, tile.z & kMask};
}

// The lowest tiles of all chunks that have a tile, in order.
std::vector<TileCoord> ListChunks(const Volume& volume);

// A chunk with every tile that shares a side, an edge or a corner with it. No
// cell in them is read.
struct ChunkSurroundings {
  static constexpr int kSide = kChunkTiles + 2;

  ChunkSurroundings(const Volume& volume, TileCoord first_tile);

  // Counted from the chunk's lowest tile, from -1 to 4; nullptr where there is
  // none.
  const Tile* At(int x, int y, int z) const;

  TileCoord first_tile;
  std::array<const Tile*, std::size_t{kSide} * kSide * kSide> tiles{};
};

// Equal for surroundings of equal voxels, wherever they lie.
Hash128 HashOf(const ChunkSurroundings& surroundings);

class ChunkCells {
 public:
  // Of chunks whose voxels have the materials that `map` says.
  explicit ChunkCells(MaterialMap map) : map_(std::move(map)) {}

  // Takes over what is seen of the cells; those of the last call are forgotten.
  // The tiles must live until the next call.
  void Gather(const ChunkSurroundings& surroundings);

  // Of all that the chunk's mesh depends on: unlike HashOf(), blind to what
  // lies in the tiles around and does not touch the chunk.
  Hash128 HashOfContent() const;

  // Solid cells, which are opaque or translucent; none in the layer around.
  std::uint64_t Solid(int y, int z) const {
    const std::size_t row = RowIndex(y, z);
    return opaque_[row] | translucent_[row];
  }

  // The rows at z that have a solid cell: bit y is the row at y.
  std::uint64_t SolidRows(int z) const {
    return solid_rows_[static_cast<std::size_t>(z)];
  }

  // The opaque cells beside those of a row: bit x is the cell at x + dx, for dx
  // from -1 to 1.
  std::uint64_t Opaque(int dx, int y, int z) const {
    const std::size_t row = RowIndex(y, z);
    const std::uint64_t cells = opaque_[row];
    if (dx == 0) return cells;
    if (dx < 0) return cells << 1 | before_[row];
    return cells >> 1 | std::uint64_t{after_[row]} << (kChunkSide - 1);
  }

  // The translucent cells of a row whose neighbour by (dx, dy, dz) has the same
  // material.
  std::uint64_t SameTranslucent(int y, int z, int dx, int dy, int dz) const {
    const std::uint64_t cells = translucent_[RowIndex(y, z)];
    return cells == 0 ? 0 : cells & SameMaterial(y, z, dx, dy, dz);
  }

  // Those of the cells `wanted` that have the colour and the material of the
  // next cell along an axis.
  // REQUIRES: each of them and the next is a solid cell of the chunk.
  std::uint64_t SameAsNext(std::size_t axis, int y, int z,
                           std::uint64_t wanted) const;

  // REQUIRES: a solid cell of the chunk.
  Color ColorAt(int x, int y, int z) const {
    const Tile* tile = tiles_[TileIndex(x >> 4, y >> 4, z >> 4)];
    return tile->voxels[Tile::IndexOf(Cell{x, y, z})];
  }
  MaterialIndex MaterialAt(int x, int y, int z) const {
    if (map_.by_color()) return map_.OfColor(ColorAt(x, y, z));
    return materials_.empty() ? MaterialIndex{}
                              : materials_[CellIndex(x, y, z)];
  }
  bool IsTranslucent(int x, int y, int z) const {
    return (translucent_[RowIndex(y, z)] >> x & 1) != 0;
  }

 private:
  static constexpr std::size_t kRowsPerSide = kChunkSide + 2;
  static constexpr std::size_t RowIndex(int y, int z) {
    return static_cast<std::size_t>(y + 1) +
           kRowsPerSide * static_cast<std::size_t>(z + 1);
  }
  static constexpr std::size_t CellIndex(int x, int y, int z) {
    return static_cast<std::size_t>(x + 1) + kRowsPerSide * RowIndex(y, z);
  }
  static constexpr std::size_t kCells =
      kRowsPerSide * kRowsPerSide * kRowsPerSide;
  static constexpr std::size_t TileIndex(int x, int y, int z) {
    return static_cast<std::size_t>(x + kChunkTiles * (y + kChunkTiles * z));
  }

  // The solid cells of a tile's row that lie in the chunk or touch it, as bits
  // of the tile's row, the first of which is at `first`. To be asked before any
  // of them becomes translucent.
  unsigned SolidInRow(Cell first) const {
    const std::size_t row = RowIndex(first.y, first.z);
    if (first.x < 0) return unsigned{before_[row]} << (kTileSide - 1);
    if (first.x >= kChunkSide) return after_[row];
    return static_cast<std::uint16_t>(opaque_[row] >> first.x);
  }

  void AddTile(const Tile& tile, TileCoord at);
  void AddMaterials(const Tile& tile, TileCoord at, TileCoord first_tile);
  void AddMaterials(const TileMaterials& materials, Cell first, unsigned cells);
  void MakeTranslucent(Cell first, unsigned cells);

  // A tile's row of the chunk.
  // REQUIRES: there is a tile.
  const Color* RowAt(int tile_x, int y, int z) const {
    const Tile* tile = tiles_[TileIndex(tile_x, y >> 4, z >> 4)];
    return &tile->voxels[Tile::IndexOf(Cell{0, y, z})];
  }

  std::uint64_t SameMaterial(int y, int z, int dx, int dy, int dz) const;

  const MaterialMap map_;

  // Of the chunk itself; nullptr where there is none.
  std::array<const Tile*, kChunkTiles * kChunkTiles * kChunkTiles> tiles_{};

  std::array<std::uint64_t, kChunkSide> solid_rows_{};

  // And whether the cell before and after a row is opaque.
  std::array<std::uint64_t, kRowsPerSide * kRowsPerSide> opaque_{};
  std::array<std::uint8_t, kRowsPerSide * kRowsPerSide> before_{};
  std::array<std::uint8_t, kRowsPerSide * kRowsPerSide> after_{};
  std::array<std::uint64_t, kRowsPerSide * kRowsPerSide> translucent_{};

  // By CellIndex(): of every translucent cell and, where the map is not by
  // colour, of every solid one in the chunk; 0 elsewhere. Empty when all are 0.
  std::vector<MaterialIndex> materials_;
};

}  // namespace goxel

#endif  // RENDERER_CHUNK_CELLS_H_
