// What makes the numbers of a camera request a camera.

#ifndef RENDERER_CAMERA_CHECKS_H_
#define RENDERER_CAMERA_CHECKS_H_

#include <glm/mat4x4.hpp>

#include "ipc/status.h"
#include "renderer/camera.h"

namespace goxel {

inline constexpr double kMinCameraDistance = 1e-3;  // Of eye and target.

// kInvalidArgument naming the first parameter that is not finite, out of range
// or at odds with another, its value and its valid range.
Status CheckCameraRequest(const CameraRequest& request, int width, int height);

// How far the upper left 3 x 3 of a matrix are from orthonormal columns, and
// its last row from 0 0 0 1. NaN when one of them is.
double RotationError(const glm::dmat4& matrix);

}  // namespace goxel

#endif  // RENDERER_CAMERA_CHECKS_H_
