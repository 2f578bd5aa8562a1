#include "renderer/gpu_mesh.h"

#include <fmt/format.h>

#include <algorithm>

namespace goxel {
namespace {

// As words, since the GL takes them faster than numbers of other sizes; the
// vertex shader takes them apart (quad_placement.h).
void DescribeVertices(const GlFunctions& gl) {
  constexpr GLint kWords = sizeof(MeshVertex) / sizeof(std::uint32_t);
  gl.VertexAttribIPointer(0, kWords, GL_UNSIGNED_INT, sizeof(MeshVertex),
                          nullptr);
  gl.EnableVertexAttribArray(0);
}

}  // namespace

QuadIndices::QuadIndices(const GlFunctions& gl)
    : buffer_(gl.GenBuffers, gl.DeleteBuffers) {
  std::vector<std::uint16_t> indices;
  indices.reserve(kMaxQuads * 6);
  for (std::size_t quad = 0; quad < kMaxQuads; ++quad) {
    for (const std::size_t corner : {0u, 1u, 2u, 0u, 2u, 3u}) {
      indices.push_back(static_cast<std::uint16_t>(quad * 4 + corner));
    }
  }
  gl.BindBuffer(GL_ARRAY_BUFFER, buffer());
  gl.BufferData(GL_ARRAY_BUFFER,
                static_cast<GLsizeiptr>(indices.size() * sizeof(indices[0])),
                indices.data(), GL_STATIC_DRAW);
}

Result<GpuMesh> GpuMesh::Upload(const GlFunctions& gl, const Mesh& mesh,
                                const QuadIndices& indices) {
  GpuMesh uploaded;
  uploaded.regions_ = mesh.regions;
  uploaded.quads_ = mesh.quads();
  uploaded.array_ = GlObject(gl.GenVertexArrays, gl.DeleteVertexArrays);
  uploaded.vertices_ = GlObject(gl.GenBuffers, gl.DeleteBuffers);
  gl.BindVertexArray(uploaded.array_.id());
  gl.BindBuffer(GL_ARRAY_BUFFER, uploaded.vertices_.id());
  gl.BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(uploaded.size_bytes()),
                mesh.vertices.data(), GL_STATIC_DRAW);
  DescribeVertices(gl);
  gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, indices.buffer());
  gl.BindVertexArray(0);
  Status status = TakeGlError(
      gl, fmt::format("upload a mesh of {} quads", uploaded.quads_));
  if (!status.ok()) return Fail(std::move(status));
  return uploaded;
}

void GpuMesh::DrawRegion(const GlFunctions& gl,
                         const MeshRegion& region) const {
  gl.BindVertexArray(array_.id());
  const std::size_t end = region.first_quad + region.quad_count;
  for (std::size_t quad = region.first_quad; quad < end;
       quad += QuadIndices::kMaxQuads) {
    const std::size_t count = std::min(QuadIndices::kMaxQuads, end - quad);
    gl.DrawElementsBaseVertex(GL_TRIANGLES, static_cast<GLsizei>(count * 6),
                              GL_UNSIGNED_SHORT, nullptr,
                              static_cast<GLint>(quad * 4));
  }
  gl.BindVertexArray(0);
}

}  // namespace goxel
