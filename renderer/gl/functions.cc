#include "renderer/gl/functions.h"

#include <fmt/format.h>

namespace goxel {
namespace {

std::string_view NameOf(GLenum error) {
  switch (error) {
    case GL_INVALID_ENUM:
      return "GL_INVALID_ENUM";
    case GL_INVALID_VALUE:
      return "GL_INVALID_VALUE";
    case GL_INVALID_OPERATION:
      return "GL_INVALID_OPERATION";
    case GL_INVALID_FRAMEBUFFER_OPERATION:
      return "GL_INVALID_FRAMEBUFFER_OPERATION";
    case GL_OUT_OF_MEMORY:
      return "GL_OUT_OF_MEMORY";
    default:
      return "an unknown GL error";
  }
}

}  // namespace

Result<GlFunctions> LoadGlFunctions(const GlContext& context) {
  GlFunctions gl;
#define GOXEL_LOAD(name, type) \
  gl.name = reinterpret_cast<type>(context.FindProcedure("gl" #name));
  GOXEL_GL_FUNCTIONS(GOXEL_LOAD)
  GOXEL_GL_IMPORT_FUNCTIONS(GOXEL_LOAD)
#undef GOXEL_LOAD

#define GOXEL_REQUIRE(name, type)                                         \
  if (gl.name == nullptr) {                                               \
    return Fail(StatusCode::kUnavailable,                                 \
                "this GL has no gl" #name "; GL 3.3 or later is needed"); \
  }
  GOXEL_GL_FUNCTIONS(GOXEL_REQUIRE)
#undef GOXEL_REQUIRE
  return gl;
}

Status TakeGlError(const GlFunctions& gl, std::string_view action) {
  const GLenum error = gl.GetError();
  if (error == GL_NO_ERROR) return {};
  // A GL may hold several errors; the first is the cause.
  while (gl.GetError() != GL_NO_ERROR) {
  }
  return Fail(StatusCode::kRenderFailed,
              fmt::format("{} while trying to {}", NameOf(error), action));
}

}  // namespace goxel
