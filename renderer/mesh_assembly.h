// Puts the quads of a scene's chunks together to one mesh.

#ifndef RENDERER_MESH_ASSEMBLY_H_
#define RENDERER_MESH_ASSEMBLY_H_

#include <span>

#include "renderer/chunk_mesher.h"

namespace goxel {

struct PlacedQuads {
  TileCoord first_tile;  // The chunk's lowest.
  const ChunkQuads* quads;
};

// REQUIRES: no chunk twice.
Mesh AssembleMesh(std::span<const PlacedQuads> chunks);

}  // namespace goxel

#endif  // RENDERER_MESH_ASSEMBLY_H_
