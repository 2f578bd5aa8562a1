// A picture in the terminal that goxelctl runs in.

#ifndef CLIENTS_CLI_PREVIEW_H_
#define CLIENTS_CLI_PREVIEW_H_

#include <filesystem>

#include "clients/cli/rgba_picture.h"
#include "ipc/status.h"

namespace goxel {

// True when stdout is a terminal.
bool CanPreview();

// Shows a PNG on stdout: by its path where the terminal speaks kitty's graphics
// protocol and reads the file itself, else in its cells. The file has to stay.
Status Preview(const std::filesystem::path& png);

// Draws into the cells of the terminal: sixels where it has them, half blocks
// elsewhere; without colours where NO_COLOR is set. kFailedPrecondition when
// goxelctl was built without libchafa.
Status PreviewInCells(const RgbaPicture& picture);

}  // namespace goxel

#endif  // CLIENTS_CLI_PREVIEW_H_
