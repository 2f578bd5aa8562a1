#include "renderer/window_layout.h"

#include <algorithm>

namespace goxel {
namespace {

constexpr std::uint32_t kMaxWindowSide = 16384;  // GL_MAX_TEXTURE_SIZE.

// How wide the windows of a picture are that has several: then each has at
// least 1024 rows, of which the largest apron takes half.
constexpr std::uint32_t kMaxColumnSamples = 8192;

bool FitsOneWindow(const PictureShape& shape) {
  const std::uint32_t width = shape.width * shape.samples_per_side;
  const std::uint32_t height = shape.height * shape.samples_per_side;
  return std::max(width, height) <= kMaxWindowSide &&
         std::uint64_t{width} * height <= kMaxWindowSamples;
}

// One direction of a picture, cut into pieces of the same length but the last.
struct Cut {
  std::uint32_t pixels = 0;   // Of the picture.
  std::uint32_t piece = 0;    // Pixels.
  std::uint32_t samples = 0;  // Of the picture.
  std::uint32_t window = 0;   // Samples.
};

Cut CutEvenly(std::uint32_t pixels, std::uint32_t max_window,
              const PictureShape& shape) {
  const std::uint32_t side = shape.samples_per_side;
  Cut cut = {.pixels = pixels, .piece = pixels, .samples = pixels * side};
  cut.window = cut.samples;
  if (cut.samples <= max_window) return cut;
  const std::uint32_t most = (max_window - 2 * shape.apron) / side;
  const std::uint32_t pieces = (pixels + most - 1) / most;
  cut.piece = (pixels + pieces - 1) / pieces;
  cut.window = std::min(cut.samples, cut.piece * side + 2 * shape.apron);
  return cut;
}

// Where the window of the piece at `first` begins.
std::uint32_t WindowStart(const Cut& cut, std::uint32_t first,
                          const PictureShape& shape) {
  const std::uint32_t start = first * shape.samples_per_side;
  return std::min(start - std::min(start, shape.apron),
                  cut.samples - cut.window);
}

}  // namespace

std::vector<PicturePart> PartsOf(const PictureShape& shape) {
  const Cut columns = CutEvenly(
      shape.width, FitsOneWindow(shape) ? kMaxWindowSide : kMaxColumnSamples,
      shape);
  const Cut rows = CutEvenly(
      shape.height,
      std::min(kMaxWindowSide, kMaxWindowSamples / columns.window), shape);
  std::vector<PicturePart> parts;
  for (std::uint32_t y = 0; y < rows.pixels; y += rows.piece) {
    for (std::uint32_t x = 0; x < columns.pixels; x += columns.piece) {
      parts.push_back({.x = x,
                       .y = y,
                       .width = std::min(columns.piece, columns.pixels - x),
                       .height = std::min(rows.piece, rows.pixels - y),
                       .window = {.x = WindowStart(columns, x, shape),
                                  .y = WindowStart(rows, y, shape),
                                  .width = columns.window,
                                  .height = rows.window,
                                  .picture_width = columns.samples,
                                  .picture_height = rows.samples}});
    }
  }
  return parts;
}

}  // namespace goxel
