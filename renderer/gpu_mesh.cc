#include "renderer/gpu_mesh.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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
  indices.reserve(kMaxQuads * kQuadIndices.size());
  for (std::size_t quad = 0; quad < kMaxQuads; ++quad) {
    for (const std::size_t corner : kQuadIndices) {
      indices.push_back(static_cast<std::uint16_t>(quad * 4 + corner));
    }
  }
  gl.BindBuffer(GL_ARRAY_BUFFER, buffer());
  gl.BufferData(GL_ARRAY_BUFFER,
                static_cast<GLsizeiptr>(indices.size() * sizeof(indices[0])),
                indices.data(), GL_STATIC_DRAW);
}

GpuMesh::GpuMesh(const GlFunctions& gl, std::span<const MeshVertex> vertices,
                 std::vector<MeshRegion> regions, std::size_t quads)
    : vertices_(gl.GenBuffers, gl.DeleteBuffers),
      array_(gl.GenVertexArrays, gl.DeleteVertexArrays),
      regions_(std::move(regions)),
      quads_(quads),
      size_bytes_(vertices.size_bytes()) {
  gl.BindVertexArray(array_.id());
  gl.BindBuffer(GL_ARRAY_BUFFER, vertices_.id());
  gl.BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(size_bytes_),
                vertices.data(), GL_STATIC_DRAW);
  DescribeVertices(gl);
}

Result<GpuMesh> GpuMesh::Upload(const GlFunctions& gl, const Mesh& mesh,
                                const QuadIndices& indices) {
  GpuMesh uploaded(gl, mesh.vertices, mesh.regions, mesh.quads());
  gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, indices.buffer());
  Status status = uploaded.Finish(gl);
  if (!status.ok()) return Fail(std::move(status));
  return uploaded;
}

Result<GpuMesh> GpuMesh::Upload(const GlFunctions& gl,
                                std::span<const MeshVertex> vertices,
                                std::span<const std::uint32_t> indices,
                                std::vector<MeshRegion> regions) {
  GpuMesh uploaded(gl, vertices, std::move(regions),
                   indices.size() / kQuadIndices.size());
  uploaded.own_indices_ = GlObject(gl.GenBuffers, gl.DeleteBuffers);
  uploaded.size_bytes_ += indices.size_bytes();
  gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, uploaded.own_indices_.id());
  gl.BufferData(GL_ELEMENT_ARRAY_BUFFER,
                static_cast<GLsizeiptr>(indices.size_bytes()), indices.data(),
                GL_STATIC_DRAW);
  Status status = uploaded.Finish(gl);
  if (!status.ok()) return Fail(std::move(status));
  return uploaded;
}

Status GpuMesh::Finish(const GlFunctions& gl) const {
  gl.BindVertexArray(0);
  return TakeGlError(gl, fmt::format("upload a mesh of {} quads", quads_));
}

void GpuMesh::DrawRegion(const GlFunctions& gl,
                         const MeshRegion& region) const {
  gl.BindVertexArray(array_.id());
  if (own_indices_.id() != 0) {
    DrawByOwnIndices(gl, region);
  } else {
    DrawBySharedIndices(gl, region);
  }
  gl.BindVertexArray(0);
}

void GpuMesh::DrawByOwnIndices(const GlFunctions& gl,
                               const MeshRegion& region) {
  constexpr std::size_t kQuadBytes = sizeof(kQuadIndices);
  const auto first =
      reinterpret_cast<const void*>(region.first_quad * kQuadBytes);
  gl.DrawElementsBaseVertex(
      GL_TRIANGLES,
      static_cast<GLsizei>(region.quad_count * kQuadIndices.size()),
      GL_UNSIGNED_INT, first, 0);
}

void GpuMesh::DrawBySharedIndices(const GlFunctions& gl,
                                  const MeshRegion& region) {
  const std::size_t end = region.first_quad + region.quad_count;
  for (std::size_t quad = region.first_quad; quad < end;
       quad += QuadIndices::kMaxQuads) {
    const std::size_t count = std::min(QuadIndices::kMaxQuads, end - quad);
    gl.DrawElementsBaseVertex(
        GL_TRIANGLES, static_cast<GLsizei>(count * kQuadIndices.size()),
        GL_UNSIGNED_SHORT, nullptr, static_cast<GLint>(quad * 4));
  }
}

}  // namespace goxel
