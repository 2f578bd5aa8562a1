#include "renderer/formats/surface.h"

#include <algorithm>
#include <span>
#include <tuple>

namespace goxel {
namespace {

using Corners = std::span<const MeshVertex, 4>;

// The lowest tile of every chunk with a solid voxel, in order.
std::vector<TileCoord> ListChunks(const SolidTiles& tiles) {
  std::vector<TileCoord> chunks;
  chunks.reserve(tiles.size());
  constexpr std::int32_t kMask = ~(kChunkTiles - 1);
  for (const auto& [coord, tile] : tiles) {
    chunks.push_back({coord.x & kMask, coord.y & kMask, coord.z & kMask});
  }
  std::ranges::sort(chunks);
  chunks.erase(std::unique(chunks.begin(), chunks.end()), chunks.end());
  return chunks;
}

SurfaceQuad QuadOf(Corners vertices, const GridPoint& origin) {
  const auto& color = vertices[0].color;
  SurfaceQuad quad{.face = vertices[0].face,
                   .color = {color[0], color[1], color[2], 255}};
  for (std::size_t corner = 0; corner < 4; ++corner) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      quad.corners[corner][axis] =
          origin[axis] + vertices[corner].position[axis];
    }
  }
  return quad;
}

// The first vertices of the quads, equal colours next to each other.
std::vector<std::size_t> OrderByColor(const std::vector<MeshVertex>& vertices) {
  std::vector<std::size_t> order;
  order.reserve(vertices.size() / 4);
  for (std::size_t i = 0; i < vertices.size(); i += 4) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&vertices](std::size_t first) {
    return vertices[first].color;
  });
  return order;
}

}  // namespace

Surface::Surface(const Volume& volume)
    : volume_(volume),
      tiles_(FindSolidTiles(volume_)),
      chunks_(ListChunks(tiles_)),
      bounds_(volume_.Bounds(kSolidAlpha).value_or(Box{})) {}

Status Surface::ForEachQuad(const Visitor& visit) const {
  ChunkMesher mesher(tiles_);
  std::vector<MeshVertex> vertices;
  for (const TileCoord& chunk : chunks_) {
    const GridPoint origin = {std::int64_t{chunk.x} * kTileSide,
                              std::int64_t{chunk.y} * kTileSide,
                              std::int64_t{chunk.z} * kTileSide};
    vertices.clear();
    mesher.Append(chunk, {}, vertices);
    for (const std::size_t first : OrderByColor(vertices)) {
      const SurfaceQuad quad = QuadOf(Corners(&vertices[first], 4), origin);
      if (Status visited = visit(quad); !visited.ok()) return visited;
    }
  }
  return {};
}

std::uint64_t Surface::CountQuads() const {
  ChunkMesher mesher(tiles_);
  std::vector<MeshVertex> vertices;
  std::uint64_t count = 0;
  for (const TileCoord& chunk : chunks_) {
    vertices.clear();
    mesher.Append(chunk, {}, vertices);
    count += vertices.size() / 4;
  }
  return count;
}

}  // namespace goxel
