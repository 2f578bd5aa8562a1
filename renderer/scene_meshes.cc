#include "renderer/scene_meshes.h"

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

std::size_t BytesOf(const SceneMesh& scene_mesh) {
  const std::size_t vertices = scene_mesh.mesh->vertices.size();
  return vertices * sizeof(MeshVertex) + scene_mesh.gpu.size_bytes();
}

}  // namespace

SceneMeshes::SceneMeshes(const GlFunctions& gl, SceneMeshLimits limits)
    : gl_(gl), limits_(limits), indices_(gl) {}

Result<SceneMeshes::Found> SceneMeshes::Get(const SceneView& view) {
  const auto found = std::ranges::find(meshes_, view.hash, &SceneMesh::scene);
  if (found != meshes_.end()) {
    meshes_.splice(meshes_.begin(), meshes_, found);
    return Found{.mesh = &meshes_.front(), .made = false};
  }
  auto made = chunks_.Build(view.volume, view.materials);
  if (!made) return Fail(std::move(made.error()));
  auto uploaded = GpuMesh::Upload(gl_, made->mesh, indices_);
  if (!uploaded) return Fail(std::move(uploaded.error()));
  SceneMesh scene_mesh = {
      .scene = view.hash,
      .materials = view.materials.materials(),
      .mesh = std::make_shared<const Mesh>(std::move(made->mesh)),
      .gpu = std::move(*uploaded)};
  const std::size_t bytes = BytesOf(scene_mesh);
  while (!meshes_.empty() && IsFull(bytes)) {
    bytes_ -= BytesOf(meshes_.back());
    meshes_.pop_back();
  }
  bytes_ += bytes;
  meshes_.push_front(std::move(scene_mesh));
  return Found{.mesh = &meshes_.front(), .made = true};
}

bool SceneMeshes::IsFull(std::size_t more_bytes) const {
  return meshes_.size() >= limits_.max_meshes ||
         bytes_ + more_bytes > limits_.max_bytes;
}

}  // namespace goxel
