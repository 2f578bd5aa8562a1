// How a camera and render settings read as JSON, in replies and in the record
// that every render file carries.

#ifndef DAEMON_RENDER_JSON_H_
#define DAEMON_RENDER_JSON_H_

#include <cstdint>
#include <string>

#include "daemon/result_writer.h"
#include "renderer/camera.h"
#include "renderer/renderer.h"

namespace goxel {

// Writes the camera of a picture of width x height pixels as an object that
// `camera` takes, with its camera-to-world matrix (column-major), so that the
// same picture comes of it; and of a perspective camera its intrinsics K.
void WriteCamera(ResultWriter& out, const Camera& camera, std::uint32_t width,
                 std::uint32_t height);

// Writes what was asked of a camera, as `camera` takes it: a preset as what it
// stands for.
void WriteCameraRequest(ResultWriter& out, const CameraRequest& request);

// One line of JSON, without the matrix: a file's header has little room.
std::string CameraJson(const Camera& camera);

// Writes the light as an object that options.light takes.
void WriteLight(ResultWriter& out, const LightSettings& light);

// What was asked of the look, as `options` take it.
std::string SettingsJson(const RenderSettings& settings);

}  // namespace goxel

#endif  // DAEMON_RENDER_JSON_H_
