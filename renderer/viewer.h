// Where a scene is seen from, and what can be seen from there at all.

#ifndef RENDERER_VIEWER_H_
#define RENDERER_VIEWER_H_

#include <glm/vec3.hpp>

#include "renderer/camera.h"
#include "renderer/mesher.h"

namespace goxel {

// At a place, or so far in a direction that only that matters.
struct Viewer {
  glm::dvec3 at;
  bool is_far;
};

Viewer ViewerOf(const Camera& camera);

// False for a face whose back alone can be seen. `plane` is where it lies along
// its axis.
bool SeesFront(const Viewer& viewer, Face face, double plane);

// False when the backs of all its quads are seen, which are never drawn. Half
// of a scene's quads or more are left out by it.
bool MaySeeFronts(const Viewer& viewer, const MeshRegion& region);

}  // namespace goxel

#endif  // RENDERER_VIEWER_H_
