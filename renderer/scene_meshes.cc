#include "renderer/scene_meshes.h"

#include <algorithm>
#include <utility>

namespace goxel {

SceneMeshes::SceneMeshes(const GlFunctions& gl, SceneMeshLimits limits)
    : gl_(gl), limits_(limits), indices_(gl) {}

Result<SceneMeshes::Found> SceneMeshes::Get(const SceneView& view) {
  const auto found = std::ranges::find(meshes_, view.hash, &SceneMesh::scene);
  if (found != meshes_.end()) {
    meshes_.splice(meshes_.begin(), meshes_, found);
    return Found{.mesh = &meshes_.front(), .made = false};
  }
  auto mesh = BuildMesh(view.volume);
  if (!mesh) return Fail(std::move(mesh.error()));
  auto uploaded = GpuMesh::Upload(gl_, *mesh, indices_);
  if (!uploaded) return Fail(std::move(uploaded.error()));
  while (!meshes_.empty() && IsFull(uploaded->size_bytes())) {
    bytes_ -= meshes_.back().gpu.size_bytes();
    meshes_.pop_back();
  }
  bytes_ += uploaded->size_bytes();
  meshes_.push_front({.scene = view.hash,
                      .materials = view.materials.materials(),
                      .mesh = std::make_shared<const Mesh>(*std::move(mesh)),
                      .gpu = std::move(*uploaded)});
  return Found{.mesh = &meshes_.front(), .made = true};
}

bool SceneMeshes::IsFull(std::size_t more_bytes) const {
  return meshes_.size() >= limits_.max_meshes ||
         bytes_ + more_bytes > limits_.max_bytes;
}

}  // namespace goxel
