#include "renderer/chunk_cells.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>

#include "renderer/scene/voxel_row.h"

namespace goxel {
namespace {

constexpr bool IsInside(TileCoord at) {
  const auto is_inside = [](int i) { return i >= 0 && i < kChunkTiles; };
  return is_inside(at.x) && is_inside(at.y) && is_inside(at.z);
}

bool IsInChunk(Cell cell) { return IsInside(TileOf(cell)); }

// The cells of a tile along one axis that lie in the chunk or touch it, counted
// from the tile's lowest.
struct Reach {
  explicit Reach(int tile)
      : first(tile < 0 ? kTileSide - 1 : 0),
        end(tile < kChunkTiles ? kTileSide : 1) {}
  int first, end;
};

// Asks for what will be read some rows after the voxel at `index`: a scene is
// larger than the nearer caches, and the first look at a tile waits for it.
void PrefetchAfter(const Tile& tile, std::size_t index) {
  constexpr std::size_t kAhead = 24 * kTileSide;
  const std::size_t last = tile.voxels.size() - 1;
  __builtin_prefetch(&tile.voxels[std::min(index + kAhead, last)]);
}

// Which voxels of a row have one of the colours.
unsigned BitsOfColors(const Color* row, const std::vector<Color>& colors) {
  unsigned bits = 0;
  for (const Color& color : colors) bits |= BitsOfColor(row, color);
  return bits;
}

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

void ChunkCells::Gather(const ChunkSurroundings& surroundings) {
  tiles_.fill(nullptr);
  opaque_.fill(0);
  before_.fill(0);
  after_.fill(0);
  translucent_.fill(0);
  materials_.clear();
  ForEachTileAround([&](int x, int y, int z) {
    const Tile* tile = surroundings.At(x, y, z);
    if (tile == nullptr) return;
    const bool is_inside = IsInside({x, y, z});
    if (is_inside) tiles_[TileIndex(x, y, z)] = tile;
    AddTile(*tile, {x, y, z});
    if (map_.has_translucent() || (is_inside && !map_.by_color())) {
      AddMaterials(*tile, {x, y, z}, surroundings.first_tile);
    }
  });
  for (int z = 0; z < kChunkSide; ++z) {
    std::uint64_t rows = 0;
    for (int y = 0; y < kChunkSide; ++y) {
      const std::uint64_t any = Solid(y, z) != 0 ? 1 : 0;
      rows |= any << y;
    }
    solid_rows_[static_cast<std::size_t>(z)] = rows;
  }
}

// `at` counts tiles from the chunk's lowest one. As if all cells were opaque.
void ChunkCells::AddTile(const Tile& tile, TileCoord at) {
  const Reach reach_y(at.y);
  const Reach reach_z(at.z);
  for (int z = reach_z.first; z < reach_z.end; ++z) {
    for (int y = reach_y.first; y < reach_y.end; ++y) {
      const std::size_t index = Tile::IndexOf(Cell{0, y, z});
      PrefetchAfter(tile, index);
      const Color* voxels = &tile.voxels[index];
      const std::size_t row =
          RowIndex(at.y * kTileSide + y, at.z * kTileSide + z);
      if (at.x < 0) {
        before_[row] = voxels[kTileSide - 1].a >= kSolidAlpha;
      } else if (at.x >= kChunkTiles) {
        after_[row] = voxels[0].a >= kSolidAlpha;
      } else {
        opaque_[row] |= std::uint64_t{BitsOfAlpha(voxels, kSolidAlpha)}
                        << (kTileSide * at.x);
      }
    }
  }
}

// Of a tile that was added.
void ChunkCells::AddMaterials(const Tile& tile, TileCoord at,
                              TileCoord first_tile) {
  const TileMaterials materials(
      map_, {first_tile.x + at.x, first_tile.y + at.y, first_tile.z + at.z},
      tile);
  const Reach reach_y(at.y);
  const Reach reach_z(at.z);
  for (int z = reach_z.first; z < reach_z.end; ++z) {
    for (int y = reach_y.first; y < reach_y.end; ++y) {
      const Cell first = {at.x * kTileSide, at.y * kTileSide + y,
                          at.z * kTileSide + z};
      unsigned cells = SolidInRow(first);
      if (cells != 0 && map_.translucent_colors()) {
        cells &= BitsOfColors(&tile.voxels[Tile::IndexOf(first)],
                              *map_.translucent_colors());
      }
      if (cells != 0) AddMaterials(materials, first, cells);
    }
  }
}

// Of cells of a tile's row, the first of which is at `first`.
void ChunkCells::AddMaterials(const TileMaterials& materials, Cell first,
                              unsigned cells) {
  const bool wants_opaque = IsInChunk(first) && !map_.by_color();
  unsigned translucent = 0;
  for (; cells != 0; cells &= cells - 1) {
    const int i = std::countr_zero(cells);
    const MaterialIndex material =
        materials.Of(Tile::IndexOf(first) + static_cast<std::size_t>(i));
    if (material == 0) continue;
    const bool is_translucent = map_.IsTranslucent(material);
    if (is_translucent) translucent |= 1u << i;
    if (!is_translucent && !wants_opaque) continue;
    if (materials_.empty()) materials_.assign(kCells, 0);
    materials_[CellIndex(first.x + i, first.y, first.z)] = material;
  }
  if (translucent != 0) MakeTranslucent(first, translucent);
}

void ChunkCells::MakeTranslucent(Cell first, unsigned cells) {
  const std::size_t row = RowIndex(first.y, first.z);
  if (first.x < 0) {
    before_[row] = 0;
  } else if (first.x >= kChunkSide) {
    after_[row] = 0;
  } else {
    const std::uint64_t bits = std::uint64_t{cells} << first.x;
    opaque_[row] &= ~bits;
    if (IsInChunk(first)) translucent_[row] |= bits;
  }
}

Hash128 ChunkCells::HashOfContent() const {
  std::array<Hash128, std::tuple_size_v<decltype(tiles_)>> hashes{};
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (tiles_[i] != nullptr) hashes[i] = HashTile(*tiles_[i]);
  }
  // Which cells are translucent follows: those that are solid but not opaque.
  const std::array<Hash128, 6> parts = {
      HashBytes(hashes.data(), sizeof(hashes)),
      HashBytes(opaque_.data(), sizeof(opaque_)),
      HashBytes(before_.data(), sizeof(before_)),
      HashBytes(after_.data(), sizeof(after_)),
      HashBytes(materials_.data(), materials_.size()),
      map_.by_color() ? map_.color_digest() : Hash128{}};
  return HashBytes(parts.data(), sizeof(parts));
}

// The cells of a row whose neighbours have the same material.
// REQUIRES: a cell has any but the default one.
std::uint64_t ChunkCells::SameMaterial(int y, int z, int dx, int dy,
                                       int dz) const {
  std::uint64_t same = 0;
  for (int x = 0; x < kChunkSide; x += kTileSide) {
    const std::uint64_t bits =
        BitsOfEqual(&materials_[CellIndex(x, y, z)],
                    &materials_[CellIndex(x + dx, y + dy, z + dz)]);
    same |= bits << x;
  }
  return same;
}

std::uint64_t ChunkCells::SameAsNext(std::size_t axis, int y, int z,
                                     std::uint64_t wanted) const {
  const int dx = axis == 0 ? 1 : 0;
  const int dy = axis == 1 ? 1 : 0;
  const int dz = axis == 2 ? 1 : 0;
  std::uint64_t same = 0;
  for (int tile = 0; tile < kChunkTiles; ++tile) {
    const int first = kTileSide * tile;
    if ((wanted >> first & 0xFFFF) == 0) continue;
    const Color* row = RowAt(tile, y, z);
    std::uint64_t bits = 0;
    if (axis == 0) {
      // The cell after the row's last is in a tile only where it is asked for.
      const bool crosses = (wanted >> first & 0x8000) != 0;
      const Color after = crosses ? *RowAt(tile + 1, y, z) : Color{};
      bits = BitsOfSameColorAsNext(row, after);
    } else {
      bits = BitsOfSameColor(row, RowAt(tile, y + dy, z + dz));
    }
    same |= bits << first;
  }
  same &= wanted;
  if (map_.by_color() || materials_.empty()) return same;
  return same & SameMaterial(y, z, dx, dy, dz);
}

}  // namespace goxel
