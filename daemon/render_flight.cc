#include "daemon/render_flight.h"

#include "daemon/render_json.h"
#include "daemon/render_key.h"

namespace goxel {
namespace {

// One picture that finds no file is handed to all who wait for it in one mode.
bool SameFallback(const SceneRenderRequest& one,
                  const SceneRenderRequest& other) {
  return one.fallback.value_or(kDefaultFallback) ==
             other.fallback.value_or(kDefaultFallback) &&
         one.format_given == other.format_given;
}

}  // namespace

Status RenderFlight::Resolve(std::string_view build_id) {
  if (camera) return {};
  const SceneSnapshot::View& view = snapshot->view();
  auto resolved = ResolveCamera(request.camera, view.bounds,
                                static_cast<int>(request.width),
                                static_cast<int>(request.height), view.outline);
  if (!resolved) return resolved.error();
  key = MakeContentKey(request, view.scene.hash, build_id);
  camera = *std::move(resolved);
  return {};
}

bool RenderFlight::Serves(const RenderFlight& other) const {
  return key == other.key && request.mode == other.request.mode &&
         request.mode != ReturnMode::kOutputPath &&
         request.cache == CacheUse::kUse &&
         other.request.cache == CacheUse::kUse && !request.encrypt &&
         !other.request.encrypt && SameFallback(request, other.request) &&
         WantedChecksum(request) == WantedChecksum(other.request);
}

ContentKey RenderFlight::SharedKey() const {
  const bool shared = request.cache != CacheUse::kOff && !request.encrypt;
  return shared ? key : ContentKey{};
}

std::vector<std::shared_ptr<Peer>> RenderFlight::Watchers() const {
  std::vector<std::shared_ptr<Peer>> watchers;
  for (const RenderWaiter& waiter : waiters) {
    if (waiter.progress) watchers.push_back(waiter.peer);
  }
  return watchers;
}

DeliveryOrder RenderFlight::Order() const {
  const std::uint32_t session =
      request.session.value_or(waiters.front().peer->session);
  return {.request = request,
          .key = SharedKey(),
          .session = session,
          .camera_json = CameraJson(*camera),
          .settings_json = SettingsJson(request.settings)};
}

bool RenderFlight::AnyoneWaits() {
  std::erase_if(waiters, [](const RenderWaiter& waiter) {
    return waiter.peer->gone.load();
  });
  return !waiters.empty();
}

}  // namespace goxel
