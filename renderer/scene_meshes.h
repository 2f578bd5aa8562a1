// The meshes of the scenes drawn last: turning a camera round a scene meshes it
// once, and an edit meshes it where it changed.
//
// Thread safety: belongs to the thread of the GL context.

#ifndef RENDERER_SCENE_MESHES_H_
#define RENDERER_SCENE_MESHES_H_

#include <cstddef>
#include <list>
#include <memory>

#include "ipc/status.h"
#include "renderer/chunk_meshes.h"
#include "renderer/gpu_mesh.h"
#include "renderer/scene/scene_view.h"

namespace goxel {

// A scene as quads, both where the GL finds them and where the CPU does.
struct SceneMesh {
  Hash128 scene;  // SceneView::hash.
  std::vector<Material> materials;
  std::shared_ptr<const Mesh> mesh;
  GpuMesh gpu;
};

struct SceneMeshLimits {
  std::size_t max_meshes = 8;
  std::size_t max_bytes = std::size_t{128} << 20;  // Of vertices, all copies.
};

class SceneMeshes {
 public:
  // `gl` must outlive this object.
  explicit SceneMeshes(const GlFunctions& gl, SceneMeshLimits limits = {});

  struct Found {
    const SceneMesh* mesh;
    bool made;  // False: it was there already.
  };
  // The mesh of `view`, made when it is not there; then what was used longest
  // ago makes room, but never this one. Valid until the next call. kTooLarge
  // (BuildMesh), kRenderFailed.
  Result<Found> Get(const SceneView& view);

 private:
  bool IsFull(std::size_t more_bytes) const;

  const GlFunctions& gl_;
  const SceneMeshLimits limits_;
  const QuadIndices indices_;
  ChunkMeshes chunks_;
  std::list<SceneMesh> meshes_;  // Used last, first.
  std::size_t bytes_ = 0;
};

}  // namespace goxel

#endif  // RENDERER_SCENE_MESHES_H_
