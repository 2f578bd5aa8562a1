// Programs that colour every pixel of a frame: one triangle that covers it.

#ifndef RENDERER_FULL_FRAME_H_
#define RENDERER_FULL_FRAME_H_

#include <memory>

#include "ipc/status.h"
#include "renderer/gl/object.h"
#include "renderer/gl/program.h"

namespace goxel {

class FullFrame {
 public:
  // The fragment shader finds its pixel in gl_FragCoord. `gl` must outlive this
  // object. kUnavailable when the shaders do not compile.
  static Result<FullFrame> Create(const GlFunctions& gl,
                                  const char* fragment_source);

  const GlProgram& program() const { return *program_; }
  GLint UniformLocation(const char* name) const {
    return program_->UniformLocation(name);
  }

  // Draws at depth 1 with the uniforms in force; the program must be in use.
  void Draw(const GlFunctions& gl) const;

 private:
  FullFrame(const GlFunctions& gl, std::unique_ptr<GlProgram> program);

  std::unique_ptr<GlProgram> program_;
  GlObject array_;  // Without attributes; the GL draws nothing without one.
};

}  // namespace goxel

#endif  // RENDERER_FULL_FRAME_H_
