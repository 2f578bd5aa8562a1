// The quads that need more than the cheap shader of plain ones.

#ifndef RENDERER_MATERIAL_QUADS_H_
#define RENDERER_MATERIAL_QUADS_H_

#include "renderer/mesher.h"

namespace goxel {

// The opaque quads of `mesh` whose material is not the default one, as a mesh
// of their own.
Mesh OpaqueQuadsWithMaterial(const Mesh& mesh);

}  // namespace goxel

#endif  // RENDERER_MATERIAL_QUADS_H_
