// The flag --preview of the commands that make pictures.

#ifndef CLIENTS_CLI_PREVIEW_FLAG_H_
#define CLIENTS_CLI_PREVIEW_FLAG_H_

#include <CLI/App.hpp>
#include <string>

namespace goxel {

// Sets `preview`, which must live until the command is parsed.
void AddPreviewFlag(CLI::App& command, bool& preview);

// CLI11's error when stdout is no terminal.
void RequireTerminal();

// CLI11's error when there is no terminal, or no PNG to show there. `output` is
// what was given with -o.
void RequirePreviewable(const std::string& output);

}  // namespace goxel

#endif  // CLIENTS_CLI_PREVIEW_FLAG_H_
