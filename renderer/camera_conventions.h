// A camera as the matrices that computer vision knows. Rows first, for column
// vectors: a matrix times a point.

#ifndef RENDERER_CAMERA_CONVENTIONS_H_
#define RENDERER_CAMERA_CONVENTIONS_H_

#include <array>
#include <cstdint>

#include "renderer/camera.h"

namespace goxel {

using Rows3 = std::array<std::array<double, 3>, 3>;
using Rows4 = std::array<std::array<double, 4>, 4>;

// K for a picture of width x height pixels, whose first pixel has its centre at
// (0.5, 0.5), rows counted downwards. For (X, Y, Z) in OpenCV's axes
//   perspective   (u, v, 1) = K (X / Z, Y / Z, 1)
//   orthographic  (u, v, 1) = K (X, Y, 1)
Rows3 CalibrationOf(const Camera& camera, std::uint32_t width,
                    std::uint32_t height);

enum class CameraAxes {
  kOpenGl,  // X right, Y up, Z towards the viewer.
  kOpenCv,  // X right, Y down, Z ahead.
};

// From the world's coordinates, in voxels, to the camera's.
Rows4 WorldToCamera(const Camera& camera, CameraAxes axes);

}  // namespace goxel

#endif  // RENDERER_CAMERA_CONVENTIONS_H_
