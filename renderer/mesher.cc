#include "renderer/mesher.h"

#include <utility>

#include "renderer/chunk_meshes.h"

namespace goxel {

Result<Mesh> BuildMesh(const Volume& volume, const MaterialMap& materials,
                       std::size_t max_quads) {
  ChunkMeshes chunks(/*max_bytes=*/0);
  auto made = chunks.Build(volume, materials, {.max_quads = max_quads});
  if (!made) return Fail(std::move(made.error()));
  return std::move(made->mesh);
}

}  // namespace goxel
