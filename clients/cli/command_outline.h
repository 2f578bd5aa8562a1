// The commands and flags of goxelctl, as its parser has them.

#ifndef CLIENTS_CLI_COMMAND_OUTLINE_H_
#define CLIENTS_CLI_COMMAND_OUTLINE_H_

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace goxel {

struct FlagOutline {
  std::vector<std::string> names;  // With their dashes.
  std::string description;
  bool takes_value = false;
  std::vector<std::string> choices;  // Of the value; empty: anything.
};

struct CommandOutline {
  std::string name;  // Empty for goxelctl itself.
  std::string description;
  std::vector<FlagOutline> flags;      // Those of goxelctl itself not repeated.
  std::vector<std::string> arguments;  // That the first argument can be.
};

// goxelctl itself first, then its commands in their order.
std::vector<CommandOutline> OutlineOf(const CLI::App& app);

}  // namespace goxel

#endif  // CLIENTS_CLI_COMMAND_OUTLINE_H_
