#include "renderer/turntable.h"

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

// Of the isometric preset, as in every request that gives no azimuth.
constexpr double kDefaultAzimuth = 45;
constexpr double kDegreesPerTurn = 360;

std::array<double, 3> Point(const glm::dvec3& vector) {
  return {vector.x, vector.y, vector.z};
}

// The point that all frames look at: the centre of the scene, on the axis that
// the camera goes around.
Result<std::array<double, 3>> CommonTarget(const CameraRequest& first,
                                           const std::optional<Box>& bounds,
                                           int width, int height) {
  if (first.target) return *first.target;
  // With a distance the camera looks at the centre; without, at what it sees.
  CameraRequest request = first;
  request.distance = request.distance.value_or(1);
  return ResolveCamera(request, bounds, width, height)
      .map([](const Camera& camera) { return Point(camera.target); });
}

}  // namespace

double TurntableAzimuth(const TurntableRequest& request, std::size_t index) {
  const double part =
      static_cast<double>(index) / static_cast<double>(request.frames);
  return request.first.azimuth.value_or(kDefaultAzimuth) +
         kDegreesPerTurn * request.turns * part;
}

Result<std::vector<CameraRequest>> TurntableCameras(
    const TurntableRequest& request, const std::optional<Box>& bounds,
    int width, int height, std::span<const glm::dvec3> outline) {
  CameraRequest common = request.first;
  auto target = CommonTarget(common, bounds, width, height);
  if (!target) return Fail(std::move(target.error()));
  common.target = *target;
  std::vector<CameraRequest> cameras(request.frames, common);
  double distance = 0;
  double ortho_height = 0;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    cameras[i].azimuth = TurntableAzimuth(request, i);
    const auto fitted =
        ResolveCamera(cameras[i], bounds, width, height, outline);
    if (!fitted) return Fail(fitted.error());
    distance = std::max(distance, fitted->distance);
    ortho_height = std::max(ortho_height, fitted->ortho_height);
  }
  for (CameraRequest& camera : cameras) {
    camera.distance = distance;
    if (camera.orthographic) camera.ortho_height = ortho_height;
  }
  return cameras;
}

}  // namespace goxel
