// The flags of `goxelctl render` that say where a picture is taken from and how
// it looks.

#ifndef CLIENTS_CLI_VIEW_FLAGS_H_
#define CLIENTS_CLI_VIEW_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "clients/cpp/render_view.h"

namespace goxel {

// The names that --camera takes.
const std::vector<std::string>& CameraPresets();

// Adds the flags to `command`, which fill `camera` and `look` when it is
// parsed. Both must live until then.
void AddCameraFlags(CLI::App& command, RenderCamera& camera);
void AddLookFlags(CLI::App& command, RenderLook& look);

}  // namespace goxel

#endif  // CLIENTS_CLI_VIEW_FLAGS_H_
