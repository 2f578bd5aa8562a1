#include "renderer/stored_camera.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <glm/trigonometric.hpp>
#include <string>
#include <variant>

namespace goxel {
namespace {

constexpr std::string_view kActive = "active";
// Of Goxel's default view, with which a light that follows the camera begins.
constexpr double kDefaultViewAngle = 45;
constexpr StoredLight kGoxelsOwn;

const StoredCamera* Find(std::span<const StoredCamera> cameras,
                         const StoredCameraChoice& choice) {
  if (const auto* position = std::get_if<std::int64_t>(&choice)) {
    const bool exists = *position >= 0 &&
                        static_cast<std::uint64_t>(*position) < cameras.size();
    return exists ? &cameras[static_cast<std::size_t>(*position)] : nullptr;
  }
  const std::string& name = std::get<std::string>(choice);
  auto found = std::ranges::find(cameras, name, &StoredCamera::name);
  if (found == cameras.end() && name == kActive) {
    found = std::ranges::find(cameras, true, &StoredCamera::active);
  }
  return found == cameras.end() ? nullptr : &*found;
}

Status NoSuchCamera(std::span<const StoredCamera> cameras,
                    const StoredCameraChoice& choice) {
  std::string names;
  for (const StoredCamera& camera : cameras) {
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", camera.name);
  }
  const auto* name = std::get_if<std::string>(&choice);
  return {
      StatusCode::kNotFound,
      fmt::format("camera stored is {}; the scene's file has {} cameras{}{}",
                  name != nullptr
                      ? fmt::format("\"{}\"", *name)
                      : fmt::format("{}", std::get<std::int64_t>(choice)),
                  cameras.size(), cameras.empty() ? "" : ": ", names)};
}

}  // namespace

CameraRequest RequestOf(const StoredCamera& stored) {
  CameraRequest request;
  glm::dmat4& matrix = request.matrix.emplace();
  for (int i = 0; i < 16; ++i) {
    matrix[i / 4][i % 4] = double{stored.matrix[static_cast<std::size_t>(i)]};
  }
  request.fov = stored.fov;
  request.orthographic = stored.orthographic;
  if (!stored.orthographic) return request;
  if (stored.ortho_height > 0) {
    request.ortho_height = stored.ortho_height;
  } else if (stored.distance > 0) {
    request.ortho_width = 2 * double{stored.distance};
  }
  return request;
}

Status UseStoredCamera(std::span<const StoredCamera> cameras,
                       CameraRequest& request) {
  if (!request.stored) return {};
  const StoredCamera* camera = Find(cameras, *request.stored);
  if (camera == nullptr) return NoSuchCamera(cameras, *request.stored);
  const CameraRequest stored = RequestOf(*camera);
  request.stored.reset();
  request.matrix = stored.matrix;
  if (!request.fov) request.fov = stored.fov;
  if (!stored.orthographic) return {};
  request.orthographic = true;
  if (request.ortho_height || request.ortho_width) return {};
  request.ortho_height = stored.ortho_height;
  request.ortho_width = stored.ortho_width;
  return {};
}

LightSettings SettingsOf(const StoredLight& stored) {
  const double start = stored.fixed ? kDefaultViewAngle : 0;
  const auto part = [](float value, float own, double most) {
    return std::clamp(double{value} / double{own}, 0.0, most);
  };
  return {.azimuth = glm::degrees(double{stored.yaw}) - start,
          .elevation = std::clamp(
              90 - glm::degrees(double{stored.pitch}) - start, -90.0, 90.0),
          .follows_camera = stored.fixed,
          .intensity =
              part(stored.intensity, kGoxelsOwn.intensity, kMaxLightFactor),
          .ambient = part(stored.ambient, kGoxelsOwn.ambient, kMaxLightFactor),
          .shadow = part(stored.shadow, kGoxelsOwn.shadow, 1)};
}

StoredLight StoredLightOf(const LightSettings& settings) {
  StoredLight stored;
  stored.fixed = settings.follows_camera.value_or(false);
  const double start = stored.fixed ? kDefaultViewAngle : 0;
  if (settings.azimuth) {
    stored.yaw = static_cast<float>(glm::radians(*settings.azimuth + start));
  }
  if (settings.elevation) {
    stored.pitch =
        static_cast<float>(glm::radians(90 - *settings.elevation - start));
  }
  stored.intensity *= static_cast<float>(settings.intensity);
  stored.ambient *= static_cast<float>(settings.ambient);
  stored.shadow *= static_cast<float>(settings.shadow);
  return stored;
}

}  // namespace goxel
