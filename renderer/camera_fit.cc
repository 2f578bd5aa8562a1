#include "renderer/camera_fit.h"

#include <algorithm>
#include <limits>

namespace goxel {
namespace {

// The points' extent as two lines see it that run away from the viewer with
// slope `tangent`, one left (below) and one right (above) of all points:
// `high` and `low` are where the lines cross the plane z = 0. With slope 0 it
// is the plain extent.
struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  double length() const { return high - low; }
  double middle() const { return (low + high) / 2; }
  // Of the half extent around 0 that contains this one.
  double reach() const { return std::max(high, -low); }
};

Extent ExtentAlong(Points points, int axis, double tangent) {
  Extent extent;
  for (const glm::dvec3& point : points) {
    extent.high = std::max(extent.high, point[axis] + tangent * point.z);
    extent.low = std::min(extent.low, point[axis] - tangent * point.z);
  }
  return extent;
}

}  // namespace

// A point (x, z) is right of the left edge of a frame with the camera at
// (cx, d) when |x - cx| <= t (d - z), that is when
//
//   max(x + t z) - t d  <=  cx  <=  min(x - t z) + t d
//
// Such a cx exists once d >= (max(x + t z) - min(x - t z)) / 2t.
Framing FitPerspective(Points points, glm::dvec2 half_tangents,
                       Centring centring) {
  Framing framing;
  for (int axis = 0; axis < 2; ++axis) {
    const double tangent = half_tangents[axis];
    const Extent extent = ExtentAlong(points, axis, tangent);
    const bool is_free = centring == Centring::kFree;
    const double half = is_free ? extent.length() / 2 : extent.reach();
    framing.distance = std::max(framing.distance, half / tangent);
    framing.shift[axis] = is_free ? extent.middle() : 0;
  }
  return framing;
}

Framing FitOrthographic(Points points, double aspect, double fill,
                        Centring centring) {
  Framing framing;
  for (int axis = 0; axis < 2; ++axis) {
    const Extent extent = ExtentAlong(points, axis, 0);
    const bool is_free = centring == Centring::kFree;
    const double length = is_free ? extent.length() : 2 * extent.reach();
    const double height = axis == 0 ? length / aspect : length;
    framing.ortho_height = std::max(framing.ortho_height, height / fill);
    framing.shift[axis] = is_free ? extent.middle() : 0;
  }
  double nearest = 0;
  double farthest = 0;
  for (const glm::dvec3& point : points) {
    nearest = std::max(nearest, point.z);
    farthest = std::min(farthest, point.z);
  }
  framing.distance = nearest + (nearest - farthest);
  return framing;
}

DepthRange FitDepth(Points points, double distance) {
  double nearest = std::numeric_limits<double>::infinity();
  double farthest = 0;
  for (const glm::dvec3& point : points) {
    nearest = std::min(nearest, distance - point.z);
    farthest = std::max(farthest, distance - point.z);
  }
  // Room for quads, which are drawn a trifle larger than they are. With all of
  // the scene behind the camera, any range will do.
  constexpr double kRoom = 1.0 / 1024;
  farthest = std::max(farthest * (1 + kRoom), kRoom);
  constexpr double kNearestPart = 1e-4;
  return {
      .near_plane = std::max(nearest * (1 - kRoom), farthest * kNearestPart),
      .far_plane = farthest};
}

}  // namespace goxel
