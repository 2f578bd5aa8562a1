#include "renderer/gl/program.h"

#include <fmt/format.h>

#include <string>

namespace goxel {
namespace {

constexpr GLsizei kLogBytes = 1024;

// Compiles one stage and attaches it to `program`, which keeps it alive.
Status AttachStage(const GlFunctions& gl, GLuint program, GLenum stage,
                   const char* source) {
  const GLuint shader = gl.CreateShader(stage);
  gl.ShaderSource(shader, 1, &source, nullptr);
  gl.CompileShader(shader);
  GLint compiled = GL_FALSE;
  gl.GetShaderiv(shader, GL_COMPILE_STATUS, &compiled);
  std::string log(kLogBytes, '\0');
  if (compiled == GL_FALSE) {
    gl.GetShaderInfoLog(shader, kLogBytes, nullptr, log.data());
  }
  gl.AttachShader(program, shader);
  gl.DeleteShader(shader);
  if (compiled == GL_TRUE) return {};
  return Fail(StatusCode::kUnavailable,
              fmt::format("the GL does not compile a {} shader: {}",
                          stage == GL_VERTEX_SHADER ? "vertex" : "fragment",
                          log.c_str()));
}

}  // namespace

Result<std::unique_ptr<GlProgram>> GlProgram::Create(
    const GlFunctions& gl, const char* vertex_source,
    const char* fragment_source) {
  std::unique_ptr<GlProgram> program(new GlProgram(gl, gl.CreateProgram()));
  Status status =
      AttachStage(gl, program->id(), GL_VERTEX_SHADER, vertex_source);
  if (status.ok()) {
    status =
        AttachStage(gl, program->id(), GL_FRAGMENT_SHADER, fragment_source);
  }
  if (!status.ok()) return Fail(std::move(status));

  gl.LinkProgram(program->id());
  GLint linked = GL_FALSE;
  gl.GetProgramiv(program->id(), GL_LINK_STATUS, &linked);
  if (linked == GL_TRUE) return program;
  std::string log(kLogBytes, '\0');
  gl.GetProgramInfoLog(program->id(), kLogBytes, nullptr, log.data());
  return Fail(
      StatusCode::kUnavailable,
      fmt::format("the GL does not link the voxel program: {}", log.c_str()));
}

}  // namespace goxel
