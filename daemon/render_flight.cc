#include "daemon/render_flight.h"

#include <algorithm>
#include <iterator>

#include "daemon/plane_key.h"
#include "daemon/render_json.h"
#include "daemon/render_key.h"
#include "daemon/sheet_key.h"
#include "daemon/sheet_request.h"

namespace goxel {
namespace {

// One picture that finds no file is handed to all who wait for it in one mode.
bool SameFallback(const SceneRenderRequest& one,
                  const SceneRenderRequest& other) {
  return one.fallback.value_or(kDefaultFallback) ==
             other.fallback.value_or(kDefaultFallback) &&
         one.format_given == other.format_given;
}

Result<Camera> ResolveIn(const SceneSnapshot::View& view,
                         const SceneRenderRequest& request) {
  return ResolveCamera(request.camera, view.bounds,
                       static_cast<int>(request.width),
                       static_cast<int>(request.height), view.outline);
}

}  // namespace

Status RenderFlight::Resolve(std::string_view build_id) {
  if (camera) return {};
  if (request.sheet) return ResolveSheet(build_id);
  const SceneSnapshot::View& view = snapshot->view();
  auto resolved = ResolveIn(view, request);
  if (!resolved) return resolved.error();
  if (request.planes.empty()) {
    key = MakeContentKey(request, view.scene.hash, build_id);
  } else {
    plane_keys = MakePlaneKeys(request, *snapshot, build_id);
    key = CombineKeys(plane_keys);
  }
  camera = *std::move(resolved);
  return {};
}

Status RenderFlight::ResolveSheet(std::string_view build_id) {
  const SceneSnapshot::View& view = snapshot->view();
  cell_cameras.clear();
  SceneRenderRequest cell = CellRequest(request, {});
  for (const SheetCell& shown : request.sheet->cells) {
    cell.camera = shown.camera;
    auto resolved = ResolveIn(view, cell);
    if (!resolved) return resolved.error();
    cell_cameras.push_back(*std::move(resolved));
  }
  key = MakeSheetKey(request, view.scene.hash, build_id);
  camera = cell_cameras.front();
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

std::vector<ContentKey> RenderFlight::SharedPlaneKeys() const {
  if (!SharedKey().empty()) return plane_keys;
  return std::vector<ContentKey>(plane_keys.size());
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
          .plane_keys = SharedPlaneKeys(),
          .session = session,
          .camera_json = request.sheet ? std::string() : CameraJson(*camera),
          .settings_json = SettingsJson(request.settings)};
}

std::vector<RenderWaiter> RenderFlight::TakeCancelled() {
  const auto cancelled =
      std::ranges::stable_partition(waiters, [](const RenderWaiter& waiter) {
        return !waiter.cancellation || !waiter.cancellation->requested();
      });
  std::vector<RenderWaiter> taken(std::move_iterator(cancelled.begin()),
                                  std::move_iterator(cancelled.end()));
  waiters.erase(cancelled.begin(), cancelled.end());
  return taken;
}

bool RenderFlight::AnyoneWaits() {
  for (const RenderWaiter& waiter : TakeCancelled()) {
    waiter.done(Fail(waiter.cancellation->Answer()));
  }
  std::erase_if(waiters, [](const RenderWaiter& waiter) {
    return waiter.peer->gone.load();
  });
  return !waiters.empty();
}

}  // namespace goxel
