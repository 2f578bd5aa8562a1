// Draws a scene into the framebuffer that is bound, from the back to the front
// of what a picture consists of: opaque quads, the background where there are
// none, the scene's shadow on the ground, glass, the outline.

#ifndef RENDERER_VOXEL_PASS_H_
#define RENDERER_VOXEL_PASS_H_

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "ipc/status.h"
#include "renderer/background.h"
#include "renderer/camera.h"
#include "renderer/gl/frame_buffer.h"
#include "renderer/ground.h"
#include "renderer/look.h"
#include "renderer/material_texture.h"
#include "renderer/outline_pass.h"
#include "renderer/scene_meshes.h"
#include "renderer/shadow_map.h"
#include "renderer/straight_alpha.h"
#include "renderer/voxel_program.h"
#include "renderer/window.h"

namespace goxel {

class VoxelPass {
 public:
  // `gl` must outlive the pass. kUnavailable when the shaders do not compile.
  static Result<std::unique_ptr<VoxelPass>> Create(const GlFunctions& gl);

  // Makes what a picture needs before its frame is bound; leaves another one
  // bound. kRenderFailed when the GL has no memory, kUnavailable when it does
  // not compile the shaders that the look needs.
  Status Prepare(const SceneMesh& mesh, const Camera& camera, const Look& look);

  // Draws a window of the picture that was prepared last into `frame`, which is
  // bound. The top row of the picture becomes row 0 of the framebuffer, as
  // files have it and as the GL has not. Covered pixels get alpha 255.
  Status Draw(const SceneMesh& mesh, const Camera& camera, const Look& look,
              const Window& window, FrameBuffer& frame);

 private:
  // What draws a part of a picture.
  struct Parts {
    std::unique_ptr<ShadowMaps> shadow_maps;
    std::unique_ptr<Background> background;
    std::unique_ptr<Ground> ground;
    std::unique_ptr<OutlinePass> outline;
    std::unique_ptr<StraightAlpha> straight_alpha;
  };
  // Glass in the order in which one picture needs it.
  struct Glass {
    GpuMesh mesh;
    QuadPlacement::Edges edges;
  };

  VoxelPass(const GlFunctions& gl, Parts parts);

  Result<VoxelProgram*> FindProgram(VoxelShading shading);
  Status PrepareMaterials(const SceneMesh& mesh, const Camera& camera);
  Status PrepareGlass(const SceneMesh& mesh, const Camera& camera);
  void BindTextures() const;
  void DrawOpaque(const SceneMesh& mesh, const Camera& camera, const Look& look,
                  const Window& window);
  template <typename Filter>
  void DrawQuads(VoxelProgram& program, const GpuMesh& mesh,
                 const Viewer& viewer, Filter is_wanted) const;
  void DrawGlass(const Camera& camera, const Look& look, const Window& window);

  const GlFunctions& gl_;
  const Parts parts_;
  const QuadIndices indices_;
  MaterialTexture materials_;
  std::map<VoxelShading, std::unique_ptr<VoxelProgram>> programs_;

  // Of the picture that was prepared last.
  const ShadowMap* shadow_map_ = nullptr;
  VoxelProgram* program_ = nullptr;
  VoxelProgram* material_program_ = nullptr;  // Null: without materials.
  std::optional<Glass> glass_;
  AlphaForm alpha_form_ = AlphaForm::kStraight;
};

}  // namespace goxel

#endif  // RENDERER_VOXEL_PASS_H_
