#include "clients/cli/command_outline.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace goxel {
namespace {

// CLI::IsMember shows what it takes as {a,b,c} behind the type's name.
std::vector<std::string> ChoicesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  std::vector<std::string> choices;
  if (close == std::string::npos) return choices;
  std::istringstream inside(type.substr(open + 1, close - open - 1));
  for (std::string choice; std::getline(inside, choice, ',');) {
    choices.push_back(choice);
  }
  return choices;
}

FlagOutline OutlineOfFlag(const CLI::Option& option) {
  FlagOutline flag{.names = {},
                   .description = option.get_description(),
                   .takes_value = option.get_items_expected_max() > 0,
                   .choices = ChoicesOf(option)};
  for (const std::string& name : option.get_snames()) {
    flag.names.push_back("-" + name);
  }
  for (const std::string& name : option.get_lnames()) {
    flag.names.push_back("--" + name);
  }
  return flag;
}

CommandOutline OutlineOfOne(const CLI::App& app, std::string name) {
  CommandOutline outline{.name = std::move(name),
                         .description = app.get_description(),
                         .flags = {},
                         .arguments = {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional()) {
      outline.flags.push_back(OutlineOfFlag(*option));
    } else if (outline.arguments.empty()) {
      outline.arguments = ChoicesOf(*option);
    }
  }
  return outline;
}

}  // namespace

std::vector<CommandOutline> OutlineOf(const CLI::App& app) {
  std::vector<CommandOutline> outlines = {OutlineOfOne(app, "")};
  const auto all = [](const CLI::App*) { return true; };
  for (const CLI::App* command : app.get_subcommands(all)) {
    outlines.push_back(OutlineOfOne(*command, command->get_name()));
  }
  return outlines;
}

}  // namespace goxel
