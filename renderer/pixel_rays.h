// The rays through the centres of a picture's pixels.

#ifndef RENDERER_PIXEL_RAYS_H_
#define RENDERER_PIXEL_RAYS_H_

#include <cstdint>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>

#include "renderer/camera.h"

namespace goxel {

// The direction reaches one voxel further along the camera's optical axis, so
// that a multiple of it is a depth.
struct PixelRay {
  glm::dvec3 origin;
  glm::dvec3 direction;
};

class PixelRays {
 public:
  // Of a picture of width x height pixels.
  PixelRays(const Camera& camera, std::uint32_t width, std::uint32_t height)
      : origin_(camera.camera_to_world[3]),
        right_(camera.camera_to_world[0]),
        up_(camera.camera_to_world[1]),
        ahead_(-glm::dvec3(camera.camera_to_world[2])),
        orthographic_(camera.orthographic) {
    // What the projection does along x and y, undone: a perspective one has its
    // shift in the column of z, where z is -1 here.
    const glm::dmat4& p = camera.projection;
    const glm::dvec2 shift =
        orthographic_ ? glm::dvec2(p[3]) : -glm::dvec2(p[2]);
    const glm::dvec2 scale(p[0][0], p[1][1]);
    const glm::dvec2 size(width, height);
    step_ = glm::dvec2(2, -2) / size / scale;
    first_ = (glm::dvec2(-1, 1) - shift) / scale + 0.5 * step_;
  }

  // Row 0 is the topmost.
  PixelRay At(std::uint32_t x, std::uint32_t y) const {
    const glm::dvec2 at = first_ + step_ * glm::dvec2(x, y);
    const glm::dvec3 aside = right_ * at.x + up_ * at.y;
    if (orthographic_) return {origin_ + aside, ahead_};
    return {origin_, ahead_ + aside};
  }

 private:
  glm::dvec3 origin_, right_, up_, ahead_;
  glm::dvec2 step_, first_;  // At depth 1.
  bool orthographic_;
};

}  // namespace goxel

#endif  // RENDERER_PIXEL_RAYS_H_
