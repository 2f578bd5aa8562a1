// Where the corners of quads come to lie in a window: the part of the vertex
// shader that is the same in every pass over a mesh, so that all of them cover
// the same pixels at the same depth.
//
// Quads of different size that meet along an edge (T-junctions) can leave out a
// pixel between them, through which the background shows. So every edge of a
// quad is moved outwards in the quad's plane until it has moved by a small part
// of a pixel on the screen: enough to close every gap, and too little to be
// seen.

#ifndef RENDERER_QUAD_PLACEMENT_H_
#define RENDERER_QUAD_PLACEMENT_H_

#include <glm/mat4x4.hpp>
#include <string>

#include "renderer/camera.h"
#include "renderer/gl/program.h"
#include "renderer/mesher.h"
#include "renderer/window.h"

namespace goxel {

// Clip space of a window, with the topmost row of the picture at y = -1, as
// files have it and as the GL has not. Front faces turn clockwise in it.
glm::dmat4 ClipFromWorld(const Camera& camera, const Window& window);

// Computed in double: far from 0 the parts of a transform are huge, only their
// product with the region's origin is not.
glm::mat4 FromRegion(const glm::dmat4& from_world, const MeshRegion& region);

// The first lines of a vertex shader over quads. After the version they give
// what a MeshVertex holds: `position` (vec3, in cells from the region's
// origin), `face_corner` (uvec2), `color` (vec3, 0 to 1) and `material` (uint);
// and
//   vec4 PlaceCorner()   of the quad, in clip space.
std::string QuadShaderStart();

// What PlaceCorner() needs, set in a program that starts with it.
class QuadPlacement {
 public:
  enum class Edges { kGrown, kExact };

  // Both must outlive this object.
  QuadPlacement(const GlFunctions& gl, const GlProgram& program);

  // These need the program in use; first the window, then each region.
  void EnterWindow(const Camera& camera, const Window& window,
                   Edges edges = Edges::kGrown);
  void EnterRegion(const MeshRegion& region);

 private:
  const GlFunctions& gl_;
  const GLint clip_from_region_;
  const GLint half_frame_;
  const GLint grow_pixels_;
  const GLint max_grow_cells_;
  glm::dmat4 clip_from_world_{1};
};

}  // namespace goxel

#endif  // RENDERER_QUAD_PLACEMENT_H_
