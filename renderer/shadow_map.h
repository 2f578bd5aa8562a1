// What the sun sees of a scene: for each texel how far its light reaches. Kept
// for the scene and direction drawn last, since a picture's light often stays
// while its camera moves.
//
// Only opaque quads throw a shadow.
//
// Thread safety: belongs to the thread of the GL context.

#ifndef RENDERER_SHADOW_MAP_H_
#define RENDERER_SHADOW_MAP_H_

#include <array>
#include <glm/mat4x4.hpp>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <list>
#include <memory>

#include "ipc/status.h"
#include "renderer/gl/object.h"
#include "renderer/gl/program.h"
#include "renderer/scene_meshes.h"

namespace goxel {

struct ShadowMap {
  Hash128 scene;
  glm::dvec3 to_sun{0};
  int side = 0;        // Texels.
  GlObject texture{};  // For a sampler2DShadow; a look beside it finds the sun.
  // To 0..1 in the texture's plane and in depth, 0 nearest to the sun.
  glm::dmat4 texture_from_world{1};
  double texel = 0;  // Cells.
  // The box of the opaque quads, in cells.
  glm::dvec3 lowest{0}, highest{0};

  // How the depth changes from one edge of the texture to the other in the
  // plane of a face that the sun reaches.
  glm::dvec2 SlopeOf(Face face) const;

  // What to add to a place on a face so that one look at the map there does not
  // find the face in its own shadow: a step along the face's normal that
  // outdoes the change of depth in its plane over what a look reaches.
  glm::dvec3 NudgeOf(Face face) const;

  // Between the looks of a SoftSun(), in the texture, so that the shadow's edge
  // is `cells` wide, but never less than a few texels.
  double LookStep(double cells, int looks) const;
};

// GLSL: how much of the sun reaches `place`, as the mean of `looks` times
// `looks` looks around it that are `step` apart.
//
//   float SoftSun(sampler2DShadow map, vec3 place, vec2 slope, float step)
std::string SoftSunSource(int looks);

class ShadowMaps {
 public:
  // `gl` must outlive this object. kUnavailable when the shaders do not
  // compile.
  static Result<std::unique_ptr<ShadowMaps>> Create(const GlFunctions& gl);

  // The map of `mesh`, drawn when it is not there; then the one used longest
  // ago makes room. Null when the mesh has no opaque quads. Valid until the
  // next call. Leaves another framebuffer bound. kRenderFailed.
  Result<const ShadowMap*> Get(const SceneMesh& mesh, const glm::dvec3& to_sun);

 private:
  ShadowMaps(const GlFunctions& gl, std::unique_ptr<GlProgram> program);
  Status Draw(const SceneMesh& mesh, ShadowMap& map);

  const GlFunctions& gl_;
  const std::unique_ptr<GlProgram> program_;
  const GLint clip_from_region_;
  GlObject frame_;
  std::list<ShadowMap> maps_;  // Used last, first.
};

}  // namespace goxel

#endif  // RENDERER_SHADOW_MAP_H_
