#include <GL/osmesa.h>

#include <array>
#include <utility>

#include "renderer/gl/backends.h"

namespace goxel {
namespace {

class OsMesaContext : public GlContext {
 public:
  explicit OsMesaContext(OSMesaContext context) : context_(context) {}

  ~OsMesaContext() override {
    if (IsCurrent()) OSMesaMakeCurrent(nullptr, nullptr, 0, 0, 0);
    OSMesaDestroyContext(context_);
  }

  void MakeCurrent() override {
    if (IsCurrent()) return;
    OSMesaMakeCurrent(context_, pixel_.data(), GL_UNSIGNED_BYTE, 1, 1);
  }

  bool IsCurrent() const { return OSMesaGetCurrentContext() == context_; }

  Procedure FindProcedure(const char* name) const override {
    return OSMesaGetProcAddress(name);
  }

  GlBackend backend() const override { return GlBackend::kOsMesa; }

 private:
  OSMesaContext context_;
  std::array<GLubyte, 4> pixel_{};  // The default framebuffer, never used.
};

}  // namespace

Result<std::unique_ptr<GlContext>> CreateOsMesaContext() {
  constexpr std::array<int, 11> kAttributes = {OSMESA_FORMAT,
                                               OSMESA_RGBA,
                                               OSMESA_PROFILE,
                                               OSMESA_CORE_PROFILE,
                                               OSMESA_CONTEXT_MAJOR_VERSION,
                                               3,
                                               OSMESA_CONTEXT_MINOR_VERSION,
                                               3,
                                               OSMESA_DEPTH_BITS,
                                               0,
                                               0};
  const OSMesaContext raw =
      OSMesaCreateContextAttribs(kAttributes.data(), nullptr);
  if (raw == nullptr) {
    return Fail(StatusCode::kUnavailable,
                "OSMesa made no GL 3.3 core context; Mesa 13 to 25.0 with "
                "llvmpipe or softpipe is needed");
  }
  auto context = std::make_unique<OsMesaContext>(raw);
  context->MakeCurrent();
  if (!context->IsCurrent()) {
    return Fail(StatusCode::kUnavailable,
                "OSMesa could not make its GL 3.3 core context current");
  }
  return context;
}

}  // namespace goxel
