// The meshes drawn last, by the hash of their volume: turning a camera round a
// scene meshes it once.

#ifndef RENDERER_MESH_CACHE_H_
#define RENDERER_MESH_CACHE_H_

#include <cstddef>
#include <list>

#include "renderer/gpu_mesh.h"
#include "renderer/scene/volume.h"

namespace goxel {

struct MeshCacheLimits {
  std::size_t max_meshes = 8;
  std::size_t max_bytes = std::size_t{256} << 20;
};

class MeshCache {
 public:
  explicit MeshCache(MeshCacheLimits limits = {}) : limits_(limits) {}

  // nullptr when there is none. Valid until the next Insert().
  const GpuMesh* Find(Hash128 hash);

  // Makes room by dropping what was used longest ago. The mesh inserted last is
  // kept whatever its size. Valid until the next Insert().
  // REQUIRES: Find(hash) == nullptr.
  const GpuMesh& Insert(Hash128 hash, GpuMesh mesh);

 private:
  struct Entry {
    Hash128 hash;
    GpuMesh mesh;
  };

  bool IsFull(std::size_t more_bytes) const;

  const MeshCacheLimits limits_;
  std::list<Entry> entries_;  // Used last, first.
  std::size_t bytes_ = 0;
};

}  // namespace goxel

#endif  // RENDERER_MESH_CACHE_H_
