#include "clients/cli/preview_flag.h"

#include <CLI/CLI.hpp>

#include "clients/cli/output_name.h"
#include "clients/cli/picture_output.h"
#include "clients/cli/preview.h"

namespace goxel {

void AddPreviewFlag(CLI::App& command, bool& preview) {
  command.add_flag("--preview", preview,
                   "Show the picture in this terminal, too; of several the "
                   "first");
}

void RequireTerminal() {
  if (CanPreview()) return;
  throw CLI::ValidationError("--preview",
                             "stdout is no terminal to show the picture in");
}

void RequirePreviewable(const std::string& output) {
  RequireTerminal();
  if (output == kStdoutName || PictureFormat(output) != "png") {
    throw CLI::ValidationError("--preview", "shows PNG files; end -o in .png");
  }
}

}  // namespace goxel
