// EGL without a surface, on Mesa's platform for machines without a display:
// GPUs that the machine has, llvmpipe where it has none.
//
// EGL_MESA_platform_surfaceless, EGL_KHR_surfaceless_context,
// EGL_KHR_create_context (core since EGL 1.5).

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <fmt/format.h>

#include <array>
#include <utility>

#include "renderer/gl/backends.h"

namespace goxel {
namespace {

class EglContext : public GlContext {
 public:
  EglContext(EGLDisplay display, EGLContext context)
      : display_(display), context_(context) {}

  ~EglContext() override {
    if (eglGetCurrentContext() == context_) Release();
    eglDestroyContext(display_, context_);
  }

  // Let go of first, even when EGL holds it for current: another Mesa in the
  // process may have made its own context so, unknown to EGL, which would leave
  // it at that.
  void MakeCurrent() override {
    Release();
    TryMakeCurrent();
  }

  bool TryMakeCurrent() {
    return eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) ==
           EGL_TRUE;
  }

  void Release() {
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  }

  Procedure FindProcedure(const char* name) const override {
    return eglGetProcAddress(name);
  }

  GlBackend backend() const override { return GlBackend::kEgl; }

 private:
  const EGLDisplay display_;
  const EGLContext context_;
};

Status Unavailable(const char* what) {
  return Fail(StatusCode::kUnavailable,
              fmt::format("EGL {} (error {:#x}); Mesa with its surfaceless "
                          "platform and GL 3.3 is needed",
                          what, eglGetError()));
}

}  // namespace

// The display is never terminated: that would end all of its contexts, those
// of other renderers included.
Result<std::unique_ptr<GlContext>> CreateEglContext() {
  const EGLDisplay display = eglGetPlatformDisplay(
      EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (display == EGL_NO_DISPLAY) {
    return Fail(Unavailable("has no surfaceless display"));
  }
  if (eglInitialize(display, nullptr, nullptr) != EGL_TRUE) {
    return Fail(Unavailable("does not start on its surfaceless display"));
  }
  if (eglBindAPI(EGL_OPENGL_API) != EGL_TRUE) {
    return Fail(Unavailable("has no OpenGL"));
  }
  constexpr std::array<EGLint, 7> kAttributes = {
      EGL_CONTEXT_MAJOR_VERSION,
      3,
      EGL_CONTEXT_MINOR_VERSION,
      3,
      EGL_CONTEXT_OPENGL_PROFILE_MASK,
      EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
      EGL_NONE};
  const EGLContext raw = eglCreateContext(display, EGL_NO_CONFIG_KHR,
                                          EGL_NO_CONTEXT, kAttributes.data());
  if (raw == EGL_NO_CONTEXT) {
    return Fail(Unavailable("makes no GL 3.3 core context"));
  }
  auto context = std::make_unique<EglContext>(display, raw);
  if (context->TryMakeCurrent()) return context;
  return Fail(Unavailable("does not make its GL 3.3 core context current"));
}

}  // namespace goxel
