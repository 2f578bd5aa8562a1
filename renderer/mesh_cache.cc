#include "renderer/mesh_cache.h"

#include <algorithm>
#include <utility>

namespace goxel {

const GpuMesh* MeshCache::Find(Hash128 hash) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(),
                   [&](const Entry& entry) { return entry.hash == hash; });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return &entries_.front().mesh;
}

const GpuMesh& MeshCache::Insert(Hash128 hash, GpuMesh mesh) {
  while (!entries_.empty() && IsFull(mesh.size_bytes())) {
    bytes_ -= entries_.back().mesh.size_bytes();
    entries_.pop_back();
  }
  bytes_ += mesh.size_bytes();
  entries_.push_front({hash, std::move(mesh)});
  return entries_.front().mesh;
}

bool MeshCache::IsFull(std::size_t more_bytes) const {
  return entries_.size() >= limits_.max_meshes ||
         bytes_ + more_bytes > limits_.max_bytes;
}

}  // namespace goxel
