// How a camera and render settings read as JSON, in replies and in the record
// that every render file carries.

#ifndef DAEMON_RENDER_JSON_H_
#define DAEMON_RENDER_JSON_H_

#include <string>

#include "daemon/result_writer.h"
#include "renderer/camera.h"
#include "renderer/renderer.h"

namespace goxel {

// Writes the camera as an object, with its camera-to-world matrix
// (column-major) in `matrix`.
void WriteCamera(ResultWriter& out, const Camera& camera);

// One line of JSON, without the matrix: a file's header has little room.
std::string CameraJson(const Camera& camera);

std::string SettingsJson(const RenderSettings& settings);

}  // namespace goxel

#endif  // DAEMON_RENDER_JSON_H_
