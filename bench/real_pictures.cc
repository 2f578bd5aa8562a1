#include "bench/real_pictures.h"

#include <cstring>
#include <map>

#include "bench/real_scenes.h"
#include "renderer/scene/hull.h"

namespace goxel {
namespace {

Result<Picture> DrawPicture(const std::string& scene) {
  const auto& renderer = TheRenderer();
  if (!renderer) return Fail(renderer.error());
  const auto view = ViewNamed(scene);
  if (!view) return Fail(view.error());
  const auto camera = DefaultCamera(*view, kPictureWidth, kPictureHeight);
  if (!camera) return Fail(camera.error());
  Picture pixels(kPictureBytes);
  const auto report = (*renderer)->Draw(*view, *camera, {},
                                        {.pixels = pixels,
                                         .width = kPictureWidth,
                                         .height = kPictureHeight,
                                         .stride_bytes = kPictureStride});
  if (!report) return Fail(report.error());
  if (IsOneColor(pixels)) {
    return Fail(StatusCode::kRenderFailed,
                "the picture of " + scene + " shows nothing");
  }
  return pixels;
}

}  // namespace

const Result<std::unique_ptr<Renderer>>& TheRenderer() {
  static const auto renderer = Renderer::Create();
  return renderer;
}

Result<Camera> DefaultCamera(const SceneView& view, std::uint32_t width,
                             std::uint32_t height) {
  return ResolveCamera({}, view.volume.Bounds(kSolidAlpha),
                       static_cast<int>(width), static_cast<int>(height),
                       OutermostPoints(view.volume));
}

bool IsOneColor(std::span<const std::byte> pixels) {
  return std::memcmp(pixels.data(), pixels.data() + 4, pixels.size() - 4) == 0;
}

const Result<Picture>& PictureNamed(const std::string& scene) {
  static std::map<std::string, Result<Picture>> pictures;
  const auto known = pictures.find(scene);
  if (known != pictures.end()) return known->second;
  return pictures.emplace(scene, DrawPicture(scene)).first->second;
}

}  // namespace goxel
