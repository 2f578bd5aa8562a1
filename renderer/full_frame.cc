#include "renderer/full_frame.h"

#include <utility>

namespace goxel {
namespace {

constexpr const char* kFullFrameVertexSource = R"(#version 330 core
void main() {
  vec2 at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
  gl_Position = vec4(at, 1.0, 1.0);
}
)";

}  // namespace

Result<FullFrame> FullFrame::Create(const GlFunctions& gl,
                                    const char* fragment_source) {
  auto program = GlProgram::Create(gl, kFullFrameVertexSource, fragment_source);
  if (!program) return Fail(std::move(program.error()));
  return FullFrame(gl, std::move(*program));
}

FullFrame::FullFrame(const GlFunctions& gl, std::unique_ptr<GlProgram> program)
    : program_(std::move(program)),
      array_(gl.GenVertexArrays, gl.DeleteVertexArrays) {}

void FullFrame::Draw(const GlFunctions& gl) const {
  gl.Disable(GL_CULL_FACE);
  gl.BindVertexArray(array_.id());
  gl.DrawArrays(GL_TRIANGLES, 0, 3);
  gl.BindVertexArray(0);
  gl.Enable(GL_CULL_FACE);
}

}  // namespace goxel
