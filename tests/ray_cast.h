// A software ray caster: what a pixel has to show, found out by walking from
// cell to cell along the ray through its centre.

#ifndef TESTS_RAY_CAST_H_
#define TESTS_RAY_CAST_H_

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <glm/matrix.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <optional>
#include <random>
#include <vector>

#include "renderer/camera.h"
#include "renderer/face.h"
#include "renderer/scene/volume.h"

namespace goxel {

struct RayHit {
  Cell cell;
  Face face = Face::kPlusX;  // That was hit.
  bool operator==(const RayHit&) const = default;
};

struct Ray {
  glm::dvec3 origin, direction;
};

inline Ray RayThrough(const Camera& camera, double x, double y, int width,
                      int height) {
  const glm::dmat4 world_from_clip =
      glm::inverse(camera.projection * camera.world_to_camera);
  const double right = 2 * x / width - 1;
  const double up = 1 - 2 * y / height;
  const glm::dvec4 near = world_from_clip * glm::dvec4(right, up, -1, 1);
  const glm::dvec4 far = world_from_clip * glm::dvec4(right, up, 1, 1);
  const glm::dvec3 origin = glm::dvec3(near) / near.w;
  return {origin, glm::dvec3(far) / far.w - origin};
}

// Walks from cell to cell; the first solid one that is entered is hit.
inline std::optional<RayHit> Cast(const Volume& volume, const Ray& ray) {
  glm::dvec3 next;
  glm::dvec3 step;
  std::array<std::int32_t, 3> cell{};
  for (int axis = 0; axis < 3; ++axis) {
    const double at = ray.origin[axis];
    const double speed = ray.direction[axis];
    cell[static_cast<std::size_t>(axis)] =
        static_cast<std::int32_t>(std::floor(at));
    const double border = speed > 0 ? std::floor(at) + 1 : std::floor(at);
    step[axis] = std::abs(1 / speed);
    next[axis] = speed == 0 ? step[axis] : (border - at) / speed;
  }
  for (;;) {
    const int axis =
        next.x < next.y ? (next.x < next.z ? 0 : 2) : (next.y < next.z ? 1 : 2);
    if (next[axis] > 1) return std::nullopt;
    next[axis] += step[axis];
    cell[static_cast<std::size_t>(axis)] += ray.direction[axis] > 0 ? 1 : -1;
    const Cell at = {cell[0], cell[1], cell[2]};
    if (volume.Get(at).a >= kSolidAlpha) {
      // Going up the axis, a ray meets the face that looks down it.
      const int face = 2 * axis + (ray.direction[axis] > 0 ? 1 : 0);
      return RayHit{at, static_cast<Face>(face)};
    }
  }
}

// The hits of a whole picture.
class RayCast {
 public:
  RayCast(const Volume& volume, const Camera& camera, int width, int height)
      : width_(width), height_(height) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        hits_.push_back(
            Cast(volume, RayThrough(camera, x + 0.5, y + 0.5, width, height)));
      }
    }
  }

  const std::optional<RayHit>& At(int x, int y) const {
    return hits_[static_cast<std::size_t>(y * width_ + x)];
  }

  // True where all pixels around hit the same face.
  bool IsInsideFace(int x, int y) const {
    if (x < 1 || y < 1 || x + 1 >= width_ || y + 1 >= height_) return false;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        if (!(At(x + dx, y + dy) == At(x, y))) return false;
      }
    }
    return true;
  }

 private:
  const int width_;
  const int height_;
  std::vector<std::optional<RayHit>> hits_;
};

// Voxels of random colours in a cube that starts at `offset`.
inline Volume RandomVolume(unsigned seed, std::int32_t side, double density,
                           Cell offset) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  std::uniform_int_distribution<int> channel(0, 255);
  const auto pick = [&] { return static_cast<std::uint8_t>(channel(random)); };
  Volume volume;
  for (std::int32_t i = 0; i < side * side * side; ++i) {
    if (unit(random) >= density) continue;
    volume.Set({offset.x + i % side, offset.y + i / side % side,
                offset.z + i / side / side},
               {pick(), pick(), pick(), 255});
  }
  return volume;
}

}  // namespace goxel

#endif  // TESTS_RAY_CAST_H_
