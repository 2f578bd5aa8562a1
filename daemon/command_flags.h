// What the command line says, before any value is looked at.

#ifndef DAEMON_COMMAND_FLAGS_H_
#define DAEMON_COMMAND_FLAGS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/option_table.h"
#include "daemon/options.h"
#include "ipc/status.h"

namespace goxel {

struct CommandFlags {
  std::map<const OptionRow*, std::string> values;
  std::optional<std::string> config;
  bool verbose = false;
  bool print_config = false;
  Task task = Task::kServe;
  std::string print;  // The answer to --help or --version; ends with a newline.
};

// `arguments` is argv without the program's name. kInvalidArgument for a flag
// that there is not, naming the nearest one that there is, for one that lacks
// its value, for flags that exclude each other, and for anything that is no
// flag.
Result<CommandFlags> ReadCommandFlags(std::vector<std::string> arguments);

}  // namespace goxel

#endif  // DAEMON_COMMAND_FLAGS_H_
