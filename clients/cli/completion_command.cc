// goxelctl completion: a script that teaches a shell the words of goxelctl.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "clients/cli/command.h"
#include "clients/cli/command_outline.h"
#include "clients/cli/completion_script.h"

namespace goxel {
namespace {

std::string ScriptFor(const std::string& shell, const CLI::App& app) {
  const auto outlines = OutlineOf(app);
  if (shell == "bash") return BashCompletion(outlines);
  if (shell == "zsh") return ZshCompletion(outlines);
  return FishCompletion(outlines);
}

}  // namespace

void AddCompletionCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "completion", "Print a script that completes words in a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "Shell that the script is for")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, &invocation, shell] {
    fmt::print("{}", ScriptFor(*shell, app));
    invocation.exit_code = ExitCode::kOk;
  });
}

}  // namespace goxel
