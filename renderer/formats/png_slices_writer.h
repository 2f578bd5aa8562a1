// Writes a scene as one PNG of all its slices, as Goxel's "png slices" does.
//
// The scene's image box, or else the box around its voxels, is w x h x d cells.
// The picture has w * d columns and h rows: slice z takes the columns from z *
// w on, x runs to the right and y downward. Lowest x, y and z come first. RGBA,
// sRGB, straight alpha; empty cells are transparent black. The layers are
// combined.

#ifndef RENDERER_FORMATS_PNG_SLICES_WRITER_H_
#define RENDERER_FORMATS_PNG_SLICES_WRITER_H_

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// The widest picture that libpng reads without being asked to, and the most
// pixels that take seconds, not minutes.
inline constexpr std::int64_t kMaxSlicesWidth = 1'000'000;
inline constexpr std::int64_t kMaxSlicesPixels = std::int64_t{1} << 28;

// kInvalidArgument when there is no voxel, since a PNG has at least one pixel;
// kTooLarge when the picture would be larger than allowed.
Status WritePngSlices(const Scene& scene, const SceneSink& sink);

}  // namespace goxel

#endif  // RENDERER_FORMATS_PNG_SLICES_WRITER_H_
