// The light of Shading::kLit: one factor for each of the six directions that a
// voxel's face can look in, computed once per picture.
//
//   key light  directional, tied to the camera: 40 degrees round to its right
//              and 15 degrees above the line of sight, at most 75 above the
//              horizon. So no side that can be seen is dead, and two sides of a
//              cube seen together always differ.
//   ambient    hemispheric: 0.5 for faces looking up, 0.28 sideways, 0.15 down.
//
//   light(face) = ambient(face) + 0.75 * max(0, (normal . key + 0.3) / 1.3)
//
// The 0.3 lets the key light reach a little round the corner. The sum is linear
// light, and is divided by that of the brightest face the camera can see, so
// that this face shows the exact colour of its voxels; no face gets more than
// that. A face that is only just coming into sight counts for less in that
// choice, so that nothing jumps while a camera turns.

#ifndef RENDERER_LIGHT_H_
#define RENDERER_LIGHT_H_

#include <array>

#include "renderer/camera.h"
#include "renderer/face.h"

namespace goxel {

// Indexed by Face; each above 0 and at most 1, to be multiplied with encoded
// sRGB values. sRGB is close to a power law with exponent 2.2, for which a
// factor f on linear light and f^(1/2.2) on the encoded value are the same, and
// a factor of 1 is exact.
using FaceLight = std::array<float, 6>;

FaceLight LitFaces(const Camera& camera);

// Every factor 1.
FaceLight FlatFaces();

}  // namespace goxel

#endif  // RENDERER_LIGHT_H_
