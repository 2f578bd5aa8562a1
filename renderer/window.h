// A rectangle of a picture that is drawn at once. Pictures too large for one
// frame buffer are drawn as several.

#ifndef RENDERER_WINDOW_H_
#define RENDERER_WINDOW_H_

#include <cstdint>

namespace goxel {

// In samples, of which a pixel may have several. Row 0 is the topmost. The
// window fills the frame buffer from its first row and column.
struct Window {
  std::uint32_t x = 0, y = 0;           // Of the picture's own.
  std::uint32_t width = 0, height = 0;  // At most kMaxRenderSide.
  std::uint32_t picture_width = 0, picture_height = 0;
};

}  // namespace goxel

#endif  // RENDERER_WINDOW_H_
