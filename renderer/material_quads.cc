#include "renderer/material_quads.h"

namespace goxel {

Mesh OpaqueQuadsWithMaterial(const Mesh& mesh) {
  Mesh found;
  for (const MeshRegion& region : mesh.regions) {
    MeshRegion part = region;
    part.first_quad = found.quads();
    const MeshVertex* quad = &mesh.vertices[region.first_quad * 4];
    for (std::size_t i = 0; i < region.quad_count; ++i, quad += 4) {
      if (quad->material == 0) continue;
      found.vertices.insert(found.vertices.end(), quad, quad + 4);
    }
    part.quad_count = found.quads() - part.first_quad;
    if (part.quad_count > 0) found.regions.push_back(part);
  }
  return found;
}

}  // namespace goxel
