// A GL context without a window: the only thing that differs between ways of
// getting at a GL (OSMesa today).
//
// Thread safety: a context belongs to the thread that made it. Where a thread
// has several, GL functions act on the one made current last.

#ifndef RENDERER_GL_CONTEXT_H_
#define RENDERER_GL_CONTEXT_H_

#include <memory>

#include "ipc/status.h"

namespace goxel {

class GlContext {
 public:
  using Procedure = void (*)();

  virtual ~GlContext() = default;
  GlContext(const GlContext&) = delete;
  GlContext& operator=(const GlContext&) = delete;

  // Objects of a context may only be used, and deleted, while it is current.
  virtual void MakeCurrent() = 0;

  // The entry point called `name` ("glClear"); nullptr when there is none. It
  // may be called as long as the context lives.
  virtual Procedure FindProcedure(const char* name) const = 0;

 protected:
  GlContext() = default;
};

// A core context of at least GL 3.3 that draws on the CPU, current, with a
// default framebuffer of one pixel: draw into framebuffer objects. kUnavailable
// when OSMesa gives none.
Result<std::unique_ptr<GlContext>> CreateOsMesaContext();

}  // namespace goxel

#endif  // RENDERER_GL_CONTEXT_H_
