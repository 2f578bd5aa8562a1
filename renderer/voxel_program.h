// The shaders that colour quads. All that is the same for a whole face (light,
// material, emission) is worked out for its corners, twice: in the sun and out
// of it. A pixel only chooses between the two by its look at the shadow map and
// darkens them where a corner is near, since pixels are what costs.

#ifndef RENDERER_VOXEL_PROGRAM_H_
#define RENDERER_VOXEL_PROGRAM_H_

#include <glm/vec4.hpp>
#include <memory>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/gl/program.h"
#include "renderer/look.h"
#include "renderer/quad_placement.h"
#include "renderer/shadow_map.h"
#include "renderer/viewer.h"

namespace goxel {

// What a program has to look at; the less, the faster.
struct VoxelShading {
  Shadows shadows = Shadows::kOff;
  bool occlusion = false;
  bool materials = false;  // False: all quads are drawn as plain ones.

  auto operator<=>(const VoxelShading&) const = default;
};

class VoxelProgram {
 public:
  // Texture units that must hold the shadow map and the materials
  // (material_texture.h) while it is in use.
  static constexpr int kShadowUnit = 0;
  static constexpr int kMaterialUnit = 1;

  // `gl` must outlive the program. kUnavailable when it does not compile.
  static Result<std::unique_ptr<VoxelProgram>> Create(const GlFunctions& gl,
                                                      VoxelShading shading);

  // Puts the program in use for one window. `shadow_map` may be null when the
  // shading has no shadows.
  void EnterWindow(const Camera& camera, const Look& look, const Window& window,
                   const ShadowMap* shadow_map, QuadPlacement::Edges edges);
  void EnterRegion(const MeshRegion& region);

 private:
  VoxelProgram(const GlFunctions& gl, std::unique_ptr<GlProgram> program,
               VoxelShading shading);
  void SetShadow(const ShadowMap& map);

  const GlFunctions& gl_;
  const std::unique_ptr<GlProgram> program_;
  const VoxelShading shading_;
  QuadPlacement placement_;
  const GLint sunlit_, shaded_, paint_, occlusion_;
  const GLint shadow_from_region_, shadow_nudge_, shadow_slope_, shadow_step_;
  const GLint viewer_, to_sun_;
  glm::dmat4 shadow_from_world_{1};
  Viewer viewer_in_world_{};
};

}  // namespace goxel

#endif  // RENDERER_VOXEL_PROGRAM_H_
