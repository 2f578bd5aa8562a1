#include "renderer/gl/context.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "renderer/gl/backends.h"

namespace goxel {
namespace {

struct BuiltBackend {
  GlBackend backend;
  Result<std::unique_ptr<GlContext>> (*create)();
};

// In the order in which kAuto tries them: OSMesa starts in a fifth of the time.
constexpr std::array kBuiltBackends = {
#ifdef GOXEL_HAVE_OSMESA
    BuiltBackend{GlBackend::kOsMesa, CreateOsMesaContext},
#endif
#ifdef GOXEL_HAVE_EGL
    BuiltBackend{GlBackend::kEgl, CreateEglContext},
#endif
};

}  // namespace

std::string_view ToString(GlBackend backend) {
  return kGlBackendNames[static_cast<std::size_t>(backend)];
}

std::vector<GlBackend> BuiltGlBackends() {
  std::vector<GlBackend> backends;
  for (const BuiltBackend& built : kBuiltBackends) {
    backends.push_back(built.backend);
  }
  return backends;
}

Result<std::unique_ptr<GlContext>> CreateGlContext(GlBackend backend) {
  std::string reasons;
  for (const BuiltBackend& built : kBuiltBackends) {
    if (backend != GlBackend::kAuto && backend != built.backend) continue;
    auto context = built.create();
    if (context) return context;
    if (!reasons.empty()) reasons += "; ";
    reasons += context.error().message();
  }
  if (!reasons.empty()) return Fail(StatusCode::kUnavailable, reasons);
  std::string names;
  for (const BuiltBackend& built : kBuiltBackends) {
    if (!names.empty()) names += ", ";
    names += ToString(built.backend);
  }
  return Fail(StatusCode::kUnavailable,
              fmt::format("this build has no GL by way of {}; it has {}",
                          ToString(backend), names));
}

}  // namespace goxel
