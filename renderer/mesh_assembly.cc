#include "renderer/mesh_assembly.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

namespace goxel {
namespace {

using Point = std::array<std::int64_t, 3>;  // Cells.

// A chunk and the region it falls into, counted from the scene's lowest chunk
// so that a small scene is one region wherever it lies.
struct PlacedChunk {
  Point region{};  // Lowest cell.
  Point lowest{};
  const ChunkQuads* quads = nullptr;
};

Point LowestCell(TileCoord tile) {
  return {std::int64_t{tile.x} * kTileSide, std::int64_t{tile.y} * kTileSide,
          std::int64_t{tile.z} * kTileSide};
}

// Region by region, and in a region by place.
std::vector<PlacedChunk> PlaceChunks(std::span<const PlacedQuads> chunks) {
  std::vector<PlacedChunk> placed;
  placed.reserve(chunks.size());
  Point lowest{};
  for (const PlacedQuads& chunk : chunks) {
    const Point cell = LowestCell(chunk.first_tile);
    if (placed.empty()) lowest = cell;
    for (std::size_t i = 0; i < 3; ++i)
      lowest[i] = std::min(lowest[i], cell[i]);
    placed.push_back({.lowest = cell, .quads = chunk.quads});
  }
  for (PlacedChunk& place : placed) {
    for (std::size_t i = 0; i < 3; ++i) {
      const std::int64_t index = (place.lowest[i] - lowest[i]) / kRegionSide;
      place.region[i] = lowest[i] + index * kRegionSide;
    }
  }
  std::ranges::sort(placed, [](const PlacedChunk& a, const PlacedChunk& b) {
    return std::tie(a.region, a.lowest) < std::tie(b.region, b.lowest);
  });
  return placed;
}

void AppendMoved(const std::vector<MeshVertex>& vertices,
                 const PlacedChunk& place, std::vector<MeshVertex>& mesh) {
  std::array<std::uint16_t, 3> by{};
  for (std::size_t i = 0; i < 3; ++i) {
    by[i] = static_cast<std::uint16_t>(place.lowest[i] - place.region[i]);
  }
  for (MeshVertex vertex : vertices) {
    for (std::size_t i = 0; i < 3; ++i) {
      vertex.position[i] =
          static_cast<std::uint16_t>(vertex.position[i] + by[i]);
    }
    mesh.push_back(vertex);
  }
}

// Appends the quads of one kind, and says where those of each region are.
// Voxels walled in on all sides show nothing, so a region may have none.
std::vector<MeshRegion> AppendAll(const std::vector<PlacedChunk>& chunks,
                                  std::vector<MeshVertex> ChunkQuads::*kind,
                                  Mesh& mesh) {
  std::vector<MeshRegion> regions;
  for (const PlacedChunk& place : chunks) {
    const std::vector<MeshVertex>& vertices = place.quads->*kind;
    if (vertices.empty()) continue;
    if (regions.empty() || regions.back().origin != place.region) {
      regions.push_back({.origin = place.region, .first_quad = mesh.quads()});
    }
    AppendMoved(vertices, place, mesh.vertices);
    regions.back().quad_count = mesh.quads() - regions.back().first_quad;
  }
  return regions;
}

}  // namespace

Mesh AssembleMesh(std::span<const PlacedQuads> chunks) {
  const std::vector<PlacedChunk> placed = PlaceChunks(chunks);
  std::size_t quads = 0;
  for (const PlacedQuads& chunk : chunks) quads += chunk.quads->quads();
  Mesh mesh;
  mesh.vertices.reserve(quads * 4);
  mesh.regions = AppendAll(placed, &ChunkQuads::opaque, mesh);
  mesh.translucent = AppendAll(placed, &ChunkQuads::translucent, mesh);
  return mesh;
}

}  // namespace goxel
