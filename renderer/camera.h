// Where a picture is taken from, and how the request's many ways of saying so
// become one pose and one projection.
//
// World: right-handed, X right, Y away, Z up. Camera: looks along its own -Z,
// +Y up. Angles in degrees. azimuth 0 stands at -Y and looks along +Y; azimuth
// grows counter-clockwise seen from above, so that 90 stands at +X. elevation 0
// is level, 90 straight above. The presets are Goxel's, "left" standing at +X:
// the object's own left when it faces -Y.
//
//   preset      azimuth  elevation  stands at         image right   image up
//   front          0         0      -Y                +X            +Z
//   back         180         0      +Y                -X            +Z
//   left          90         0      +X                +Y            +Z
//   right        -90         0      -X                -Y            +Z
//   top            0        90      +Z                +X            +Y
//   bottom         0       -90      -Z                +X            -Y
//   isometric     45        45      (.5, -.5, .707)
//
// and, orthographic, with the same azimuth:
//
//   true_isometric  45    35.264    the three axes equally foreshortened
//   dimetric        45    30        lines along X and Y rise by 1 pixel in 2

#ifndef RENDERER_CAMERA_H_
#define RENDERER_CAMERA_H_

#include <array>
#include <cstdint>
#include <glm/mat4x4.hpp>
#include <glm/vec3.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ipc/status.h"
#include "renderer/scene/volume.h"

namespace goxel {

inline constexpr double kDefaultFovDegrees = 20.0;  // Vertical, as in Goxel.
inline constexpr double kDefaultMargin = 0.08;  // Of the frame, on each side.

struct CameraPreset {
  std::string_view name;
  double azimuth;
  double elevation;
  bool orthographic = false;
};
// Every preset, in the order of the tables above.
std::vector<CameraPreset> CameraPresets();
// kInvalidArgument, listing the valid names, when unknown.
Result<CameraPreset> FindCameraPreset(std::string_view name);

// The pinhole camera of computer vision: a point X to the right, Y below and Z
// ahead is seen fx * X / Z + cx pixels from the picture's left edge and
// fy * Y / Z + cy from its top edge. Pixel centres lie at .5.
struct Intrinsics {
  double fx = 0, fy = 0;  // Pixels; above 0.
  double cx = 0, cy = 0;  // Pixels; may lie outside of the picture.
  bool operator==(const Intrinsics&) const = default;
};

// A camera of the scene's file: its position there, or its name.
using StoredCameraChoice = std::variant<std::int64_t, std::string>;

// What a request says. Unset members take the isometric view, fitted, with
// kDefaultFovDegrees. `matrix`
// wins over everything else; `eye` over azimuth, elevation and distance.
struct CameraRequest {
  std::optional<double> azimuth;    // Any finite angle.
  std::optional<double> elevation;  // -90 to 90.
  // Of the camera about its line of sight, counter-clockwise as it sees it: the
  // picture turns clockwise.
  double roll = 0;
  std::optional<double> distance;  // From target; unset: fit the scene.
  // Unset: the scene's centre; in a fit, the point that centres what is seen.
  std::optional<std::array<double, 3>> target;
  std::optional<std::array<double, 3>> eye;  // Looks at target from here.
  // Of a look-at: what is to be up in the picture before the roll. Unset: +Z.
  std::optional<std::array<double, 3>> up;
  std::optional<double> fov;  // Degrees, vertically, 0.01 to 179.99.
  // In place of fov; needs a pose that is not fitted, and perspective.
  std::optional<Intrinsics> intrinsics;
  bool orthographic = false;
  // World units seen vertically. Unset: fit, or with a distance what a
  // perspective camera sees at the target. Only used when orthographic.
  std::optional<double> ortho_height;
  // World units seen horizontally, where ortho_height is unset.
  std::optional<double> ortho_width;
  // Distances along the line of sight within which something is seen. Unset:
  // all of the scene.
  std::optional<double> near_plane, far_plane;
  std::optional<glm::dmat4> matrix;  // camera-to-world, a rigid motion.
  double margin = kDefaultMargin;    // 0 to 0.49.
  // To be replaced by what it stands for (UseStoredCamera(), stored_camera.h)
  // before the request is resolved.
  std::optional<StoredCameraChoice> stored;
};

// Asks for the view of `preset`.
void UsePreset(const CameraPreset& preset, CameraRequest& request);

// A resolved camera: everything a draw needs, and what the reply echoes.
struct Camera {
  double azimuth = 0, elevation = 0, roll = 0;  // Degrees, derived from matrix.
  double distance = 0;
  double fov = kDefaultFovDegrees;
  bool orthographic = false;
  double ortho_height = 0;
  double near_plane = 0, far_plane = 0;  // Positive distances along -Z.
  bool planes_given = false;             // One of them by the request.
  std::optional<Intrinsics> intrinsics;  // When the request gave them.
  glm::dvec3 target{0};
  glm::dmat4 camera_to_world{1};
  glm::dmat4 world_to_camera{1};
  glm::dmat4 projection{1};  // OpenGL clip space, Y up.
};

// The pinhole camera that `camera` is in a picture of width x height pixels,
// for which it was resolved. REQUIRES: !camera.orthographic
Intrinsics IntrinsicsOf(const Camera& camera, int width, int height);

// Resolves `request` for a frame of width x height pixels and a scene whose
// voxels lie in `bounds` (nullopt: empty scene, framed as a 32^3 box). A fit
// puts every point of `outline` (OutermostPoints() of the scene, or nothing for
// the corners of the bounds) inside the frame less the margin, as close as that
// allows. kInvalidArgument naming the parameter and its valid range when a
// value is not finite or out of range.
Result<Camera> ResolveCamera(const CameraRequest& request,
                             const std::optional<Box>& bounds, int width,
                             int height,
                             std::span<const glm::dvec3> outline = {});

}  // namespace goxel

#endif  // RENDERER_CAMERA_H_
