// MagicaVoxel (.vox), versions 150 and 200: models of at most 256^3 voxels with
// a palette, placed in the world by a scene graph.
// Described at https://github.com/ephtracy/voxel-model
// (MagicaVoxel-file-format-vox.txt and -vox-extension.txt).

#ifndef RENDERER_FORMATS_VOX_FORMAT_H_
#define RENDERER_FORMATS_VOX_FORMAT_H_

#include <cstddef>
#include <span>

#include "ipc/status.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/scene.h"

namespace goxel {

// All visible instances of all models in one layer, named after the only
// instance where there is one, else "MagicaVoxel"; the palette, with one
// material per MATL chunk; the cameras (vox_cameras.h). Of an animation, the
// first frame. Palette alpha is ignored, as MagicaVoxel does: every voxel is
// opaque.
//
// Several instances, up to 65,534, are objects of the layer, in the order of
// the graph and with the ids from 2 on, the layer's being 1. An instance has
// the name of the nearest nTRN above it that has one.
//
// kInvalidArgument for a Teardown file (chunk TDCZ), whose voxels are
// compressed; kDataLoss when the file is cut off, a chunk contradicts itself or
// the graph has a cycle, a missing node or more than 512 levels; kTooLarge when
// `limits` do not allow the scene.
Result<Scene> ReadVox(std::span<const std::byte> bytes,
                      const ReadLimits& limits);

}  // namespace goxel

#endif  // RENDERER_FORMATS_VOX_FORMAT_H_
