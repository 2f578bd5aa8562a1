// The shadow of a scene on a plane under it that is itself not seen: it darkens
// what is behind, and over a transparent background it is black that shines
// through. It is seen from above only.

#ifndef RENDERER_GROUND_H_
#define RENDERER_GROUND_H_

#include <memory>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/full_frame.h"
#include "renderer/look.h"
#include "renderer/shadow_map.h"
#include "renderer/window.h"

namespace goxel {

class Ground {
 public:
  // `gl` must outlive this object. kUnavailable.
  static Result<std::unique_ptr<Ground>> Create(const GlFunctions& gl);

  // After everything opaque and the background, in either form of alpha.
  void Draw(const Camera& camera, const Look& look, const Window& window,
            const ShadowMap& shadow_map) const;

 private:
  Ground(const GlFunctions& gl, std::unique_ptr<GlProgram> program);

  const GlFunctions& gl_;
  const std::unique_ptr<GlProgram> program_;
  const GlObject array_;
  const GLint clip_from_ground_, shadow_from_ground_, step_, darkness_;
};

}  // namespace goxel

#endif  // RENDERER_GROUND_H_
