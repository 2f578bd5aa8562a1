#include "renderer/chunk_mesher.h"

#include <bit>

namespace goxel {
namespace {

// The cell at a bit of a line of a plane across `axis`. Lines and bits are
// chosen so that faces across y and z are whole words of solid_.
std::array<int, 3> CellOf(std::size_t axis, int plane, int line, int bit) {
  if (axis == 0) return {plane, bit, line};
  if (axis == 1) return {bit, plane, line};
  return {bit, line, plane};
}

std::uint64_t Run(int first, int width) {
  return (~std::uint64_t{0} >> (kChunkSide - width)) << first;
}

bool IsInside(int tile) { return tile >= 0 && tile < kChunkTiles; }

std::size_t TileIndex(int x, int y, int z) {
  return static_cast<std::size_t>(x + kChunkTiles * (y + kChunkTiles * z));
}

// Every tile that can matter to a chunk: its own and those that share a side
// with it, as offsets from its lowest tile.
template <typename Visitor>
void ForEachTileAround(Visitor visit) {
  for (int z = -1; z <= kChunkTiles; ++z) {
    for (int y = -1; y <= kChunkTiles; ++y) {
      for (int x = -1; x <= kChunkTiles; ++x) {
        const int outside = !IsInside(x) + !IsInside(y) + !IsInside(z);
        if (outside <= 1) visit(x, y, z);
      }
    }
  }
}

}  // namespace

SolidTiles FindSolidTiles(const Volume& volume) {
  SolidTiles solid;
  solid.reserve(volume.CountTiles());
  for (const auto& [coord, tile] : volume.tiles()) {
    SolidTile found{.tile = tile.get()};
    const Color* voxel = tile->voxels.data();
    unsigned any = 0;
    for (std::uint16_t& row : found.rows) {
      unsigned bits = 0;
      for (int x = 0; x < kTileSide; ++x) {
        bits |= (voxel[x].a >= kSolidAlpha ? 1u : 0u) << x;
      }
      row = static_cast<std::uint16_t>(bits);
      any |= bits;
      voxel += kTileSide;
    }
    if (any != 0) solid.emplace(coord, found);
  }
  return solid;
}

void ChunkMesher::Append(TileCoord first_tile,
                         std::array<std::uint16_t, 3> position,
                         std::vector<MeshVertex>& vertices) {
  position_ = position;
  vertices_ = &vertices;
  GatherTiles(first_tile);
  for (const Face face : kFaces) {
    FindFaces(face);
    for (int plane = 0; plane < kChunkSide; ++plane) MergePlane(face, plane);
  }
}

void ChunkMesher::GatherTiles(TileCoord first_tile) {
  tiles_.fill(nullptr);
  solid_.fill(0);
  before_.fill(0);
  after_.fill(0);
  ForEachTileAround([&](int x, int y, int z) {
    const auto found =
        all_tiles_.find({first_tile.x + x, first_tile.y + y, first_tile.z + z});
    if (found == all_tiles_.end()) return;
    AddSolid(found->second, x, y, z);
    if (IsInside(x) && IsInside(y) && IsInside(z)) {
      tiles_[TileIndex(x, y, z)] = found->second.tile;
    }
  });
}

void ChunkMesher::AddSolid(const SolidTile& tile, int tile_x, int tile_y,
                           int tile_z) {
  for (int z = 0; z < kTileSide; ++z) {
    const int row_z = tile_z * kTileSide + z;
    if (row_z < -1 || row_z > kChunkSide) continue;
    for (int y = 0; y < kTileSide; ++y) {
      const int row_y = tile_y * kTileSide + y;
      if (row_y < -1 || row_y > kChunkSide) continue;
      const std::uint16_t bits =
          tile.rows[static_cast<std::size_t>(y + kTileSide * z)];
      const std::size_t row = RowIndex(row_y, row_z);
      if (tile_x < 0) {
        before_[row] = static_cast<std::uint8_t>(bits >> (kTileSide - 1));
      } else if (tile_x >= kChunkTiles) {
        after_[row] = static_cast<std::uint8_t>(bits & 1);
      } else {
        solid_[row] |= std::uint64_t{bits} << (kTileSide * tile_x);
      }
    }
  }
}

void ChunkMesher::FindFaces(Face face) {
  for (int z = 0; z < kChunkSide; ++z) {
    for (int y = 0; y < kChunkSide; ++y) {
      const std::uint64_t exposed = Exposed(face, y, z);
      if (exposed != 0) AddFaces(AxisOf(face), y, z, exposed);
    }
  }
}

std::uint64_t ChunkMesher::Exposed(Face face, int y, int z) const {
  const std::size_t row = RowIndex(y, z);
  const std::uint64_t solid = solid_[row];
  if (solid == 0) return 0;
  switch (face) {
    case Face::kPlusX:
      return solid & ~(solid >> 1 | std::uint64_t{after_[row]} << 63);
    case Face::kMinusX:
      return solid & ~(solid << 1 | before_[row]);
    case Face::kPlusY:
      return solid & ~solid_[RowIndex(y + 1, z)];
    case Face::kMinusY:
      return solid & ~solid_[RowIndex(y - 1, z)];
    case Face::kPlusZ:
      return solid & ~solid_[RowIndex(y, z + 1)];
    case Face::kMinusZ:
      return solid & ~solid_[RowIndex(y, z - 1)];
  }
  return 0;
}

void ChunkMesher::AddFaces(std::size_t axis, int y, int z,
                           std::uint64_t exposed) {
  if (axis != 0) {
    const int plane = axis == 1 ? y : z;
    const int line = axis == 1 ? z : y;
    lines_[LineIndex(plane, line)] = exposed;
    used_lines_[static_cast<std::size_t>(plane)] |= Run(line, 1);
    return;
  }
  for (; exposed != 0; exposed &= exposed - 1) {
    const int x = std::countr_zero(exposed);
    lines_[LineIndex(x, z)] |= Run(y, 1);
    used_lines_[static_cast<std::size_t>(x)] |= Run(z, 1);
  }
}

void ChunkMesher::MergePlane(Face face, int plane) {
  std::uint64_t& used = used_lines_[static_cast<std::size_t>(plane)];
  for (; used != 0; used &= used - 1) {
    const int line = std::countr_zero(used);
    while (lines_[LineIndex(plane, line)] != 0) MergeQuad(face, plane, line);
  }
}

void ChunkMesher::MergeQuad(Face face, int plane, int line) {
  const std::size_t axis = AxisOf(face);
  const std::uint64_t bits = lines_[LineIndex(plane, line)];
  const int first = std::countr_zero(bits);
  const int longest = std::countr_one(bits >> first);
  const std::uint32_t color = ColorAt(axis, plane, line, first);
  int width = 1;
  while (width < longest &&
         ColorAt(axis, plane, line, first + width) == color) {
    ++width;
  }

  const std::uint64_t run = Run(first, width);
  lines_[LineIndex(plane, line)] &= ~run;
  int end = line + 1;
  for (; end < kChunkSide; ++end) {
    std::uint64_t& next = lines_[LineIndex(plane, end)];
    if ((next & run) != run) break;
    if (!IsColor(axis, plane, end, first, width, color)) break;
    next &= ~run;
  }

  const std::array<int, 3> low = CellOf(axis, plane, line, first);
  std::array<int, 3> high = CellOf(axis, plane + 1, end, first + width);
  Emit(face, low, high, color);
}

bool ChunkMesher::IsColor(std::size_t axis, int plane, int line, int bit,
                          int width, std::uint32_t color) const {
  for (int i = 0; i < width; ++i) {
    if (ColorAt(axis, plane, line, bit + i) != color) return false;
  }
  return true;
}

std::uint32_t ChunkMesher::ColorAt(std::size_t axis, int plane, int line,
                                   int bit) const {
  const auto [x, y, z] = CellOf(axis, plane, line, bit);
  const Tile* tile = tiles_[TileIndex(x >> 4, y >> 4, z >> 4)];
  const Color color = tile->voxels[Tile::IndexOf(Cell{x, y, z})];
  return static_cast<std::uint32_t>(color.r | color.g << 8 | color.b << 16);
}

void ChunkMesher::Emit(Face face, const std::array<int, 3>& low,
                       const std::array<int, 3>& high, std::uint32_t color) {
  // Corners in turn, counter-clockwise for a face that looks up its axis and
  // the other way round for one that looks down.
  constexpr std::array<std::uint8_t, 4> kUp = {0, 1, 3, 2};
  constexpr std::array<std::uint8_t, 4> kDown = {0, 2, 3, 1};
  constexpr std::uint8_t kOpen = 3 << 2;
  const std::size_t axis = AxisOf(face);
  const std::size_t first = (axis + 1) % 3;
  const std::size_t second = (axis + 2) % 3;
  const bool up = LooksUpAxis(face);
  for (const std::uint8_t corner : up ? kUp : kDown) {
    std::array<int, 3> at = low;
    at[axis] = up ? high[axis] : low[axis];
    if ((corner & 1) != 0) at[first] = high[first];
    if ((corner & 2) != 0) at[second] = high[second];
    MeshVertex vertex{.face = face,
                      .corner = static_cast<std::uint8_t>(corner | kOpen)};
    for (std::size_t i = 0; i < 3; ++i) {
      vertex.position[i] = static_cast<std::uint16_t>(position_[i] + at[i]);
      vertex.color[i] = static_cast<std::uint8_t>(color >> (8 * i));
    }
    vertices_->push_back(vertex);
  }
}

}  // namespace goxel
