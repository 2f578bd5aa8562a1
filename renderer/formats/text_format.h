// Goxel's text format: one voxel per line, "X Y Z RRGGBB", decimal cell
// coordinates in the world (Z up) and a hexadecimal sRGB colour. Blank lines
// and lines that start with '#' are comments. Of two lines for one cell the
// later wins.

#ifndef RENDERER_FORMATS_TEXT_FORMAT_H_
#define RENDERER_FORMATS_TEXT_FORMAT_H_

#include <cstddef>
#include <span>

#include "ipc/status.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/scene.h"

namespace goxel {

// True when the first line that is not a comment holds a voxel.
bool LooksLikeText(std::span<const std::byte> bytes);

// kInvalidArgument, naming the line, when one does not hold a voxel.
Result<Scene> ReadText(std::span<const std::byte> bytes,
                       const ReadLimits& limits);

}  // namespace goxel

#endif  // RENDERER_FORMATS_TEXT_FORMAT_H_
