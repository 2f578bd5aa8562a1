#include "renderer/glass_order.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "renderer/viewer.h"

namespace goxel {
namespace {

using Quad = std::array<MeshVertex, 4>;

// How far a layer is from the viewer along one axis; 0 where he is inside.
double DistanceOf(double middle, double half_width, double viewer,
                  bool is_far) {
  if (is_far) return viewer > 0 ? -middle : viewer < 0 ? middle : 0;
  const double distance = std::abs(middle - viewer);
  return distance <= half_width ? 0 : distance;
}

struct Key {
  std::array<double, 3> distance{};
  std::uint32_t index = 0;

  // Furthest first.
  bool operator<(const Key& other) const {
    if (distance != other.distance) return distance > other.distance;
    return index < other.index;
  }
};

glm::dvec3 OriginOf(const MeshRegion& region) {
  return {region.origin[0], region.origin[1], region.origin[2]};
}

// Lowest and highest corner of a quad, in cells from its region.
struct Bounds {
  std::array<std::uint16_t, 3> low, high;
};

Bounds BoundsOf(std::span<const MeshVertex> quad) {
  Bounds bounds = {quad[0].position, quad[0].position};
  for (const MeshVertex& vertex : quad) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      bounds.low[axis] = std::min(bounds.low[axis], vertex.position[axis]);
      bounds.high[axis] = std::max(bounds.high[axis], vertex.position[axis]);
    }
  }
  return bounds;
}

std::array<std::size_t, 2> AxesAlong(Face face) {
  const std::size_t across = AxisOf(face);
  return {(across + 1) % 3, (across + 2) % 3};
}

std::size_t CountFaces(const Mesh& mesh) {
  std::size_t faces = 0;
  for (const MeshRegion& region : mesh.translucent) {
    for (std::size_t i = 0; i < region.quad_count; ++i) {
      const auto quad =
          std::span(mesh.vertices).subspan((region.first_quad + i) * 4, 4);
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

// Where a face lies: in the middle of a layer of cells or between two.
Key KeyOf(const Quad& quad, const glm::dvec3& origin, const Viewer& viewer,
          std::size_t index) {
  const Bounds bounds = BoundsOf(quad);
  Key key{.index = static_cast<std::uint32_t>(index)};
  for (int axis = 0; axis < 3; ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    const double from_origin = viewer.is_far ? 0 : origin[axis];
    const double middle = (bounds.low[i] + bounds.high[i]) / 2.0;
    const double half = (bounds.high[i] - bounds.low[i]) / 2.0;
    key.distance[i] =
        DistanceOf(middle, half, viewer.at[axis] - from_origin, viewer.is_far);
  }
  return key;
}

std::vector<Key> OrderOf(const std::vector<Quad>& quads,
                         const glm::dvec3& origin, const Viewer& viewer) {
  std::vector<Key> order;
  order.reserve(quads.size());
  for (std::size_t i = 0; i < quads.size(); ++i) {
    order.push_back(KeyOf(quads[i], origin, viewer, i));
  }
  std::sort(order.begin(), order.end());
  return order;
}

std::vector<Key> OrderOf(const std::vector<MeshRegion>& regions,
                         const Viewer& viewer) {
  std::vector<Key> order;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    Key key{.index = static_cast<std::uint32_t>(i)};
    for (int axis = 0; axis < 3; ++axis) {
      constexpr double kHalf = kRegionSide / 2.0;
      key.distance[static_cast<std::size_t>(axis)] =
          DistanceOf(OriginOf(regions[i])[axis] + kHalf, kHalf, viewer.at[axis],
                     viewer.is_far);
    }
    order.push_back(key);
  }
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace

OrderedGlass OrderGlass(const Mesh& mesh, const Camera& camera,
                        std::size_t max_faces) {
  const Viewer viewer = ViewerOf(camera);
  OrderedGlass ordered;
  ordered.is_exact = CountFaces(mesh) <= max_faces;
  Mesh& glass = ordered.mesh;
  for (const Key& at : OrderOf(mesh.translucent, viewer)) {
    MeshRegion region = mesh.translucent[at.index];
    std::vector<Quad> quads;
    for (std::size_t i = 0; i < region.quad_count; ++i) {
      const auto quad =
          std::span(mesh.vertices).subspan((region.first_quad + i) * 4, 4);
      const std::size_t axis = AxisOf(quad[0].face);
      const auto plane =
          static_cast<double>(region.origin[axis] + quad[0].position[axis]);
      if (!SeesFront(viewer, quad[0].face, plane)) continue;
      if (ordered.is_exact) {
        Cut(quad, quads);
      } else {
        std::ranges::copy(quad, quads.emplace_back().begin());
      }
    }
    region.first_quad = glass.quads();
    region.quad_count = quads.size();
    for (const Key& key : OrderOf(quads, OriginOf(region), viewer)) {
      const Quad& quad = quads[key.index];
      glass.vertices.insert(glass.vertices.end(), quad.begin(), quad.end());
    }
    glass.regions.push_back(region);
  }
  return ordered;
}

}  // namespace goxel
