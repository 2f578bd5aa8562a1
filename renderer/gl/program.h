// Shader programs.

#ifndef RENDERER_GL_PROGRAM_H_
#define RENDERER_GL_PROGRAM_H_

#include <memory>

#include "ipc/status.h"
#include "renderer/gl/functions.h"

namespace goxel {

// A linked program, deleted with this object. The context must be current then,
// and `gl` must still exist.
class GlProgram {
 public:
  // kUnavailable with the compiler's words when the GL refuses a source.
  static Result<std::unique_ptr<GlProgram>> Create(const GlFunctions& gl,
                                                   const char* vertex_source,
                                                   const char* fragment_source);

  ~GlProgram() { gl_.DeleteProgram(id_); }
  GlProgram(const GlProgram&) = delete;
  GlProgram& operator=(const GlProgram&) = delete;

  GLuint id() const { return id_; }

  // -1, which the GL ignores, when the program has no such uniform.
  GLint UniformLocation(const char* name) const {
    return gl_.GetUniformLocation(id_, name);
  }

 private:
  GlProgram(const GlFunctions& gl, GLuint id) : gl_(gl), id_(id) {}

  const GlFunctions& gl_;
  const GLuint id_;
};

}  // namespace goxel

#endif  // RENDERER_GL_PROGRAM_H_
