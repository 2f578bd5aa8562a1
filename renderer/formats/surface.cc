#include "renderer/formats/surface.h"

#include <algorithm>
#include <memory>
#include <span>

namespace goxel {
namespace {

using Corners = std::span<const MeshVertex, 4>;

// Meshes one chunk of a volume after the other.
class SurfaceMesher {
 public:
  // `volume` must outlive this object.
  explicit SurfaceMesher(const Volume& volume) : volume_(volume) {}

  // Valid until the next call.
  const std::vector<MeshVertex>& QuadsOf(TileCoord chunk) {
    cells_.Gather(ChunkSurroundings(volume_, chunk));
    quads_.Of(QuadKind::kPlain).clear();
    mesher_.Append(cells_, quads_);
    return quads_.Of(QuadKind::kPlain);
  }

 private:
  const Volume& volume_;
  ChunkCells cells_{MaterialMap()};
  ChunkMesher mesher_{QuadCorners::kAllOpen};
  ChunkQuads quads_;
};

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
      chunks_(ListChunks(volume_)),
      bounds_(volume_.Bounds(kSolidAlpha).value_or(Box{})) {}

Status Surface::ForEachQuad(const Visitor& visit) const {
  const auto mesher = std::make_unique<SurfaceMesher>(volume_);
  for (const TileCoord& chunk : chunks_) {
    const GridPoint origin = {std::int64_t{chunk.x} * kTileSide,
                              std::int64_t{chunk.y} * kTileSide,
                              std::int64_t{chunk.z} * kTileSide};
    const std::vector<MeshVertex>& vertices = mesher->QuadsOf(chunk);
    for (const std::size_t first : OrderByColor(vertices)) {
      const SurfaceQuad quad = QuadOf(Corners(&vertices[first], 4), origin);
      if (Status visited = visit(quad); !visited.ok()) return visited;
    }
  }
  return {};
}

std::uint64_t Surface::CountQuads() const {
  const auto mesher = std::make_unique<SurfaceMesher>(volume_);
  std::uint64_t count = 0;
  for (const TileCoord& chunk : chunks_) {
    count += mesher->QuadsOf(chunk).size() / 4;
  }
  return count;
}

}  // namespace goxel
