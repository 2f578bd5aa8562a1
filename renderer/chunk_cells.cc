#include "renderer/chunk_cells.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>

#include "renderer/scene/voxel_row.h"

namespace goxel {
namespace {

constexpr bool IsInside(int tile) { return tile >= 0 && tile < kChunkTiles; }

// The cells of a tile along one axis that lie in the chunk or touch it, counted
// from the tile's lowest.
struct Reach {
  explicit Reach(int tile)
      : first(tile < 0 ? kTileSide - 1 : 0),
        end(tile < kChunkTiles ? kTileSide : 1) {}
  int first, end;
};

template <typename Visitor>
void ForEachTileAround(Visitor visit) {
  for (int z = -1; z <= kChunkTiles; ++z) {
    for (int y = -1; y <= kChunkTiles; ++y) {
      for (int x = -1; x <= kChunkTiles; ++x) visit(x, y, z);
    }
  }
}

constexpr std::size_t IndexAround(int x, int y, int z) {
  constexpr int kSide = ChunkSurroundings::kSide;
  return static_cast<std::size_t>(x + 1 + kSide * (y + 1 + kSide * (z + 1)));
}

Hash128 HashBytes(const void* bytes, std::size_t size) {
  const XXH128_hash_t hash = XXH3_128bits(bytes, size);
  return {hash.high64, hash.low64};
}

}  // namespace

std::vector<TileCoord> ListChunks(const Volume& volume) {
  std::vector<TileCoord> chunks;
  chunks.reserve(volume.CountTiles());
  for (const auto& [coord, tile] : volume.tiles()) {
    chunks.push_back(ChunkOf(coord));
  }
  std::ranges::sort(chunks);
  chunks.erase(std::unique(chunks.begin(), chunks.end()), chunks.end());
  return chunks;
}

ChunkSurroundings::ChunkSurroundings(const Volume& volume, TileCoord first)
    : first_tile(first) {
  // Tiles reach to the ends of 32-bit cells, so that no sum here overflows.
  ForEachTileAround([&](int x, int y, int z) {
    tiles[IndexAround(x, y, z)] =
        volume.FindTile({first.x + x, first.y + y, first.z + z});
  });
}

const Tile* ChunkSurroundings::At(int x, int y, int z) const {
  return tiles[IndexAround(x, y, z)];
}

Hash128 HashOf(const ChunkSurroundings& surroundings) {
  std::array<Hash128, std::tuple_size_v<decltype(surroundings.tiles)>> hashes{};
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const Tile* tile = surroundings.tiles[i];
    if (tile != nullptr) hashes[i] = HashTile(*tile);
  }
  return HashBytes(hashes.data(), sizeof(hashes));
}

void ChunkCells::Gather(const ChunkSurroundings& surroundings,
                        const MaterialMap& materials) {
  tiles_.fill(nullptr);
  solid_rows_.fill(0);
  opaque_.fill(0);
  before_.fill(0);
  after_.fill(0);
  translucent_.fill(0);
  materials_.clear();
  ForEachTileAround([&](int x, int y, int z) {
    const Tile* tile = surroundings.At(x, y, z);
    if (tile == nullptr) return;
    AddTile(*tile, x, y, z);
    if (IsInside(x) && IsInside(y) && IsInside(z)) {
      tiles_[TileIndex(x, y, z)] = tile;
    }
  });
  for (int z = 0; z < kChunkSide; ++z) {
    for (int y = 0; y < kChunkSide; ++y) {
      const std::uint64_t any = opaque_[RowIndex(y, z)] != 0 ? 1 : 0;
      solid_rows_[static_cast<std::size_t>(z)] |= any << y;
    }
  }
  if (!materials.uniform()) AddMaterials(surroundings, materials);
}

void ChunkCells::AddTile(const Tile& tile, int tile_x, int tile_y, int tile_z) {
  const Reach reach_y(tile_y);
  const Reach reach_z(tile_z);
  for (int z = reach_z.first; z < reach_z.end; ++z) {
    for (int y = reach_y.first; y < reach_y.end; ++y) {
      const Color* voxels =
          &tile.voxels[static_cast<std::size_t>(Tile::IndexOf(0, y, z))];
      const std::size_t row =
          RowIndex(tile_y * kTileSide + y, tile_z * kTileSide + z);
      if (tile_x < 0) {
        before_[row] = voxels[kTileSide - 1].a >= kSolidAlpha;
      } else if (tile_x >= kChunkTiles) {
        after_[row] = voxels[0].a >= kSolidAlpha;
      } else {
        opaque_[row] |= std::uint64_t{BitsOfAlpha(voxels, kSolidAlpha)}
                        << (kTileSide * tile_x);
      }
    }
  }
}

void ChunkCells::AddMaterials(const ChunkSurroundings& surroundings,
                              const MaterialMap& materials) {
  materials_.assign(kRowsPerSide * kRowsPerSide * kRowsPerSide, 0);
  const TileCoord first = surroundings.first_tile;
  bool any = false;
  ForEachTileAround([&](int x, int y, int z) {
    const Tile* tile = surroundings.At(x, y, z);
    const bool is_inside = IsInside(x) && IsInside(y) && IsInside(z);
    if (tile == nullptr || !(is_inside || materials.has_translucent())) return;
    const TileMaterials of_tile(materials,
                                {first.x + x, first.y + y, first.z + z}, *tile);
    any |= AddMaterialsOf(of_tile, materials, {x, y, z});
  });
  if (!any) materials_.clear();
}

// False when there is none but the default material.
bool ChunkCells::AddMaterialsOf(const TileMaterials& tile_materials,
                                const MaterialMap& materials, Cell tile) {
  const Reach reach_y(tile.y);
  const Reach reach_z(tile.z);
  const bool is_inside =
      IsInside(tile.x) && IsInside(tile.y) && IsInside(tile.z);
  bool any = false;
  for (int i = reach_z.first; i < reach_z.end; ++i) {
    const int z = tile.z * kTileSide + i;
    for (int j = reach_y.first; j < reach_y.end; ++j) {
      const int y = tile.y * kTileSide + j;
      const auto first = static_cast<std::size_t>(Tile::IndexOf(0, j, i));
      unsigned solid = SolidInRow(tile.x, RowIndex(y, z));
      for (; solid != 0; solid &= solid - 1) {
        const int k = std::countr_zero(solid);
        const MaterialIndex material =
            tile_materials.Of(first + static_cast<std::size_t>(k));
        if (material == 0) continue;
        const bool is_translucent = materials.IsTranslucent(material);
        if (!is_inside && !is_translucent) continue;
        const int x = tile.x * kTileSide + k;
        materials_[CellIndex(x, y, z)] = material;
        if (is_translucent) MakeTranslucent(x, y, z);
        any = true;
      }
    }
  }
  return any;
}

void ChunkCells::MakeTranslucent(int x, int y, int z) {
  const std::size_t row = RowIndex(y, z);
  if (x < 0) {
    before_[row] = 0;
  } else if (x >= kChunkSide) {
    after_[row] = 0;
  } else {
    opaque_[row] &= ~(std::uint64_t{1} << x);
    const auto is_in_chunk = [](int i) { return i >= 0 && i < kChunkSide; };
    if (is_in_chunk(y) && is_in_chunk(z)) {
      translucent_[row] |= std::uint64_t{1} << x;
    }
  }
}

// The solid cells of a tile's row that lie in the chunk or touch it, as bits of
// the tile's row. To be asked before any of them becomes translucent.
unsigned ChunkCells::SolidInRow(int tile_x, std::size_t row) const {
  if (tile_x < 0) return unsigned{before_[row]} << (kTileSide - 1);
  if (tile_x >= kChunkTiles) return after_[row];
  return static_cast<std::uint16_t>(opaque_[row] >> (kTileSide * tile_x));
}

Hash128 ChunkCells::HashOfContent() const {
  std::array<Hash128, std::tuple_size_v<decltype(tiles_)>> hashes{};
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (tiles_[i] != nullptr) hashes[i] = HashTile(*tiles_[i]);
  }
  // Which cells are translucent follows: those that are solid but not opaque.
  const std::array<Hash128, 5> parts = {
      HashBytes(hashes.data(), sizeof(hashes)),
      HashBytes(opaque_.data(), sizeof(opaque_)),
      HashBytes(before_.data(), sizeof(before_)),
      HashBytes(after_.data(), sizeof(after_)),
      HashBytes(materials_.data(), materials_.size())};
  return HashBytes(parts.data(), sizeof(parts));
}

std::uint64_t ChunkCells::SameMaterial(int y, int z, std::uint64_t cells,
                                       int dx, int dy, int dz) const {
  std::uint64_t same = 0;
  for (; cells != 0; cells &= cells - 1) {
    const int x = std::countr_zero(cells);
    const bool is_same = materials_[CellIndex(x, y, z)] ==
                         materials_[CellIndex(x + dx, y + dy, z + dz)];
    same |= std::uint64_t{is_same} << x;
  }
  return same;
}

const Color* ChunkCells::RowAt(int tile_x, int y, int z) const {
  const Tile* tile = tiles_[TileIndex(tile_x, y >> 4, z >> 4)];
  return tile == nullptr ? nullptr
                         : &tile->voxels[static_cast<std::size_t>(
                               Tile::IndexOf(0, y & 15, z & 15))];
}

std::uint64_t ChunkCells::SameColorAlongX(int y, int z) const {
  std::array<Color, kChunkSide + 1> row{};
  for (int tile = 0; tile < kChunkTiles; ++tile) {
    const Color* voxels = RowAt(tile, y, z);
    if (voxels == nullptr) continue;
    std::copy_n(voxels, kTileSide, row.begin() + tile * kTileSide);
  }
  std::uint64_t same = 0;
  for (std::size_t first = 0; first < kChunkSide; first += kTileSide) {
    same |= std::uint64_t{BitsOfSameColor(&row[first], &row[first + 1])}
            << first;
  }
  return same;
}

std::uint64_t ChunkCells::SameAsNext(std::size_t axis, int y, int z,
                                     std::uint64_t wanted) const {
  const int dx = axis == 0 ? 1 : 0;
  const int dy = axis == 1 ? 1 : 0;
  const int dz = axis == 2 ? 1 : 0;
  std::uint64_t same = 0;
  if (axis == 0) {
    same = SameColorAlongX(y, z);
  } else {
    for (int tile = 0; tile < kChunkTiles; ++tile) {
      if ((wanted >> (kTileSide * tile) & 0xFFFF) == 0) continue;
      const Color* row = RowAt(tile, y, z);
      const Color* next = RowAt(tile, y + dy, z + dz);
      same |= std::uint64_t{BitsOfSameColor(row, next)} << (kTileSide * tile);
    }
  }
  if (materials_.empty()) return same & wanted;
  return SameMaterial(y, z, same & wanted, dx, dy, dz);
}

}  // namespace goxel
