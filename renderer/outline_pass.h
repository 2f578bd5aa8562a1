// A line round everything that stands before something else: on the farther
// side of each step in depth, so that what is outlined stays as it is.

#ifndef RENDERER_OUTLINE_PASS_H_
#define RENDERER_OUTLINE_PASS_H_

#include <memory>

#include "ipc/status.h"
#include "renderer/camera.h"
#include "renderer/full_frame.h"
#include "renderer/gl/frame_buffer.h"
#include "renderer/render_settings.h"

namespace goxel {

class OutlinePass {
 public:
  // `gl` must outlive this object. kUnavailable.
  static Result<std::unique_ptr<OutlinePass>> Create(const GlFunctions& gl);

  // After everything that has a depth. `frame` is bound; the width of `outline`
  // is in samples.
  void Draw(const Camera& camera, const Outline& outline,
            FrameBuffer& frame) const;

 private:
  OutlinePass(const GlFunctions& gl, FullFrame frame);

  const GlFunctions& gl_;
  const FullFrame frame_;
  const GLint ink_, offsets_, offset_count_, step_;
};

}  // namespace goxel

#endif  // RENDERER_OUTLINE_PASS_H_
