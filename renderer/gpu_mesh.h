// A mesh in the GL's memory.

#ifndef RENDERER_GPU_MESH_H_
#define RENDERER_GPU_MESH_H_

#include <cstddef>
#include <cstdint>
#include <span>
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
  // Of quads that share corners: kQuadIndices.size() indices to each.
  static Result<GpuMesh> Upload(const GlFunctions& gl,
                                std::span<const MeshVertex> vertices,
                                std::span<const std::uint32_t> indices,
                                std::vector<MeshRegion> regions);

  const std::vector<MeshRegion>& regions() const { return regions_; }
  std::size_t quads() const { return quads_; }
  std::size_t size_bytes() const { return size_bytes_; }

  // Draws one of the regions with the program and uniforms in force.
  void DrawRegion(const GlFunctions& gl, const MeshRegion& region) const;

 private:
  // Binds the vertex array, for the indices to be bound.
  GpuMesh(const GlFunctions& gl, std::span<const MeshVertex> vertices,
          std::vector<MeshRegion> regions, std::size_t quads);

  Status Finish(const GlFunctions& gl) const;
  static void DrawByOwnIndices(const GlFunctions& gl, const MeshRegion& region);
  static void DrawBySharedIndices(const GlFunctions& gl,
                                  const MeshRegion& region);

  GlObject vertices_;
  GlObject own_indices_;  // None: those that meshes share.
  GlObject array_;
  std::vector<MeshRegion> regions_;
  std::size_t quads_;
  std::size_t size_bytes_;
};

}  // namespace goxel

#endif  // RENDERER_GPU_MESH_H_
