// What is seen where nothing stands: one colour, or one that changes evenly
// from the first row of the picture to the last.

#ifndef RENDERER_BACKGROUND_H_
#define RENDERER_BACKGROUND_H_

#include <memory>

#include "ipc/status.h"
#include "renderer/full_frame.h"
#include "renderer/look.h"
#include "renderer/window.h"

namespace goxel {

// How the colours of a frame stand for what shines through them. With all of
// it opaque both are the same.
enum class AlphaForm {
  kStraight,
  kPremultiplied,  // Multiplied by alpha, as blending in layers needs it.
};

class Background {
 public:
  // `gl` must outlive this object. kUnavailable.
  static Result<std::unique_ptr<Background>> Create(const GlFunctions& gl);

  // Clears the depths, and the colours of an even background. Before all else
  // that is drawn.
  void Clear(const Look& look, AlphaForm form) const;

  // Draws a gradient where the depths still are what Clear() left.
  void Fill(const Look& look, const Window& window, AlphaForm form) const;

 private:
  Background(const GlFunctions& gl, FullFrame frame);

  const GlFunctions& gl_;
  const FullFrame frame_;
  const GLint top_, bottom_, first_row_, last_row_;
};

}  // namespace goxel

#endif  // RENDERER_BACKGROUND_H_
