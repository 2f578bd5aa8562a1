// Writes the surface of a scene as glTF 2.0: one .gltf file with its buffer in
// base64, one mesh and node per visible layer, named after it.
// https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html
//
//   node 0       turns Z up into glTF's Y up; parent of the others
//   node 1 + i   layer i, moved to the lowest corner of its voxels
//   buffer       per layer its vertices, then its indices (two triangles each)
//   vertex       20 bytes: POSITION 3 x f32, COLOR_0 4 x u16, normalized and
//                linear as the specification wants, alpha 1
//   materials    those of the layers; a scene's first one for layers without
//
// There are no normals: the specification then has viewers compute flat ones,
// which are exact for rectangles. Emission above 1 is cut to 1. Materials of
// palette entries are left out.

#ifndef RENDERER_FORMATS_GLTF_WRITER_H_
#define RENDERER_FORMATS_GLTF_WRITER_H_

#include "ipc/status.h"
#include "renderer/formats/scene_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// kTooLarge when a layer has more corners than 32-bit indices count.
Status WriteGltf(const Scene& scene, const SceneSink& sink);

}  // namespace goxel

#endif  // RENDERER_FORMATS_GLTF_WRITER_H_
