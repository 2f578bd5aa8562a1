#include "renderer/formats/vox_cameras.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/vec3.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "renderer/camera.h"
#include "renderer/camera_checks.h"

namespace goxel {
namespace {

using ThreeFloats = std::array<float, 3>;

bool IsOrthographic(const VoxDict& settings) {
  const std::string_view mode = settings.Find("_mode").value_or("pers");
  return mode == "orth" || mode == "iso";
}

bool IsUnset(const ThreeFloats& focus, const ThreeFloats& angle, float radius) {
  return focus == ThreeFloats{} && angle == ThreeFloats{} && radius <= 1;
}

// Past straight up or down a camera stands on the other side, upside down.
void SetAngles(const ThreeFloats& angle, CameraRequest& request) {
  double elevation = std::remainder(-double{angle[0]}, 360.0);
  request.azimuth = angle[1];
  request.roll = angle[2];
  if (std::abs(elevation) > 90) {
    elevation = std::copysign(180, elevation) - elevation;
    *request.azimuth += 180;
    request.roll += 180;
  }
  request.elevation = elevation;
}

// nullopt for a slot that was never set.
std::optional<CameraRequest> RequestOf(const VoxDict& settings) {
  const ThreeFloats focus =
      settings.FindPoint("_focus").value_or(ThreeFloats{});
  const ThreeFloats angle =
      settings.FindPoint("_angle").value_or(ThreeFloats{});
  const float radius = settings.FindNumber("_radius").value_or(0);
  if (IsUnset(focus, angle, radius)) return std::nullopt;
  CameraRequest request;
  request.target = {focus[0], focus[1], focus[2]};
  request.distance = std::max(double{radius}, kMinCameraDistance);
  request.fov = settings.FindNumber("_fov");
  request.orthographic = IsOrthographic(settings);
  if (request.orthographic) {
    request.ortho_height = settings.FindNumber("_frustum");
  }
  SetAngles(angle, request);
  return request;
}

std::optional<StoredCamera> CameraOf(const VoxCamera& source) {
  const auto request = RequestOf(source.settings);
  if (!request) return std::nullopt;
  const auto camera = ResolveCamera(*request, std::nullopt, 1, 1);
  if (!camera) return std::nullopt;
  StoredCamera stored{.name = fmt::format("camera {}", source.id),
                      .distance = static_cast<float>(camera->distance),
                      .fov = static_cast<float>(camera->fov),
                      .orthographic = camera->orthographic,
                      .ortho_height = static_cast<float>(camera->ortho_height)};
  for (int i = 0; i < 16; ++i) {
    stored.matrix[static_cast<std::size_t>(i)] =
        static_cast<float>(camera->camera_to_world[i / 4][i % 4]);
  }
  return stored;
}

std::string ThreeNumbers(float x, float y, float z) {
  return fmt::format("{} {} {}", x, y, z);
}

// Voxels from the top to the bottom edge of a square.
float FrustumOf(const StoredCamera& camera) {
  constexpr float kHalfDegree = 3.14159265f / 360;
  if (!camera.orthographic) return std::tan(camera.fov * kHalfDegree);
  return camera.ortho_height > 0 ? camera.ortho_height : 2 * camera.distance;
}

}  // namespace

std::vector<StoredCamera> CamerasOf(const VoxFile& file) {
  std::vector<StoredCamera> cameras;
  for (const VoxCamera& source : file.cameras) {
    if (auto camera = CameraOf(source)) cameras.push_back(*std::move(camera));
  }
  return cameras;
}

VoxAttributes VoxCameraSettings(const StoredCamera& camera) {
  CameraRequest request;
  glm::dmat4& matrix = request.matrix.emplace();
  for (int i = 0; i < 16; ++i) {
    matrix[i / 4][i % 4] = camera.matrix[static_cast<std::size_t>(i)];
  }
  const auto resolved = ResolveCamera(request, std::nullopt, 1, 1);
  if (!resolved) return {};
  const glm::vec3 focus(matrix[3] - matrix[2] * double{camera.distance});
  const auto degrees = [](double angle) { return static_cast<float>(angle); };
  const double yaw = std::fmod(resolved->azimuth + 360, 360);
  const double roll = std::fmod(resolved->roll + 360, 360);
  return {{"_mode", camera.orthographic ? "orth" : "pers"},
          {"_focus", ThreeNumbers(focus.x, focus.y, focus.z)},
          {"_angle", ThreeNumbers(degrees(-resolved->elevation), degrees(yaw),
                                  degrees(roll))},
          {"_radius", fmt::format("{}", camera.distance)},
          {"_frustum", fmt::format("{}", FrustumOf(camera))},
          {"_fov", fmt::format("{}", camera.fov)}};
}

}  // namespace goxel
