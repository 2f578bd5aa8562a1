// A mesh in the GL's memory.

#ifndef RENDERER_GPU_MESH_H_
#define RENDERER_GPU_MESH_H_

#include <cstddef>
#include <vector>

#include "ipc/status.h"
#include "renderer/gl/object.h"
#include "renderer/mesher.h"

namespace goxel {

// The indices that turn four corners into two triangles, for as many quads as
// 16 bits can number. All meshes share them: longer ones are drawn in pieces.
class QuadIndices {
 public:
  static constexpr std::size_t kMaxQuads = 65536 / 4;

  explicit QuadIndices(const GlFunctions& gl);
  GLuint buffer() const { return buffer_.id(); }

 private:
  GlObject buffer_;
};

// Vertex attribute 0: a MeshVertex as three words, the lowest byte first.
class GpuMesh {
 public:
  // `indices` must outlive the mesh. kRenderFailed when the GL has no memory.
  static Result<GpuMesh> Upload(const GlFunctions& gl, const Mesh& mesh,
                                const QuadIndices& indices);

  const std::vector<MeshRegion>& regions() const { return regions_; }
  std::size_t quads() const { return quads_; }
  std::size_t size_bytes() const { return quads_ * 4 * sizeof(MeshVertex); }

  // Draws one of the regions with the program and uniforms in force.
  void DrawRegion(const GlFunctions& gl, const MeshRegion& region) const;

 private:
  GpuMesh() = default;

  GlObject vertices_;
  GlObject array_;
  std::vector<MeshRegion> regions_;
  std::size_t quads_ = 0;
};

}  // namespace goxel

#endif  // RENDERER_GPU_MESH_H_
