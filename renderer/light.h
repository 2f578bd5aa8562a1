// The light of a style: two factors for each of the six directions that a
// voxel's face can look in, in the sun and out of it, computed once per
// picture.
//
//   sun      directional, a little warm. By default tied to the camera: 40
//            degrees round to its right and 20 degrees above the line of sight,
//            at most 75 above the horizon.
//   around   from the sky, a little cool: most on faces that look up, least on
//            those that look down; and a glow of the sky on the sun's side, so
//            that no side that can be seen is dead and two sides of a cube seen
//            together always differ.
//
// Both are sums in linear light. They are divided by that of the brightest face
// the camera can see, or with a sun that stands still the brightest of all, so
// that this face shows the exact colour of its voxels; no face gets more than
// that unless a request asks for more light. A face that is only just coming
// into sight counts for less in that choice, so that nothing jumps while a
// camera turns. Style::kGoxel has Goxel's own light instead, undivided.

#ifndef RENDERER_LIGHT_H_
#define RENDERER_LIGHT_H_

#include <array>
#include <glm/vec3.hpp>

#include "renderer/camera.h"
#include "renderer/face.h"
#include "renderer/render_settings.h"

namespace goxel {

// sRGB is close to a power law with this exponent, for which a factor f on
// linear light and f^(1/2.2) on the encoded value are the same.
inline constexpr double kDisplayGamma = 2.2;

// Indexed by Face; red, green and blue, to be multiplied with encoded sRGB
// values. A factor of 1 is exact.
struct FaceLight {
  std::array<glm::vec3, 6> sunlit;  // Where the sun reaches it.
  std::array<glm::vec3, 6> shaded;  // In a shadow; never more than sunlit.
};

struct Light {
  glm::dvec3 to_sun{0, 0, 1};  // In the world; length 1.
  FaceLight faces{};
};

Light ResolveLight(Style style, const LightSettings& settings,
                   const Camera& camera);

glm::dvec3 NormalOf(Face face);

}  // namespace goxel

#endif  // RENDERER_LIGHT_H_
