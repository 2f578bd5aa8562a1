// Draws which quad of a mesh each pixel shows, with the corners of the colour
// pass at one sample a pixel: everything else that a plane says of a pixel
// follows from that by arithmetic.

#ifndef RENDERER_ID_PASS_H_
#define RENDERER_ID_PASS_H_

#include <memory>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/gl/program.h"
#include "renderer/quad_placement.h"
#include "renderer/scene_meshes.h"
#include "renderer/window.h"

namespace goxel {

class IdPass {
 public:
  // `gl` must outlive the pass. kUnavailable when the shaders do not compile.
  static Result<std::unique_ptr<IdPass>> Create(const GlFunctions& gl);

  // Draws into the RGBA8 frame that is bound; each pixel becomes a 32-bit
  // little-endian number, that of the front-most quad plus one, or 0. Quads of
  // translucent materials count like all others.
  void Draw(const SceneMesh& mesh, const Camera& camera, const Window& window);

 private:
  IdPass(const GlFunctions& gl, std::unique_ptr<GlProgram> program);

  const GlFunctions& gl_;
  const std::unique_ptr<GlProgram> program_;
  QuadPlacement placement_;
};

}  // namespace goxel

#endif  // RENDERER_ID_PASS_H_
