// In which windows a picture is drawn, so that what it takes beside the target
// stays small however large it is.
//
//   picture, in pixels            one part's window, in samples
//   +-----------+                 +-----------------+
//   |  part 0   |                 |      apron      |  drawn, not shown
//   +-----------+                 +-----------------+
//   |  part 1   |  ------------>  |  part 1 x side  |  becomes pixels
//   +-----------+                 +-----------------+
//   |  part 2   |                 |      apron      |
//   +-----------+                 +-----------------+
//
// All windows of a picture have one size, so that one frame buffer serves them:
// at the picture's edges a window is moved inwards and overlaps its neighbour
// by more. The layout depends on the arguments alone, never on the machine:
// equal requests are drawn alike everywhere.

#ifndef RENDERER_WINDOW_LAYOUT_H_
#define RENDERER_WINDOW_LAYOUT_H_

#include <cstdint>
#include <vector>

#include "renderer/window.h"

namespace goxel {

// 32 MiB each for colour and depth: a plain 4K picture, or one of 1920 x 1080
// pixels with four samples each. The rasteriser may hold on to the buffers of
// the size before, which makes it twice as much.
inline constexpr std::uint32_t kMaxWindowSamples = 4096 * 2048;

struct PictureShape {
  std::uint32_t width = 0, height = 0;  // Pixels.
  std::uint32_t samples_per_side = 1;   // Of a pixel.
  std::uint32_t apron = 0;              // Samples; at most 256.
};

struct PicturePart {
  // Pixels of the picture that are finished with this part.
  std::uint32_t x = 0, y = 0, width = 0, height = 0;
  Window window;  // Holds the samples of all of them.
};

// From the top, and from the left within the same rows. Every pixel is in one
// part. One part when the picture has at most kMaxWindowSamples samples, none
// of its sides more than kMaxRenderSide.
std::vector<PicturePart> PartsOf(const PictureShape& shape);

}  // namespace goxel

#endif  // RENDERER_WINDOW_LAYOUT_H_
