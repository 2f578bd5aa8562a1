// Draws a mesh into the framebuffer that is bound: background, then quads.

#ifndef RENDERER_VOXEL_PASS_H_
#define RENDERER_VOXEL_PASS_H_

#include <cstdint>
#include <memory>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/gl/program.h"
#include "renderer/look.h"
#include "renderer/scene_meshes.h"
#include "renderer/window.h"

namespace goxel {

class VoxelPass {
 public:
  // `gl` must outlive the pass. kUnavailable when the shaders do not compile.
  static Result<std::unique_ptr<VoxelPass>> Create(const GlFunctions& gl);

  // The top row of the picture becomes row 0 of the framebuffer, as files have
  // it and as the GL has not. Covered pixels get alpha 255.
  void Draw(const SceneMesh& mesh, const Camera& camera, const Look& look,
            const Window& window);

 private:
  VoxelPass(const GlFunctions& gl, std::unique_ptr<GlProgram> program);

  const GlFunctions& gl_;
  const std::unique_ptr<GlProgram> program_;
  const GLint clip_from_region_;
  const GLint half_frame_;
  const GLint grow_pixels_;
  const GLint max_grow_cells_;
  const GLint light_;
};

}  // namespace goxel

#endif  // RENDERER_VOXEL_PASS_H_
