// The last step of a picture with glass over a background that shines through:
// layers blend in colours that are multiplied by alpha, files hold straight
// ones.

#ifndef RENDERER_STRAIGHT_ALPHA_H_
#define RENDERER_STRAIGHT_ALPHA_H_

#include <memory>

#include "ipc/status.h"
#include "renderer/full_frame.h"
#include "renderer/window.h"

namespace goxel {

class StraightAlpha {
 public:
  // `gl` must outlive this object. kUnavailable.
  static Result<std::unique_ptr<StraightAlpha>> Create(const GlFunctions& gl);

  // Divides the colours of the frame that is bound by their alpha. Takes as
  // much memory as the frame has, for as long as it works.
  void Convert(const Window& window) const;

 private:
  StraightAlpha(const GlFunctions& gl, FullFrame frame);

  const GlFunctions& gl_;
  const FullFrame frame_;
};

}  // namespace goxel

#endif  // RENDERER_STRAIGHT_ALPHA_H_
