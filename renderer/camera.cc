#include "renderer/camera.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <glm/ext/matrix_clip_space.hpp>
#include <glm/geometric.hpp>
#include <glm/mat3x3.hpp>
#include <glm/trigonometric.hpp>

#include "renderer/camera_fit.h"

namespace goxel {
namespace {

constexpr double kMaxDistance = 1e11;
constexpr double kMinDistance = 1e-3;
constexpr double kMaxCoordinate = 1e11;
constexpr double kMinFov = 0.01;
constexpr double kMaxFov = 179.99;
// How far a matrix may be from a rotation before it is refused.
constexpr double kRotationTolerance = 1e-3;

// What an empty scene is framed as: Goxel's own first image box.
constexpr Box kEmptySceneBox = {.min = {-16, -16, 0}, .max = {16, 16, 32}};

constexpr std::array<CameraPreset, 7> kPresets = {{{"front", 0, 0},
                                                   {"back", 180, 0},
                                                   {"left", 90, 0},
                                                   {"right", -90, 0},
                                                   {"top", 0, 90},
                                                   {"bottom", 0, -90},
                                                   {"isometric", 45, 45}}};
constexpr CameraPreset kDefaultPreset = kPresets[6];

// sin and cos of an angle in degrees, exact at multiples of 90: a preset's axes
// are then the world's, without a residue that would lean a face.
struct SinCos {
  double sine, cosine;
};
SinCos SinCosDegrees(double degrees) {
  const double turn = std::remainder(degrees, 360.0);
  const double quarters = std::nearbyint(turn / 90);
  const double rest = glm::radians(turn - 90 * quarters);
  const double s = std::sin(rest);
  const double c = std::cos(rest);
  switch ((static_cast<int>(quarters) + 4) % 4) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

// Columns: the camera's right, up and back in the world.
glm::dmat3 RotationZ(double degrees) {
  const auto [s, c] = SinCosDegrees(degrees);
  return {{c, s, 0}, {-s, c, 0}, {0, 0, 1}};
}

glm::dmat3 RotationX(double degrees) {
  const auto [s, c] = SinCosDegrees(degrees);
  return {{1, 0, 0}, {0, c, s}, {0, -s, c}};
}

// Goxel's turntable pose: Rz(azimuth) * Rx(90 - elevation), then the roll.
glm::dmat3 Orientation(double azimuth, double elevation, double roll) {
  return RotationZ(azimuth) * RotationX(90 - elevation) * RotationZ(roll);
}

struct Angles {
  double azimuth = 0, elevation = 0, roll = 0;  // Degrees.
};

// The inverse of Orientation(). Straight above and below, where azimuth and
// roll turn the picture alike, all of it is told as azimuth.
Angles AnglesOf(const glm::dmat3& rotation) {
  const glm::dvec3 back = rotation[2];
  Angles angles;
  angles.elevation = glm::degrees(std::asin(std::clamp(back.z, -1.0, 1.0)));
  if (std::hypot(back.x, back.y) < 1e-9) {
    angles.azimuth = glm::degrees(std::atan2(rotation[0].y, rotation[0].x));
    return angles;
  }
  angles.azimuth = glm::degrees(std::atan2(back.x, -back.y));
  const glm::dmat3 level = Orientation(angles.azimuth, angles.elevation, 0);
  const glm::dmat3 turned = glm::transpose(level) * rotation;
  angles.roll = glm::degrees(std::atan2(turned[0].y, turned[0].x));
  return angles;
}

Status CheckRange(std::string_view name, double value, double low,
                  double high) {
  if (value >= low && value <= high) return {};
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("camera {} is {}; give a number from {} to {}", name,
                          value, low, high));
}

Status CheckFinite(std::string_view name, double value) {
  if (std::isfinite(value)) return {};
  return Fail(
      StatusCode::kInvalidArgument,
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
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("a frame of {} x {} pixels has no picture; give at "
                          "least 1 x 1",
                          width, height));
}

Status CheckMatrix(const glm::dmat4& matrix) {
  const glm::dmat3 axes(matrix);
  const glm::dmat3 product = glm::transpose(axes) * axes;
  double error = 0;
  for (int i = 0; i < 3; ++i) {
    error += std::abs(matrix[i][3]);
    for (int j = 0; j < 3; ++j) {
      error += std::abs(product[i][j] - (i == j ? 1 : 0));
    }
  }
  error += std::abs(matrix[3][3] - 1);
  // Written so that NaN fails it.
  if (!(error <= kRotationTolerance) || glm::determinant(axes) < 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("camera matrix is not a rotation and a "
                            "translation (off by {}); give 16 numbers, column "
                            "by column, right, up, back and position, the last "
                            "row 0 0 0 1",
                            error));
  }
  for (int axis = 0; axis < 3; ++axis) {
    Status status = CheckRange("matrix translation", matrix[3][axis],
                               -kMaxCoordinate, kMaxCoordinate);
    if (!status.ok()) return status;
  }
  return {};
}

Status CheckRequest(const CameraRequest& request) {
  std::vector<Status> checks = {
      CheckFinite("azimuth", request.azimuth.value_or(0)),
      CheckRange("elevation", request.elevation.value_or(0), -90, 90),
      CheckFinite("roll", request.roll),
      CheckRange("distance", request.distance.value_or(1), kMinDistance,
                 kMaxDistance),
      CheckPoint("target", request.target),
      CheckPoint("eye", request.eye),
      CheckRange("fov", request.fov, kMinFov, kMaxFov),
      CheckRange("ortho_height", request.ortho_height.value_or(1), kMinDistance,
                 kMaxDistance),
      CheckRange("margin", request.margin, 0, 0.49)};
  if (request.matrix) checks.push_back(CheckMatrix(*request.matrix));
  for (Status& status : checks) {
    if (!status.ok()) return std::move(status);
  }
  return {};
}

glm::dvec3 ToVector(const std::array<double, 3>& point) {
  return {point[0], point[1], point[2]};
}

glm::dvec3 CentreOf(const Box& box) {
  glm::dvec3 centre;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    centre[static_cast<int>(axis)] = (static_cast<double>(box.min[axis]) +
                                      static_cast<double>(box.max[axis])) /
                                     2;
  }
  return centre;
}

std::vector<glm::dvec3> CornersOf(const Box& box) {
  std::vector<glm::dvec3> corners(8);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const bool is_max = ((i >> axis) & 1) != 0;
      corners[i][static_cast<int>(axis)] =
          static_cast<double>(is_max ? box.max[axis] : box.min[axis]);
    }
  }
  return corners;
}

// `points` in the camera's axes, around `origin`.
std::vector<glm::dvec3> PointsSeen(Points points, const glm::dmat3& rotation,
                                   const glm::dvec3& origin) {
  std::vector<glm::dvec3> seen;
  seen.reserve(points.size());
  const glm::dmat3 inverse = glm::transpose(rotation);
  for (const glm::dvec3& point : points) {
    seen.push_back(inverse * (point - origin));
  }
  return seen;
}

// Where the camera stands and how it is turned; `distance` is to `target`.
struct Pose {
  glm::dmat3 rotation{1};
  glm::dvec3 target{0};
  double distance = 0;
  double ortho_height = 0;  // 0: follows from the distance.
};

double HalfTangent(double fov_degrees) {
  return std::tan(glm::radians(fov_degrees) / 2);
}

Pose PoseOfMatrix(const glm::dmat4& matrix, const Box& box) {
  Pose pose;
  const glm::dvec3 back = glm::normalize(glm::dvec3(matrix[2]));
  const glm::dvec3 right =
      glm::normalize(glm::cross(glm::dvec3(matrix[1]), back));
  pose.rotation = {right, glm::cross(back, right), back};
  const glm::dvec3 eye(matrix[3]);
  // The point ahead that is level with the scene's centre, so that the echoed
  // distance means what it does in a turntable request.
  pose.distance = std::max(glm::dot(eye - CentreOf(box), back), kMinDistance);
  pose.target = eye - back * pose.distance;
  return pose;
}

Result<Pose> PoseOfLookAt(const CameraRequest& request, const Box& box) {
  Pose pose;
  pose.target = request.target ? ToVector(*request.target) : CentreOf(box);
  const glm::dvec3 offset = ToVector(*request.eye) - pose.target;
  pose.distance = glm::length(offset);
  if (pose.distance < kMinDistance) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("camera eye is {} from its target; give points at "
                            "least {} apart",
                            pose.distance, kMinDistance));
  }
  const glm::dvec3 back = offset / pose.distance;
  const double level = std::hypot(back.x, back.y);
  const double azimuth = level < 1e-9
                             ? request.azimuth.value_or(0)
                             : glm::degrees(std::atan2(back.x, -back.y));
  const double elevation = glm::degrees(std::atan2(back.z, level));
  pose.rotation = Orientation(azimuth, elevation, request.roll);
  return pose;
}

Pose PoseOfTurntable(const CameraRequest& request, const Box& box,
                     Points outline, double aspect) {
  Pose pose;
  pose.rotation = Orientation(
      request.azimuth.value_or(kDefaultPreset.azimuth),
      request.elevation.value_or(kDefaultPreset.elevation), request.roll);
  pose.target = request.target ? ToVector(*request.target) : CentreOf(box);
  if (request.distance) {
    pose.distance = *request.distance;
    return pose;
  }
  const std::vector<glm::dvec3> seen =
      PointsSeen(outline, pose.rotation, pose.target);
  const double fill = 1 - 2 * request.margin;
  const Centring centring = request.target ? Centring::kFixed : Centring::kFree;
  const double tangent = HalfTangent(request.fov) * fill;
  const Framing framing =
      request.orthographic
          ? FitOrthographic(seen, aspect, fill, centring)
          : FitPerspective(seen, {tangent * aspect, tangent}, centring);
  pose.target +=
      pose.rotation[0] * framing.shift.x + pose.rotation[1] * framing.shift.y;
  pose.distance = std::max(framing.distance, kMinDistance);
  pose.ortho_height = framing.ortho_height;
  return pose;
}

Result<Pose> ResolvePose(const CameraRequest& request, const Box& box,
                         Points outline, double aspect) {
  if (request.matrix) return PoseOfMatrix(*request.matrix, box);
  if (request.eye) return PoseOfLookAt(request, box);
  return PoseOfTurntable(request, box, outline, aspect);
}

glm::dmat4 RigidMatrix(const glm::dmat3& rotation, const glm::dvec3& position) {
  glm::dmat4 matrix(rotation);
  matrix[3] = glm::dvec4(position, 1);
  return matrix;
}

glm::dmat4 Projection(const Camera& camera, double aspect) {
  if (!camera.orthographic) {
    return glm::perspectiveRH_NO(glm::radians(camera.fov), aspect,
                                 camera.near_plane, camera.far_plane);
  }
  const double half_height = camera.ortho_height / 2;
  const double half_width = half_height * aspect;
  return glm::orthoRH_NO(-half_width, half_width, -half_height, half_height,
                         camera.near_plane, camera.far_plane);
}

}  // namespace

std::vector<CameraPreset> CameraPresets() {
  return {kPresets.begin(), kPresets.end()};
}

Result<CameraPreset> FindCameraPreset(std::string_view name) {
  const auto* found = std::find_if(
      kPresets.begin(), kPresets.end(),
      [name](const CameraPreset& preset) { return preset.name == name; });
  if (found != kPresets.end()) return *found;
  std::string names;
  for (const CameraPreset& preset : kPresets) {
    names += names.empty() ? "" : ", ";
    names += preset.name;
  }
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("camera preset '{}' is unknown; give one of {}", name,
                          names));
}

Result<Camera> ResolveCamera(const CameraRequest& request,
                             const std::optional<Box>& bounds, int width,
                             int height, std::span<const glm::dvec3> outline) {
  Status valid = CheckFrame(width, height);
  if (valid.ok()) valid = CheckRequest(request);
  if (!valid.ok()) return Fail(std::move(valid));
  const Box box = bounds.value_or(kEmptySceneBox);
  const double aspect = static_cast<double>(width) / height;
  const std::vector<glm::dvec3> corners = CornersOf(box);
  const auto pose = ResolvePose(
      request, box, outline.empty() ? Points(corners) : outline, aspect);
  if (!pose) return Fail(pose.error());

  Camera camera;
  const Angles angles = AnglesOf(pose->rotation);
  camera.azimuth = angles.azimuth;
  camera.elevation = angles.elevation;
  camera.roll = angles.roll;
  camera.target = pose->target;
  camera.distance = pose->distance;
  camera.fov = request.fov;
  camera.orthographic = request.orthographic;
  if (request.orthographic) {
    const double as_in_perspective =
        2 * pose->distance * HalfTangent(request.fov);
    camera.ortho_height = request.ortho_height.value_or(
        pose->ortho_height > 0 ? pose->ortho_height : as_in_perspective);
  }
  const glm::dvec3 eye = pose->target + pose->rotation[2] * pose->distance;
  camera.camera_to_world = RigidMatrix(pose->rotation, eye);
  const glm::dmat3 inverse = glm::transpose(pose->rotation);
  camera.world_to_camera = RigidMatrix(inverse, -(inverse * eye));
  // The box holds every voxel; the outline may miss some.
  const DepthRange depth = FitDepth(
      PointsSeen(corners, pose->rotation, pose->target), pose->distance);
  camera.near_plane = depth.near_plane;
  camera.far_plane = depth.far_plane;
  camera.projection = Projection(camera, aspect);
  return camera;
}

}  // namespace goxel
