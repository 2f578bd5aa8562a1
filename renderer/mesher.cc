#include "renderer/mesher.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "renderer/chunk_mesher.h"

namespace goxel {
namespace {

constexpr std::int64_t kRegionChunks = kRegionSide / kChunkSide;

using ChunkCoord = std::array<std::int64_t, 3>;  // Cell / 64.

// A chunk and the region it falls into, counted from the scene's lowest chunk
// so that a small scene is one region wherever it lies.
struct PlacedChunk {
  ChunkCoord region{};
  ChunkCoord chunk{};
  auto operator<=>(const PlacedChunk&) const = default;
};

ChunkCoord ChunkOf(TileCoord tile) {
  static_assert(kChunkTiles == 4);
  return {tile.x >> 2, tile.y >> 2, tile.z >> 2};
}

TileCoord FirstTile(const ChunkCoord& chunk) {
  return {static_cast<std::int32_t>(chunk[0] * kChunkTiles),
          static_cast<std::int32_t>(chunk[1] * kChunkTiles),
          static_cast<std::int32_t>(chunk[2] * kChunkTiles)};
}

// Every chunk with a solid voxel, region by region. The tile table has no
// order; sorting makes equal volumes give equal meshes.
std::vector<PlacedChunk> PlaceChunks(const SolidTiles& tiles) {
  std::vector<PlacedChunk> placed;
  placed.reserve(tiles.size());
  if (tiles.empty()) return placed;
  ChunkCoord lowest = ChunkOf(tiles.begin()->first);
  for (const auto& [coord, tile] : tiles) {
    const ChunkCoord chunk = ChunkOf(coord);
    placed.push_back({.chunk = chunk});
    for (std::size_t i = 0; i < 3; ++i) {
      lowest[i] = std::min(lowest[i], chunk[i]);
    }
  }
  for (PlacedChunk& place : placed) {
    for (std::size_t i = 0; i < 3; ++i) {
      const std::int64_t index = (place.chunk[i] - lowest[i]) / kRegionChunks;
      place.region[i] = lowest[i] + index * kRegionChunks;
    }
  }
  std::sort(placed.begin(), placed.end());
  placed.erase(std::unique(placed.begin(), placed.end()), placed.end());
  return placed;
}

std::array<std::uint16_t, 3> PositionInRegion(const PlacedChunk& place) {
  std::array<std::uint16_t, 3> position{};
  for (std::size_t i = 0; i < 3; ++i) {
    position[i] = static_cast<std::uint16_t>(
        (place.chunk[i] - place.region[i]) * kChunkSide);
  }
  return position;
}

MeshRegion StartRegion(const ChunkCoord& region, std::size_t first_quad) {
  MeshRegion start{.first_quad = first_quad};
  for (std::size_t i = 0; i < 3; ++i) start.origin[i] = region[i] * kChunkSide;
  return start;
}

}  // namespace

Result<Mesh> BuildMesh(const Volume& volume, std::size_t max_quads) {
  const SolidTiles tiles = FindSolidTiles(volume);
  ChunkMesher mesher(tiles);
  Mesh mesh;
  const ChunkCoord* region = nullptr;
  const std::vector<PlacedChunk> chunks = PlaceChunks(tiles);
  for (const PlacedChunk& place : chunks) {
    if (region == nullptr || *region != place.region) {
      mesh.regions.push_back(StartRegion(place.region, mesh.quads()));
      region = &place.region;
    }
    mesher.Append(FirstTile(place.chunk), PositionInRegion(place),
                  mesh.vertices);
    if (mesh.quads() > max_quads) {
      return Fail(StatusCode::kTooLarge,
                  fmt::format("the scene has more than {} visible surfaces "
                              "after merging equal colours; draw a part of it",
                              max_quads));
    }
    MeshRegion& current = mesh.regions.back();
    current.quad_count = mesh.quads() - current.first_quad;
  }
  // Voxels walled in on all sides show nothing.
  std::erase_if(mesh.regions,
                [](const MeshRegion& r) { return r.quad_count == 0; });
  return mesh;
}

}  // namespace goxel
