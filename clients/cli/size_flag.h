// The flag --size of the commands that make pictures: 1920x1080.

#ifndef CLIENTS_CLI_SIZE_FLAG_H_
#define CLIENTS_CLI_SIZE_FLAG_H_

#include <CLI/App.hpp>

#include "clients/cpp/client.h"

namespace goxel {

// Sets width and height of `request`, which must live until the command is
// parsed.
void AddSizeFlag(CLI::App& command, RenderRequest& request);

}  // namespace goxel

#endif  // CLIENTS_CLI_SIZE_FLAG_H_
