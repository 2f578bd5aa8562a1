// The outline of a volume for framing: the outermost corners of its voxels.
//
// A camera that must see a scene fill the frame cannot use the scene's box: the
// corners of a box are empty in most scenes, a castle on a hill above all. The
// exact convex hull is more than is needed; the points that are farthest out in
// each of 512 directions, evenly spread, miss a sphere by 0.3 % of its radius
// and a box not at all. A thin spike on a wide plain may stick out further, by
// a few percent of the plain's width: good for framing, not for clipping.

#ifndef RENDERER_SCENE_HULL_H_
#define RENDERER_SCENE_HULL_H_

#include <cstdint>
#include <glm/vec3.hpp>
#include <vector>

#include "renderer/scene/volume.h"

namespace goxel {

// The outermost corners of all voxels with alpha >= min_alpha, in world
// coordinates, at most 512 of them, none twice. Empty for an empty volume.
// Looks at the voxels of outer tiles only: takes a few milliseconds for a
// thousand tiles.
std::vector<glm::dvec3> OutermostPoints(const Volume& volume,
                                        std::uint8_t min_alpha = kSolidAlpha);

}  // namespace goxel

#endif  // RENDERER_SCENE_HULL_H_
