#include "renderer/camera_checks.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <glm/mat3x3.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace goxel {
namespace {

constexpr double kMaxDistance = 1e11;
constexpr double kMaxCoordinate = 1e11;
constexpr double kMinFov = 0.01;
constexpr double kMaxFov = 179.99;
constexpr double kMinFocalLength = 1e-3;    // Pixels.
constexpr double kMaxFocalLength = 1e9;     // Pixels.
constexpr double kMaxPrincipalPoint = 1e6;  // Pixels.
// How far a matrix may be from a rotation before it is refused.
constexpr double kRotationTolerance = 1e-3;

Status Refuse(std::string message) {
  return {StatusCode::kInvalidArgument, std::move(message)};
}

Status CheckRange(std::string_view name, double value, double low,
                  double high) {
  if (value >= low && value <= high) return {};
  return Refuse(fmt::format("camera {} is {}; give a number from {} to {}",
                            name, value, low, high));
}

Status CheckFinite(std::string_view name, double value) {
  if (std::isfinite(value)) return {};
  return Refuse(
      fmt::format("camera {} is {}; give a finite number", name, value));
}

Status CheckPoint(std::string_view name,
                  const std::optional<std::array<double, 3>>& point) {
  if (!point) return {};
  for (const double value : *point) {
    Status status = CheckRange(name, value, -kMaxCoordinate, kMaxCoordinate);
    if (!status.ok()) return status;
  }
  return {};
}

Status CheckFrame(int width, int height) {
  if (width >= 1 && height >= 1) return {};
  return Refuse(fmt::format(
      "a frame of {} x {} pixels has no picture; give at least 1 x 1", width,
      height));
}

Status CheckMatrix(const glm::dmat4& matrix) {
  const double error = RotationError(matrix);
  // Written so that NaN fails it.
  if (!(error <= kRotationTolerance) ||
      glm::determinant(glm::dmat3(matrix)) < 0) {
    return Refuse(
        fmt::format("camera matrix is not a rotation and a translation (off by "
                    "{}); give 16 numbers, column by column, right, up, back "
                    "and position, the last row 0 0 0 1",
                    error));
  }
  for (int axis = 0; axis < 3; ++axis) {
    Status status = CheckRange("matrix translation", matrix[3][axis],
                               -kMaxCoordinate, kMaxCoordinate);
    if (!status.ok()) return status;
  }
  return {};
}

Status CheckIntrinsics(const CameraRequest& request) {
  const Intrinsics& k = *request.intrinsics;
  for (const auto& [name, value] :
       {std::pair{"intrinsics fx", k.fx}, {"intrinsics fy", k.fy}}) {
    Status status = CheckRange(name, value, kMinFocalLength, kMaxFocalLength);
    if (!status.ok()) return status;
  }
  for (const auto& [name, value] :
       {std::pair{"intrinsics cx", k.cx}, {"intrinsics cy", k.cy}}) {
    Status status =
        CheckRange(name, value, -kMaxPrincipalPoint, kMaxPrincipalPoint);
    if (!status.ok()) return status;
  }
  if (request.orthographic) {
    return Refuse(
        "camera intrinsics are those of a perspective camera, but ortho is "
        "true; give ortho_height in their place");
  }
  if (request.matrix || request.eye || request.distance) return {};
  return Refuse(
      "camera intrinsics say nothing of where the camera stands; give matrix, "
      "world_to_camera, eye or distance with them");
}

Status CheckDepthRange(const CameraRequest& request) {
  Status status = CheckRange("near", request.near_plane.value_or(1),
                             kMinCameraDistance, kMaxDistance);
  if (status.ok()) {
    status = CheckRange("far", request.far_plane.value_or(1),
                        kMinCameraDistance, kMaxDistance);
  }
  if (!status.ok() || !request.near_plane || !request.far_plane) return status;
  if (*request.near_plane < *request.far_plane) return {};
  return Refuse(
      fmt::format("camera near is {} and far {}; give a near that is "
                  "less than far",
                  *request.near_plane, *request.far_plane));
}

Status CheckChoice(const CameraRequest& request) {
  if (!request.stored) return {};
  return Refuse(
      "camera stored names a camera of a scene's file, and there is no scene "
      "to look it up in; give the camera itself");
}

}  // namespace

double RotationError(const glm::dmat4& matrix) {
  const glm::dmat3 axes(matrix);
  const glm::dmat3 product = glm::transpose(axes) * axes;
  double error = 0;
  for (int i = 0; i < 3; ++i) {
    error += std::abs(matrix[i][3]);
    for (int j = 0; j < 3; ++j) {
      error += std::abs(product[i][j] - (i == j ? 1 : 0));
    }
  }
  return error + std::abs(matrix[3][3] - 1);
}

Status CheckCameraRequest(const CameraRequest& request, int width, int height) {
  std::vector<Status> checks = {
      CheckFrame(width, height),
      CheckFinite("azimuth", request.azimuth.value_or(0)),
      CheckRange("elevation", request.elevation.value_or(0), -90, 90),
      CheckFinite("roll", request.roll),
      CheckRange("distance", request.distance.value_or(1), kMinCameraDistance,
                 kMaxDistance),
      CheckPoint("target", request.target),
      CheckPoint("eye", request.eye),
      CheckPoint("up", request.up),
      CheckRange("fov", request.fov.value_or(kMinFov), kMinFov, kMaxFov),
      CheckRange("ortho_height", request.ortho_height.value_or(1),
                 kMinCameraDistance, kMaxDistance),
      CheckRange("ortho_width", request.ortho_width.value_or(1),
                 kMinCameraDistance, kMaxDistance),
      CheckDepthRange(request),
      CheckRange("margin", request.margin, 0, 0.49),
      CheckChoice(request)};
  if (request.matrix) checks.push_back(CheckMatrix(*request.matrix));
  if (request.intrinsics) checks.push_back(CheckIntrinsics(request));
  for (Status& status : checks) {
    if (!status.ok()) return std::move(status);
  }
  return {};
}

}  // namespace goxel
