// A GL context without a window: the only thing that differs between ways of
// getting at a GL.
//
// Thread safety: a context belongs to the thread that made it. Where a thread
// has several, GL functions act on the one made current last.

#ifndef RENDERER_GL_CONTEXT_H_
#define RENDERER_GL_CONTEXT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "ipc/status.h"

namespace goxel {

// Ways of getting at a GL without a window.
enum class GlBackend : std::uint8_t {
  kAuto,    // The first of the others that works here.
  kOsMesa,  // Draws on the CPU. Mesa 13 to 25.0 has it.
  kEgl,     // Mesa's surfaceless platform: a GPU, or the CPU.
};
// By GlBackend, as options write it.
inline constexpr std::array<std::string_view, 3> kGlBackendNames = {
    "auto", "osmesa", "egl"};
std::string_view ToString(GlBackend backend);

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

  // By way of what it was made; never kAuto.
  virtual GlBackend backend() const = 0;

 protected:
  GlContext() = default;
};

// Those that this library was built with, in the order of kAuto.
std::vector<GlBackend> BuiltGlBackends();

// A core context of at least GL 3.3, current: draw into framebuffer objects, it
// has no framebuffer of its own. kUnavailable, with the reasons, when there is
// none by way of `backend` here.
Result<std::unique_ptr<GlContext>> CreateGlContext(GlBackend backend);

}  // namespace goxel

#endif  // RENDERER_GL_CONTEXT_H_
