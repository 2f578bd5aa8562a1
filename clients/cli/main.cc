// goxelctl: the daemon at a shell.

#include <CLI/CLI.hpp>

#include "clients/cli/command.h"

int main(int argc, char** argv) {
  CLI::App app("Orders renders from a Goxel daemon and looks at its renders.",
               "goxelctl");
  goxel::Invocation invocation;
  app.set_version_flag("--version", "goxelctl version " GOXEL_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("-s,--socket", invocation.socket,
                 "Socket of the daemon [GOXEL_SOCKET, then the usual places]");
  app.add_flag("--json", invocation.json, "Write JSON to stdout");
  app.footer(
      "Exit codes: 0 ok, 1 error, 2 usage, 3 no daemon answers, 4 the render "
      "failed, 5 there is a difference.");
  goxel::AddRenderCommand(app, invocation);
  goxel::AddTurntableCommand(app, invocation);
  goxel::AddSheetCommand(app, invocation);
  goxel::AddInfoCommand(app, invocation);
  goxel::AddConvertCommand(app, invocation);
  goxel::AddDiffCommand(app, invocation);
  goxel::AddWatchCommand(app, invocation);
  goxel::AddDecryptCommand(app, invocation);
  goxel::AddLsCommand(app, invocation);
  goxel::AddShowCommand(app, invocation);
  goxel::AddStatsCommand(app, invocation);
  goxel::AddTopCommand(app, invocation);
  goxel::AddLeasesCommand(app, invocation);
  goxel::AddVerifyCommand(app, invocation);
  goxel::AddGcCommand(app, invocation);
  goxel::AddDoctorCommand(app, invocation);
  goxel::AddPingCommand(app, invocation);
  goxel::AddCompletionCommand(app, invocation);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(app.exit(error) == 0 ? goxel::ExitCode::kOk
                                                 : goxel::ExitCode::kUsage);
  }
  return static_cast<int>(invocation.exit_code);
}
