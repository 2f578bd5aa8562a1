// Writes MagicaVoxel files (.vox, version 150; see vox_format.h): the voxels of
// each layer in models of at most 256^3, and a scene graph that puts them in
// their places:
//
//   nTRN 0 - nGRP 1 - for each layer an nTRN with its name, and whether it is
//                     hidden, over one nSHP, or over an nGRP of moved nSHPs
//
// and a LAYR chunk for each layer, the palette, and a MATL chunk for each entry
// that has a material (vox_materials.h).

#ifndef RENDERER_FORMATS_VOX_WRITER_H_
#define RENDERER_FORMATS_VOX_WRITER_H_

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// kTooLarge for more voxels than a chunk of 2 GiB can hold; errors of `sink`.
Status WriteVox(const Scene& scene, const SceneSink& sink);

// True when the solid voxels of the scene have more colours than a .vox file,
// so that some become the nearest of 255 others.
bool ExceedsVoxPalette(const Scene& scene);

}  // namespace goxel

#endif  // RENDERER_FORMATS_VOX_WRITER_H_
