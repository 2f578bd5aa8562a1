// Writes Qubicle Binary files (qb_format.h): RGBA, right-handed, compressed,
// without a visibility mask. One matrix for each layer of which a solid voxel
// is seen, of just the size of these voxels.

#ifndef RENDERER_FORMATS_QB_WRITER_H_
#define RENDERER_FORMATS_QB_WRITER_H_

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// kTooLarge when a layer reaches over more than 65,536 voxels along an axis;
// errors of `sink`.
Status WriteQb(const Scene& scene, const SceneSink& sink);

}  // namespace goxel

#endif  // RENDERER_FORMATS_QB_WRITER_H_
