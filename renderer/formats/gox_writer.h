// Writes Goxel files (.gox, version 2), which Goxel itself opens with the same
// voxels and layers. gox_format.h reads them.
//
//   "GOX ", int32 2, then chunks: type, int32 length, content, int32 0
//
//   IMG   dictionary: box
//   BL16  one for each distinct tile, a PNG of 64 x 64 pixels
//   MATE  dictionary: name, color, metallic, roughness, emission
//   LAYR  number of blocks; for each its BL16, x, y, z, 0; dictionary: name,
//         mat, id, base_id, material, mode, visible, active
//   CAMR  dictionary: name, dist, ortho, mat, active
//   LIGH  dictionary: pitch, yaw, intensity, fixed, ambient, shadow
//
// A layer that clones another has no blocks. Goxel reads names of at most 255
// bytes; longer ones are cut. `active` of a layer is our own: the one that
// edits go to.

#ifndef RENDERER_FORMATS_GOX_WRITER_H_
#define RENDERER_FORMATS_GOX_WRITER_H_

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// kInternal when libpng fails; errors of `sink`.
Status WriteGox(const Scene& scene, const SceneSink& sink);

}  // namespace goxel

#endif  // RENDERER_FORMATS_GOX_WRITER_H_
