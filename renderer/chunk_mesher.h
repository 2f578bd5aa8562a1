// Meshes one chunk of 64^3 cells; see mesher.h for the method as a whole.
//
// Thread safety: none; one object per thread.

#ifndef RENDERER_CHUNK_MESHER_H_
#define RENDERER_CHUNK_MESHER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "renderer/mesher.h"

namespace goxel {

inline constexpr int kChunkTiles = 4;  // Tiles along one side of a chunk.
inline constexpr int kChunkSide = kChunkTiles * kTileSide;  // Bits in a row.

// A tile with its solid voxels as bits: bit x of rows[y + 16 * z].
struct SolidTile {
  const Tile* tile = nullptr;
  std::array<std::uint16_t, kTileSide * kTileSide> rows{};
};

// Every tile of a volume that has a solid voxel.
using SolidTiles = std::unordered_map<TileCoord, SolidTile, TileCoordHash>;
SolidTiles FindSolidTiles(const Volume& volume);

class ChunkMesher {
 public:
  // `tiles` must outlive this object.
  explicit ChunkMesher(const SolidTiles& tiles) : all_tiles_(tiles) {}

  // Appends the quads of the chunk whose lowest tile is `first_tile`.
  // `position` is the chunk's lowest cell in its region.
  void Append(TileCoord first_tile, std::array<std::uint16_t, 3> position,
              std::vector<MeshVertex>& vertices);

 private:
  // A row of the chunk, or of the layer of cells around it, for y and z from -1
  // to 64.
  static constexpr std::size_t kRowsPerSide = kChunkSide + 2;
  static constexpr std::size_t RowIndex(int y, int z) {
    return static_cast<std::size_t>(y + 1) +
           kRowsPerSide * static_cast<std::size_t>(z + 1);
  }
  static constexpr std::size_t LineIndex(int plane, int line) {
    return static_cast<std::size_t>(plane * kChunkSide + line);
  }

  void GatherTiles(TileCoord first_tile);
  void AddSolid(const SolidTile& tile, int tile_x, int tile_y, int tile_z);
  void FindFaces(Face face);
  std::uint64_t Exposed(Face face, int y, int z) const;
  void AddFaces(std::size_t axis, int y, int z, std::uint64_t exposed);
  void MergePlane(Face face, int plane);
  void MergeQuad(Face face, int plane, int line);
  bool IsColor(std::size_t axis, int plane, int line, int bit, int width,
               std::uint32_t color) const;
  std::uint32_t ColorAt(std::size_t axis, int plane, int line, int bit) const;
  void Emit(Face face, const std::array<int, 3>& low,
            const std::array<int, 3>& high, std::uint32_t color);

  const SolidTiles& all_tiles_;
  std::array<std::uint16_t, 3> position_{};
  std::vector<MeshVertex>* vertices_ = nullptr;

  std::array<const Tile*, kChunkTiles * kChunkTiles * kChunkTiles> tiles_{};

  // Solid cells along x; and whether the cell before and after a row is solid.
  std::array<std::uint64_t, kRowsPerSide * kRowsPerSide> solid_{};
  std::array<std::uint8_t, kRowsPerSide * kRowsPerSide> before_{};
  std::array<std::uint8_t, kRowsPerSide * kRowsPerSide> after_{};

  // The faces of one direction that no quad covers yet: planes across the axis,
  // each of 64 lines of 64 bits. All zero between two calls of Append(). Which
  // of the other axes are lines and which are bits, see CellOf() in the .cc.
  std::array<std::uint64_t, std::size_t{kChunkSide} * kChunkSide> lines_{};
  std::array<std::uint64_t, kChunkSide> used_lines_{};  // Bit per line.
};

}  // namespace goxel

#endif  // RENDERER_CHUNK_MESHER_H_
