#include "daemon/render_flight.h"

#include "daemon/render_json.h"
#include "daemon/render_key.h"

namespace goxel {

Status RenderFlight::Resolve(std::string_view build_id) {
  if (camera) return {};
  const SceneSnapshot::View& view = snapshot->view();
  auto resolved = ResolveCamera(request.camera, view.bounds,
                                static_cast<int>(request.width),
                                static_cast<int>(request.height), view.outline);
  if (!resolved) return resolved.error();
  key = MakeContentKey(request, view.hash, *resolved, build_id);
  camera = *std::move(resolved);
  return {};
}

bool RenderFlight::Serves(const RenderFlight& other) const {
  return key == other.key && request.mode == other.request.mode &&
         request.mode != ReturnMode::kOutputPath &&
         request.cache == CacheUse::kUse &&
         other.request.cache == CacheUse::kUse &&
         WantedChecksum(request) == WantedChecksum(other.request);
}

DeliveryOrder RenderFlight::Order() const {
  const std::uint32_t session =
      request.session.value_or(waiters.front().peer->session);
  return {.request = request,
          .key = request.cache == CacheUse::kOff ? ContentKey{} : key,
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

ChecksumKind WantedChecksum(const SceneRenderRequest& request) {
  const auto by_default = request.mode == ReturnMode::kFilePath
                              ? ChecksumKind::kSha256
                              : ChecksumKind::kNone;
  return request.checksum.value_or(by_default);
}

}  // namespace goxel
