#include "daemon/view_state.h"

#include <utility>
#include <vector>

#include "daemon/render_request.h"
#include "renderer/scene/hull.h"
#include "renderer/stored_camera.h"

namespace goxel {
namespace {

constexpr char kStoredName[] = "set_camera";

StoredCamera StoredOf(const Camera& camera) {
  StoredCamera stored{.name = kStoredName,
                      .distance = static_cast<float>(camera.distance),
                      .fov = static_cast<float>(camera.fov),
                      .orthographic = camera.orthographic,
                      .active = true};
  for (int i = 0; i < 16; ++i) {
    stored.matrix[static_cast<std::size_t>(i)] =
        static_cast<float>(camera.camera_to_world[i / 4][i % 4]);
  }
  // As Goxel shows it in a square.
  if (camera.orthographic) {
    stored.distance = static_cast<float>(camera.ortho_height / 2);
  }
  return stored;
}

void StoreCamera(CameraRequest request, Scene& scene) {
  if (!UseStoredCamera(scene.cameras, request).ok()) return;
  const Volume volume = Composite(scene);
  const auto camera = ResolveCamera(request, volume.Bounds(kSolidAlpha), 1, 1,
                                    OutermostPoints(volume));
  if (!camera) return;
  std::erase_if(scene.cameras, [](const StoredCamera& stored) {
    return stored.name == kStoredName;
  });
  for (StoredCamera& stored : scene.cameras) stored.active = false;
  scene.cameras.push_back(StoredOf(*camera));
}

}  // namespace

Status UseViewState(const ViewState& state, const Scene& scene,
                    SceneRenderRequest& request) {
  if (!request.camera_given && state.camera) request.camera = *state.camera;
  if (!request.light_given) {
    if (state.light) {
      request.settings.light = *state.light;
    } else if (request.settings.style == Style::kGoxel && scene.light) {
      request.settings.light = SettingsOf(*scene.light);
    }
  }
  return UseStoredCamera(scene.cameras, request.camera);
}

void StoreViewState(const ViewState& state, Scene& scene) {
  if (state.light) scene.light = StoredLightOf(*state.light);
  if (state.camera) StoreCamera(*state.camera, scene);
}

}  // namespace goxel
