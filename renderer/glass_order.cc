#include "renderer/glass_order.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iterator>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "renderer/viewer.h"

namespace goxel {
namespace {

using Quad = std::array<MeshVertex, 4>;

// Half cells of a region, with room for viewers beside it.
constexpr int kHalfCells = 2 * kRegionSide;
constexpr int kNearestRank = kHalfCells + 2;

glm::dvec3 OriginOf(const MeshRegion& region) {
  return {region.origin[0], region.origin[1], region.origin[2]};
}

// Lowest and highest corner of a quad, in cells from its region.
struct Bounds {
  std::array<std::uint16_t, 3> low, high;
};

// Corners 0 and 2 lie opposite each other.
Bounds BoundsOf(std::span<const MeshVertex> quad) {
  Bounds bounds;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    std::tie(bounds.low[axis], bounds.high[axis]) =
        std::minmax(quad[0].position[axis], quad[2].position[axis]);
  }
  return bounds;
}

std::span<const MeshVertex> QuadAt(const Mesh& mesh, std::size_t number) {
  return std::span(mesh.vertices).subspan(number * 4, 4);
}

std::array<std::size_t, 2> AxesAlong(Face face) {
  const std::size_t across = AxisOf(face);
  return {(across + 1) % 3, (across + 2) % 3};
}

std::size_t CountFaces(const Mesh& mesh) {
  std::size_t faces = 0;
  for (const MeshRegion& region : mesh.regions) {
    if (IsOpaque(region.kind)) continue;
    for (std::size_t i = 0; i < region.quad_count; ++i) {
      const auto quad = QuadAt(mesh, region.first_quad + i);
      const auto [a, b] = AxesAlong(quad[0].face);
      const Bounds bounds = BoundsOf(quad);
      faces += static_cast<std::size_t>(bounds.high[a] - bounds.low[a]) *
               static_cast<std::size_t>(bounds.high[b] - bounds.low[b]);
    }
  }
  return faces;
}

// Appends `quad` as faces of single voxels.
void Cut(std::span<const MeshVertex> quad, std::vector<Quad>& faces) {
  const auto [a, b] = AxesAlong(quad[0].face);
  const Bounds bounds = BoundsOf(quad);
  for (std::uint16_t v = bounds.low[b]; v < bounds.high[b]; ++v) {
    for (std::uint16_t u = bounds.low[a]; u < bounds.high[a]; ++u) {
      Quad face;
      std::ranges::copy(quad, face.begin());
      for (MeshVertex& corner : face) {
        corner.position[a] =
            static_cast<std::uint16_t>(u + (corner.corner & 1));
        corner.position[b] =
            static_cast<std::uint16_t>(v + (corner.corner >> 1 & 1));
      }
      faces.push_back(face);
    }
  }
}

// Along one axis, what has the lower rank is drawn first: it is further from
// the viewer. Layers of cells have odd middles in half cells, planes between
// them even ones; what the viewer is in comes last.
int RankOf(int low, int high, double viewer, bool is_far) {
  const int middle = low + high;
  if (is_far) {
    return viewer > 0 ? middle : viewer < 0 ? kHalfCells - middle : 0;
  }
  const double distance =
      std::abs(middle - std::clamp(2 * viewer, -1.0, kHalfCells + 1.0));
  if (distance <= high - low) return kNearestRank;
  return kNearestRank - static_cast<int>(std::ceil(distance));
}

// Stable, so that sorting by one axis after the other leaves what is equal in
// the last ones in the order of those before.
void SortByRank(const std::vector<int>& ranks,
                std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> next(kNearestRank + 2);
  for (const int rank : ranks) ++next[static_cast<std::size_t>(rank) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<std::uint32_t> sorted(order.size());
  for (const std::uint32_t index : order) {
    sorted[next[static_cast<std::size_t>(ranks[index])]++] = index;
  }
  order = std::move(sorted);
}

// The places of `quads` in the order of drawing. `viewer` as they count.
std::vector<std::uint32_t> OrderOf(const std::vector<Quad>& quads,
                                   const Viewer& viewer) {
  std::vector<std::uint32_t> order(quads.size());
  std::iota(order.begin(), order.end(), 0u);
  std::vector<int> ranks(quads.size());
  for (int axis = 2; axis >= 0; --axis) {
    const auto i = static_cast<std::size_t>(axis);
    std::ranges::transform(quads, ranks.begin(), [&](const Quad& quad) {
      const Bounds bounds = BoundsOf(quad);
      return RankOf(bounds.low[i], bounds.high[i], viewer.at[axis],
                    viewer.is_far);
    });
    SortByRank(ranks, order);
  }
  return order;
}

// How far a region is along one axis; 0 where the viewer is inside.
double DistanceOf(double lowest, double viewer, bool is_far) {
  constexpr double kHalf = kRegionSide / 2.0;
  if (is_far) return viewer > 0 ? -lowest : viewer < 0 ? lowest : 0;
  const double distance = std::abs(lowest + kHalf - viewer);
  return distance <= kHalf ? 0 : distance;
}

// Those with glass, furthest first.
std::vector<MeshRegion> OrderRegions(const Mesh& mesh, const Viewer& viewer) {
  std::vector<MeshRegion> regions;
  std::ranges::copy_if(
      mesh.regions, std::back_inserter(regions),
      [](const MeshRegion& region) { return !IsOpaque(region.kind); });
  std::ranges::stable_sort(
      regions, std::ranges::greater(), [&viewer](const MeshRegion& region) {
        const glm::dvec3 lowest = OriginOf(region);
        std::array<double, 3> distance{};
        for (int axis = 0; axis < 3; ++axis) {
          distance[static_cast<std::size_t>(axis)] =
              DistanceOf(lowest[axis], viewer.at[axis], viewer.is_far);
        }
        return distance;
      });
  return regions;
}

// The quads of a region whose front is seen, whole or cut.
std::vector<Quad> SeenQuads(const Mesh& mesh, const MeshRegion& region,
                            const Viewer& viewer, bool cut) {
  std::vector<Quad> seen;
  for (std::size_t i = 0; i < region.quad_count; ++i) {
    const auto quad = QuadAt(mesh, region.first_quad + i);
    const std::size_t axis = AxisOf(quad[0].face);
    const auto plane =
        static_cast<double>(region.origin[axis] + quad[0].position[axis]);
    if (!SeesFront(viewer, quad[0].face, plane)) continue;
    if (cut) {
      Cut(quad, seen);
    } else {
      std::ranges::copy(quad, seen.emplace_back().begin());
    }
  }
  return seen;
}

}  // namespace

OrderedGlass OrderGlass(const Mesh& mesh, const Camera& camera,
                        std::size_t max_faces) {
  const Viewer viewer = ViewerOf(camera);
  OrderedGlass ordered;
  ordered.is_exact = CountFaces(mesh) <= max_faces;
  Mesh& glass = ordered.mesh;
  for (MeshRegion& region : OrderRegions(mesh, viewer)) {
    const std::vector<Quad> quads =
        SeenQuads(mesh, region, viewer, ordered.is_exact);
    if (quads.empty()) continue;
    Viewer from_region = viewer;
    if (!viewer.is_far) from_region.at -= OriginOf(region);
    region.first_quad = glass.quads();
    region.quad_count = quads.size();
    glass.vertices.reserve(glass.vertices.size() + quads.size() * 4);
    for (const std::uint32_t index : OrderOf(quads, from_region)) {
      glass.vertices.insert(glass.vertices.end(), quads[index].begin(),
                            quads[index].end());
    }
    glass.regions.push_back(region);
  }
  return ordered;
}

}  // namespace goxel
