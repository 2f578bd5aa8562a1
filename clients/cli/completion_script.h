// Scripts that teach a shell to complete the words of goxelctl.

#ifndef CLIENTS_CLI_COMPLETION_SCRIPT_H_
#define CLIENTS_CLI_COMPLETION_SCRIPT_H_

#include <span>
#include <string>

#include "clients/cli/command_outline.h"

namespace goxel {

// Commands, flags and what flags can be; file names everywhere else. `outlines`
// as OutlineOf() makes them.
std::string BashCompletion(std::span<const CommandOutline> outlines);
std::string ZshCompletion(std::span<const CommandOutline> outlines);
std::string FishCompletion(std::span<const CommandOutline> outlines);

}  // namespace goxel

#endif  // CLIENTS_CLI_COMPLETION_SCRIPT_H_
