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
  // Takes over what is seen of the cells; those of the last call are forgotten.
  // The tiles must live until the next call.
  void Gather(const ChunkSurroundings& surroundings,
              const MaterialMap& materials);

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
    return cells == 0 ? 0 : SameMaterial(y, z, cells, dx, dy, dz);
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
  static constexpr std::size_t TileIndex(int x, int y, int z) {
    return static_cast<std::size_t>(x + kChunkTiles * (y + kChunkTiles * z));
  }

  void AddTile(const Tile& tile, int tile_x, int tile_y, int tile_z);
  void AddMaterials(const ChunkSurroundings& surroundings,
                    const MaterialMap& materials);
  bool AddMaterialsOf(const TileMaterials& tile_materials,
                      const MaterialMap& materials, Cell tile);
  void MakeTranslucent(int x, int y, int z);
  unsigned SolidInRow(int tile_x, std::size_t row) const;
  const Color* RowAt(int tile_x, int y, int z) const;
  std::uint64_t SameMaterial(int y, int z, std::uint64_t cells, int dx, int dy,
                             int dz) const;
  std::uint64_t SameColorAlongX(int y, int z) const;

  // Of the chunk itself; nullptr where there is none.
  std::array<const Tile*, kChunkTiles * kChunkTiles * kChunkTiles> tiles_{};

  std::array<std::uint64_t, kChunkSide> solid_rows_{};

  // And whether the cell before and after a row is opaque.
  std::array<std::uint64_t, kRowsPerSide * kRowsPerSide> opaque_{};
  std::array<std::uint8_t, kRowsPerSide * kRowsPerSide> before_{};
  std::array<std::uint8_t, kRowsPerSide * kRowsPerSide> after_{};
  std::array<std::uint64_t, kRowsPerSide * kRowsPerSide> translucent_{};

  // Of every solid cell, by CellIndex(), 0 elsewhere; empty when all have the
  // default one. In the layer around only translucent materials stand here.
  std::vector<MaterialIndex> materials_;
};

}  // namespace goxel

#endif  // RENDERER_CHUNK_CELLS_H_
