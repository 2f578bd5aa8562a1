// Goxel (.gox), versions 1 and 2, also as a gzip stream (.gox.gz): layers of
// 16^3 blocks that are kept as PNGs, clone and shape layers, materials, cameras
// and the light. Described by Goxel itself: src/formats/gox.c of
// https://github.com/guillaumechereau/goxel

#ifndef RENDERER_FORMATS_GOX_FORMAT_H_
#define RENDERER_FORMATS_GOX_FORMAT_H_

#include <cstddef>
#include <span>

#include "ipc/status.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/scene.h"

namespace goxel {

// Chunks and settings that are not known, and settings of an unexpected size,
// are passed over, as Goxel does. Image layers, which show a picture from the
// author's disk, come out empty. Layers whose id is missing, below 1 or taken
// get the next free one. A blend mode that is not known counts as OVER.
//
// kInvalidArgument for another version; kDataLoss when the file is cut off or
// contradicts itself, a clone's base is missing or clones form a cycle;
// kTooLarge when `limits` do not allow the scene.
Result<Scene> ReadGox(std::span<const std::byte> bytes,
                      const ReadLimits& limits);

}  // namespace goxel

#endif  // RENDERER_FORMATS_GOX_FORMAT_H_
