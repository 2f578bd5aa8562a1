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

std::array<std::size_t, 2> AxesAlong(Face face) {
  const std::size_t across = AxisOf(face);
  return {(across + 1) % 3, (across + 2) % 3};
}

std::size_t CountFaces(const Mesh& mesh) {
  std::size_t faces = 0;
  for (const MeshRegion& region : mesh.regions) {
    if (IsOpaque(region.kind)) continue;
    for (std::size_t i = 0; i < region.quad_count; ++i) {
      const auto quad = mesh.Quad(region.first_quad + i);
      const auto [a, b] = AxesAlong(quad[0].face);
      const Bounds bounds = BoundsOf(quad);
      faces += static_cast<std::size_t>(bounds.high[a] - bounds.low[a]) *
               static_cast<std::size_t>(bounds.high[b] - bounds.low[b]);
    }
  }
  return faces;
}

struct GlassFace {
  std::array<std::uint32_t, 4> corners;  // In turn; places among all vertices.
  Bounds bounds;
};

// The faces of one quad: itself, or those of its voxels. Neighbours share their
// corners, since placing a corner and lighting it is most of what a face costs.
// That is exact: along a side of several voxels all corners are equally open.
class QuadFaces {
 public:
  QuadFaces(std::span<const MeshVertex> quad, bool cut)
      : quad_(quad), axes_(AxesAlong(quad[0].face)), bounds_(BoundsOf(quad)) {
    for (std::size_t i = 0; i < 2; ++i) {
      const int cells = bounds_.high[axes_[i]] - bounds_.low[axes_[i]];
      steps_[i] = cut ? 1 : cells;
      counts_[i] = cells / steps_[i];
    }
  }

  void AppendTo(std::vector<MeshVertex>& vertices,
                std::vector<GlassFace>& faces) const {
    const auto first = static_cast<std::uint32_t>(vertices.size());
    for (int row = 0; row <= counts_[1]; ++row) {
      for (int column = 0; column <= counts_[0]; ++column) {
        vertices.push_back(CornerAt(column, row));
      }
    }
    for (int row = 0; row < counts_[1]; ++row) {
      for (int column = 0; column < counts_[0]; ++column) {
        faces.push_back(FaceAt(column, row, first));
      }
    }
  }

 private:
  MeshVertex CornerAt(int column, int row) const {
    const int wanted =
        (column == counts_[0] ? 1 : 0) | (row == counts_[1] ? 2 : 0);
    MeshVertex corner = *std::ranges::find(
        quad_, wanted, [](const MeshVertex& v) { return v.corner & 3; });
    corner.position[axes_[0]] = PlaceOf(0, column);
    corner.position[axes_[1]] = PlaceOf(1, row);
    return corner;
  }

  GlassFace FaceAt(int column, int row, std::uint32_t first) const {
    GlassFace face{.corners = {}, .bounds = bounds_};
    face.bounds.low[axes_[0]] = PlaceOf(0, column);
    face.bounds.low[axes_[1]] = PlaceOf(1, row);
    face.bounds.high[axes_[0]] = PlaceOf(0, column + 1);
    face.bounds.high[axes_[1]] = PlaceOf(1, row + 1);
    for (std::size_t i = 0; i < 4; ++i) {
      const int corner = quad_[i].corner;
      const int across = column + (corner & 1);
      const int along = row + (corner >> 1 & 1);
      face.corners[i] =
          first + static_cast<std::uint32_t>(across + along * (counts_[0] + 1));
    }
    return face;
  }

  std::uint16_t PlaceOf(std::size_t i, int step) const {
    return static_cast<std::uint16_t>(bounds_.low[axes_[i]] + step * steps_[i]);
  }

  const std::span<const MeshVertex> quad_;
  const std::array<std::size_t, 2> axes_;
  const Bounds bounds_;
  std::array<int, 2> steps_{};   // Cells.
  std::array<int, 2> counts_{};  // Faces.
};

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

// The places of `faces` in the order of drawing. `viewer` as they count.
std::vector<std::uint32_t> OrderOf(const std::vector<GlassFace>& faces,
                                   const Viewer& viewer) {
  std::vector<std::uint32_t> order(faces.size());
  std::iota(order.begin(), order.end(), 0u);
  std::vector<int> ranks(faces.size());
  for (int axis = 2; axis >= 0; --axis) {
    const auto i = static_cast<std::size_t>(axis);
    std::ranges::transform(faces, ranks.begin(), [&](const GlassFace& face) {
      return RankOf(face.bounds.low[i], face.bounds.high[i], viewer.at[axis],
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

// Those of a region whose front is seen.
std::vector<GlassFace> AppendSeenFaces(const Mesh& mesh,
                                       const MeshRegion& region,
                                       const Viewer& viewer,
                                       OrderedGlass& glass) {
  std::vector<GlassFace> seen;
  for (std::size_t i = 0; i < region.quad_count; ++i) {
    const auto quad = mesh.Quad(region.first_quad + i);
    const std::size_t axis = AxisOf(quad[0].face);
    const auto plane =
        static_cast<double>(region.origin[axis] + quad[0].position[axis]);
    if (!SeesFront(viewer, quad[0].face, plane)) continue;
    QuadFaces(quad, glass.is_exact).AppendTo(glass.vertices, seen);
  }
  return seen;
}

}  // namespace

OrderedGlass OrderGlass(const Mesh& mesh, const Camera& camera,
                        std::size_t max_faces) {
  const Viewer viewer = ViewerOf(camera);
  OrderedGlass glass;
  glass.is_exact = CountFaces(mesh) <= max_faces;
  for (MeshRegion& region : OrderRegions(mesh, viewer)) {
    const std::vector<GlassFace> faces =
        AppendSeenFaces(mesh, region, viewer, glass);
    if (faces.empty()) continue;
    Viewer from_region = viewer;
    if (!viewer.is_far) from_region.at -= OriginOf(region);
    region.first_quad = glass.indices.size() / kQuadIndices.size();
    region.quad_count = faces.size();
    for (const std::uint32_t place : OrderOf(faces, from_region)) {
      for (const std::size_t corner : kQuadIndices) {
        glass.indices.push_back(faces[place].corners[corner]);
      }
    }
    glass.regions.push_back(region);
  }
  return glass;
}

}  // namespace goxel
