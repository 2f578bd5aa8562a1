#include "renderer/camera.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <glm/ext/matrix_clip_space.hpp>
#include <glm/geometric.hpp>
#include <glm/mat3x3.hpp>
#include <glm/trigonometric.hpp>

#include "renderer/camera_checks.h"
#include "renderer/camera_fit.h"

namespace goxel {
namespace {

// What an empty scene is framed as: Goxel's own first image box.
constexpr Box kEmptySceneBox = {.min = {-16, -16, 0}, .max = {16, 16, 32}};

// atan(1 / sqrt(2)), in degrees.
constexpr double kTrueIsometricElevation = 35.264389682754654;

constexpr std::array<CameraPreset, 9> kPresets = {
    {{"front", 0, 0},
     {"back", 180, 0},
     {"left", 90, 0},
     {"right", -90, 0},
     {"top", 0, 90},
     {"bottom", 0, -90},
     {"isometric", 45, 45},
     {"true_isometric", 45, kTrueIsometricElevation, true},
     {"dimetric", 45, 30, true}}};
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

// In degrees, without the last digits, which the way there and back leaves: 45
// comes back as 45.
double DegreesOf(double radians) {
  constexpr double kPerDegree = 1e10;
  return std::round(glm::degrees(radians) * kPerDegree) / kPerDegree;
}

// The inverse of Orientation(). Straight above and below, where azimuth and
// roll turn the picture alike, all of it is told as azimuth.
Angles AnglesOf(const glm::dmat3& rotation) {
  const glm::dvec3 back = rotation[2];
  Angles angles;
  angles.elevation = DegreesOf(std::asin(std::clamp(back.z, -1.0, 1.0)));
  if (std::hypot(back.x, back.y) < 1e-9) {
    angles.azimuth = DegreesOf(std::atan2(rotation[0].y, rotation[0].x));
    return angles;
  }
  angles.azimuth = DegreesOf(std::atan2(back.x, -back.y));
  const glm::dmat3 level = Orientation(angles.azimuth, angles.elevation, 0);
  const glm::dmat3 turned = glm::transpose(level) * rotation;
  angles.roll = DegreesOf(std::atan2(turned[0].y, turned[0].x));
  return angles;
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
  glm::dvec3 eye{0};
  glm::dvec3 target{0};
  double distance = 0;
  double ortho_height = 0;  // 0: follows from the distance.
};

double FovOf(const CameraRequest& request) {
  return request.fov.value_or(kDefaultFovDegrees);
}

double HalfTangent(const CameraRequest& request) {
  return std::tan(glm::radians(FovOf(request)) / 2);
}

// The rotation nearest to what `matrix` has. One that is a rotation already
// keeps its bits, so that a camera that was resolved once stays as it is.
glm::dmat3 RotationOf(const glm::dmat4& matrix) {
  constexpr double kExact = 1e-13;
  if (RotationError(matrix) < kExact) return glm::dmat3(matrix);
  const glm::dvec3 back = glm::normalize(glm::dvec3(matrix[2]));
  const glm::dvec3 right =
      glm::normalize(glm::cross(glm::dvec3(matrix[1]), back));
  return {right, glm::cross(back, right), back};
}

Pose PoseOfMatrix(const glm::dmat4& matrix, const Box& box) {
  Pose pose;
  pose.rotation = RotationOf(matrix);
  pose.eye = glm::dvec3(matrix[3]);
  const glm::dvec3 back = pose.rotation[2];
  // The point ahead that is level with the scene's centre, so that the echoed
  // distance means what it does in a turntable request.
  pose.distance =
      std::max(glm::dot(pose.eye - CentreOf(box), back), kMinCameraDistance);
  pose.target = pose.eye - back * pose.distance;
  return pose;
}

// The level camera that stands in direction `back` from what it looks at.
glm::dmat3 LevelRotation(const CameraRequest& request, const glm::dvec3& back) {
  const double level = std::hypot(back.x, back.y);
  const double azimuth = level < 1e-9
                             ? request.azimuth.value_or(0)
                             : glm::degrees(std::atan2(back.x, -back.y));
  return Orientation(azimuth, glm::degrees(std::atan2(back.z, level)), 0);
}

Result<glm::dmat3> RotationUpright(const glm::dvec3& up,
                                   const glm::dvec3& back) {
  const glm::dvec3 right = glm::cross(up, back);
  const double sine = glm::length(right) / std::max(glm::length(up), 1e-300);
  if (!(sine > 1e-9)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("camera up is ({}, {}, {}), along the line of "
                            "sight; give a direction across it",
                            up.x, up.y, up.z));
  }
  const glm::dvec3 x = glm::normalize(right);
  return glm::dmat3(x, glm::cross(back, x), back);
}

Result<Pose> PoseOfLookAt(const CameraRequest& request, const Box& box) {
  Pose pose;
  pose.eye = ToVector(*request.eye);
  pose.target = request.target ? ToVector(*request.target) : CentreOf(box);
  const glm::dvec3 offset = pose.eye - pose.target;
  pose.distance = glm::length(offset);
  if (pose.distance < kMinCameraDistance) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("camera eye is {} from its target; give points at "
                            "least {} apart",
                            pose.distance, kMinCameraDistance));
  }
  const glm::dvec3 back = offset / pose.distance;
  const auto upright = request.up
                           ? RotationUpright(ToVector(*request.up), back)
                           : Result<glm::dmat3>(LevelRotation(request, back));
  if (!upright) return Fail(upright.error());
  pose.rotation = *upright * RotationZ(request.roll);
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
    pose.eye = pose.target + pose.rotation[2] * pose.distance;
    return pose;
  }
  const std::vector<glm::dvec3> seen =
      PointsSeen(outline, pose.rotation, pose.target);
  const double fill = 1 - 2 * request.margin;
  const Centring centring = request.target ? Centring::kFixed : Centring::kFree;
  const double tangent = HalfTangent(request) * fill;
  const Framing framing =
      request.orthographic
          ? FitOrthographic(seen, aspect, fill, centring)
          : FitPerspective(seen, {tangent * aspect, tangent}, centring);
  pose.target +=
      pose.rotation[0] * framing.shift.x + pose.rotation[1] * framing.shift.y;
  pose.distance = std::max(framing.distance, kMinCameraDistance);
  pose.eye = pose.target + pose.rotation[2] * pose.distance;
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

// OpenGL clip space of the pinhole camera: what is at the left edge of the
// picture is at -1, at the top edge at 1.
glm::dmat4 PinholeProjection(const Intrinsics& k, const Camera& camera,
                             int width, int height) {
  const double reach = camera.far_plane - camera.near_plane;
  glm::dmat4 projection(0);
  projection[0][0] = 2 * k.fx / width;
  projection[1][1] = 2 * k.fy / height;
  projection[2][0] = 1 - 2 * k.cx / width;
  projection[2][1] = 2 * k.cy / height - 1;
  projection[2][2] = -(camera.far_plane + camera.near_plane) / reach;
  projection[2][3] = -1;
  projection[3][2] = -2 * camera.far_plane * camera.near_plane / reach;
  return projection;
}

glm::dmat4 Projection(const Camera& camera, int width, int height) {
  if (camera.intrinsics) {
    return PinholeProjection(*camera.intrinsics, camera, width, height);
  }
  const double aspect = static_cast<double>(width) / height;
  if (!camera.orthographic) {
    return glm::perspectiveRH_NO(glm::radians(camera.fov), aspect,
                                 camera.near_plane, camera.far_plane);
  }
  const double half_height = camera.ortho_height / 2;
  const double half_width = half_height * aspect;
  return glm::orthoRH_NO(-half_width, half_width, -half_height, half_height,
                         camera.near_plane, camera.far_plane);
}

double OrthoHeight(const CameraRequest& request, const Pose& pose,
                   double aspect) {
  if (request.ortho_height) return *request.ortho_height;
  if (request.ortho_width) return *request.ortho_width / aspect;
  if (pose.ortho_height > 0) return pose.ortho_height;
  return 2 * pose.distance * HalfTangent(request);
}

// The angle between the top and the bottom edge of the picture as they stand
// over the optical axis.
double FovOf(const Intrinsics& k, int height) {
  return glm::degrees(std::atan2(k.cy, k.fy) + std::atan2(height - k.cy, k.fy));
}

// All of the scene, unless the request says otherwise.
void SetDepthRange(const CameraRequest& request, Points corners,
                   const Pose& pose, Camera& camera) {
  const DepthRange depth =
      FitDepth(PointsSeen(corners, pose.rotation, pose.eye), 0);
  camera.near_plane = request.near_plane.value_or(depth.near_plane);
  camera.far_plane = request.far_plane.value_or(depth.far_plane);
  camera.planes_given = request.near_plane || request.far_plane;
  if (camera.near_plane < camera.far_plane) return;
  // One was given, and the scene ends before or begins behind it: then there is
  // nothing to see, and any range will do.
  if (!request.far_plane) camera.far_plane = 2 * camera.near_plane;
  if (!request.near_plane) camera.near_plane = camera.far_plane / 2;
}

}  // namespace

std::vector<CameraPreset> CameraPresets() {
  return {kPresets.begin(), kPresets.end()};
}

void UsePreset(const CameraPreset& preset, CameraRequest& request) {
  request.azimuth = preset.azimuth;
  request.elevation = preset.elevation;
  request.orthographic = preset.orthographic;
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

Intrinsics IntrinsicsOf(const Camera& camera, int width, int height) {
  if (camera.intrinsics) return *camera.intrinsics;
  const glm::dmat4& projection = camera.projection;
  return {.fx = projection[0][0] * width / 2,
          .fy = projection[1][1] * height / 2,
          .cx = (1 - projection[2][0]) * width / 2,
          .cy = (1 + projection[2][1]) * height / 2};
}

Result<Camera> ResolveCamera(const CameraRequest& request,
                             const std::optional<Box>& bounds, int width,
                             int height, std::span<const glm::dvec3> outline) {
  if (Status valid = CheckCameraRequest(request, width, height); !valid.ok()) {
    return Fail(std::move(valid));
  }
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
  camera.intrinsics = request.intrinsics;
  camera.fov =
      request.intrinsics ? FovOf(*request.intrinsics, height) : FovOf(request);
  camera.orthographic = request.orthographic;
  if (request.orthographic) {
    camera.ortho_height = OrthoHeight(request, *pose, aspect);
  }
  camera.camera_to_world = RigidMatrix(pose->rotation, pose->eye);
  const glm::dmat3 inverse = glm::transpose(pose->rotation);
  camera.world_to_camera = RigidMatrix(inverse, -(inverse * pose->eye));
  // The box holds every voxel; the outline may miss some.
  SetDepthRange(request, corners, *pose, camera);
  camera.projection = Projection(camera, width, height);
  return camera;
}

}  // namespace goxel
