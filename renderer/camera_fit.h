// Framing: how far away a camera must stand, and how far aside, for points to
// fill a frame. All in closed form, so equal inputs give equal bits.
//
// Points are given in camera axes (x right, y up, z towards the viewer) around
// an origin that the caller chooses; the answer is relative to the same origin.

#ifndef RENDERER_CAMERA_FIT_H_
#define RENDERER_CAMERA_FIT_H_

#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <span>

namespace goxel {

using Points = std::span<const glm::dvec3>;

struct Framing {
  glm::dvec2 shift{0};      // Of the camera, along its x and y.
  double distance = 0;      // Of the camera from the origin, along its z.
  double ortho_height = 0;  // World units seen vertically; orthographic only.
};

// Whether the camera may move sideways to centre what it sees.
enum class Centring { kFixed, kFree };

// The closest perspective camera that sees every point. `half_tangents` are
// those of half the horizontal and half the vertical angle that the points may
// take up.
Framing FitPerspective(Points points, glm::dvec2 half_tangents,
                       Centring centring);

// The smallest orthographic frame that holds every point, in front of which the
// camera stands clear. `aspect` is width / height; `fill` the part of the
// frame, from 0 to 1, that the points may take up.
Framing FitOrthographic(Points points, double aspect, double fill,
                        Centring centring);

// The distances along the line of sight that hold every point of a scene seen
// from `distance`; both positive, near < far, and not so far apart that a
// 24-bit depth buffer could not tell voxels from each other.
struct DepthRange {
  double near_plane = 0;
  double far_plane = 0;
};
DepthRange FitDepth(Points points, double distance);

}  // namespace goxel

#endif  // RENDERER_CAMERA_FIT_H_
