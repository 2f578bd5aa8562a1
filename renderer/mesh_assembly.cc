#include "renderer/mesh_assembly.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
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

void AppendMoved(std::span<const MeshVertex> vertices, const PlacedChunk& place,
                 Mesh& mesh) {
  MeshVertex by{.face = Face{}};  // All zero but for the position.
  for (std::size_t i = 0; i < 3; ++i) {
    by.position[i] =
        static_cast<std::uint16_t>(place.lowest[i] - place.region[i]);
  }
  // Two coordinates are added at once, since none outgrows its 16 bits.
  static_assert(kRegionSide + kChunkSide < 1 << 16);
  using Words = std::array<std::uint32_t, 3>;
  const auto by_words = std::bit_cast<Words>(by);
  const std::size_t first = mesh.vertices.size();
  mesh.vertices.insert(mesh.vertices.end(), vertices.begin(), vertices.end());
  for (MeshVertex& vertex : std::span(mesh.vertices).subspan(first)) {
    auto words = std::bit_cast<Words>(vertex);
    for (std::size_t i = 0; i < 2; ++i) words[i] += by_words[i];
    vertex = std::bit_cast<MeshVertex>(words);
  }
}

// Collects stretches of quads and says where those of each region are. Voxels
// walled in on all sides show nothing, so a region may have none.
class Regions {
 public:
  explicit Regions(Mesh& mesh) : mesh_(mesh) {}

  // `face` as in MeshRegion.
  void Append(const PlacedChunk& place, QuadKind kind, std::optional<Face> face,
              std::span<const MeshVertex> vertices) {
    if (vertices.empty()) return;
    if (regions_.empty() || regions_.back().origin != place.region ||
        regions_.back().kind != kind || regions_.back().face != face) {
      regions_.push_back({.origin = place.region,
                          .kind = kind,
                          .face = face,
                          .first_quad = mesh_.quads()});
    }
    AppendMoved(vertices, place, mesh_);
    MeshRegion& region = regions_.back();
    region.quad_count = mesh_.quads() - region.first_quad;
  }

  std::vector<MeshRegion> Take() {
    for (MeshRegion& region : regions_) FindPlanes(region);
    return std::move(regions_);
  }

 private:
  void FindPlanes(MeshRegion& region) const {
    if (!region.face) return;
    const std::size_t axis = AxisOf(*region.face);
    const MeshVertex* corner = &mesh_.vertices[region.first_quad * 4];
    region.lowest_plane = region.highest_plane = corner->position[axis];
    for (std::size_t i = 0; i < region.quad_count; ++i, corner += 4) {
      const std::uint16_t plane = corner->position[axis];
      region.lowest_plane = std::min(region.lowest_plane, plane);
      region.highest_plane = std::max(region.highest_plane, plane);
    }
  }

  Mesh& mesh_;
  std::vector<MeshRegion> regions_;
};

void AppendOpaque(const std::vector<PlacedChunk>& chunks, QuadKind kind,
                  Regions& regions) {
  for (auto first = chunks.begin(); first != chunks.end();) {
    const auto end = std::find_if(first, chunks.end(), [&](const auto& place) {
      return place.region != first->region;
    });
    for (const Face face : kFaces) {
      for (auto place = first; place != end; ++place) {
        // A chunk has them face by face.
        regions.Append(*place, kind, face,
                       std::ranges::equal_range(place->quads->Of(kind), face,
                                                {}, &MeshVertex::face));
      }
    }
    first = end;
  }
}

void AppendTranslucent(const std::vector<PlacedChunk>& chunks,
                       Regions& regions) {
  constexpr QuadKind kKind = QuadKind::kTranslucent;
  for (const PlacedChunk& place : chunks) {
    regions.Append(place, kKind, std::nullopt, place.quads->Of(kKind));
  }
}

}  // namespace

Mesh AssembleMesh(std::span<const PlacedQuads> chunks) {
  const std::vector<PlacedChunk> placed = PlaceChunks(chunks);
  std::size_t quads = 0;
  for (const PlacedQuads& chunk : chunks) quads += chunk.quads->quads();
  Mesh mesh;
  mesh.vertices.reserve(quads * 4);
  Regions regions(mesh);
  AppendOpaque(placed, QuadKind::kPlain, regions);
  AppendOpaque(placed, QuadKind::kWithMaterial, regions);
  AppendTranslucent(placed, regions);
  mesh.regions = regions.Take();
  return mesh;
}

}  // namespace goxel
