// The ways of getting at a GL, one source file each. A build has those whose
// libraries were there (GOXEL_HAVE_OSMESA, GOXEL_HAVE_EGL); CreateGlContext()
// chooses among them.

#ifndef RENDERER_GL_BACKENDS_H_
#define RENDERER_GL_BACKENDS_H_

#include <memory>

#include "ipc/status.h"
#include "renderer/gl/context.h"

namespace goxel {

// Both: kUnavailable, saying what is needed, when there is no such context.
Result<std::unique_ptr<GlContext>> CreateOsMesaContext();
Result<std::unique_ptr<GlContext>> CreateEglContext();

}  // namespace goxel

#endif  // RENDERER_GL_BACKENDS_H_
