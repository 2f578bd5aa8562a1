// A turntable: frames of a camera that goes around a scene in even steps, all
// of them framed alike. One distance fits every frame, and all look at one
// point, so that the object neither grows and shrinks nor wanders.
//
// Thread safety: all functions may be called from any thread.

#ifndef RENDERER_TURNTABLE_H_
#define RENDERER_TURNTABLE_H_

#include <cstddef>
#include <glm/vec3.hpp>
#include <optional>
#include <span>
#include <vector>

#include "ipc/status.h"
#include "renderer/camera.h"

namespace goxel {

struct TurntableRequest {
  // Of the first frame. A distance or an ortho_height that is given is kept;
  // matrix, eye and stored are not for a turntable.
  CameraRequest first{};
  std::size_t frames = 0;  // At least 1.
  // How often the camera goes around, anticlockwise seen from above; clockwise
  // when below 0. The frame after the last would end the way.
  double turns = 1;
};

// The azimuth of frame `index`, in degrees; may be beyond a full turn.
double TurntableAzimuth(const TurntableRequest& request, std::size_t index);

// A camera for each frame, with every number of its framing spelled out. Scene
// and frame as ResolveCamera() has them, and its errors.
Result<std::vector<CameraRequest>> TurntableCameras(
    const TurntableRequest& request, const std::optional<Box>& bounds,
    int width, int height, std::span<const glm::dvec3> outline);

}  // namespace goxel

#endif  // RENDERER_TURNTABLE_H_
