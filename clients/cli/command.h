// The commands of goxelctl: each adds itself to the parser, and leaves its exit
// code when it was chosen and has run. One file per command.
//
// What a program reads goes to stdout, what a person reads beside it to stderr.

#ifndef CLIENTS_CLI_COMMAND_H_
#define CLIENTS_CLI_COMMAND_H_

#include <CLI/App.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

enum class ExitCode : int {
  kOk = 0,
  kError = 1,
  kUsage = 2,
  kUnreachable = 3,  // No daemon, or one that is too busy.
  kRenderFailed = 4,
  kDifference = 5,  // More than the threshold allows.
};

// What all commands share: options that may stand before or behind the
// command's name, and the outcome.
struct Invocation {
  std::string socket;  // Empty: searched for.
  bool json = false;
  ExitCode exit_code = ExitCode::kOk;
};

void AddPingCommand(CLI::App& app, Invocation& invocation);
void AddRenderCommand(CLI::App& app, Invocation& invocation);
void AddTurntableCommand(CLI::App& app, Invocation& invocation);
void AddSheetCommand(CLI::App& app, Invocation& invocation);
void AddInfoCommand(CLI::App& app, Invocation& invocation);
void AddConvertCommand(CLI::App& app, Invocation& invocation);
void AddDiffCommand(CLI::App& app, Invocation& invocation);
void AddWatchCommand(CLI::App& app, Invocation& invocation);
void AddCompletionCommand(CLI::App& app, Invocation& invocation);
void AddDecryptCommand(CLI::App& app, Invocation& invocation);
void AddLsCommand(CLI::App& app, Invocation& invocation);
void AddShowCommand(CLI::App& app, Invocation& invocation);
void AddStatsCommand(CLI::App& app, Invocation& invocation);
void AddTopCommand(CLI::App& app, Invocation& invocation);
void AddLeasesCommand(CLI::App& app, Invocation& invocation);
void AddVerifyCommand(CLI::App& app, Invocation& invocation);
void AddGcCommand(CLI::App& app, Invocation& invocation);
void AddDoctorCommand(CLI::App& app, Invocation& invocation);

// Adds --dir, which GOXEL_RENDER_DIR stands for; empty when neither is given.
void AddDirectoryOption(CLI::App& command, std::string& directory);

// The directory named by --dir, else that which FindRenderDirectory() finds.
Result<std::filesystem::path> ChosenDirectory(const std::string& directory);

// Makes `command` one that does `act` with a render directory: adds --dir, and
// complains where none is named or found.
void ActOnDirectory(CLI::App& command, Invocation& invocation,
                    std::function<ExitCode(const std::string&)> act);

// A client of the daemon that --socket names.
Result<std::unique_ptr<Client>> ConnectToDaemon(const Invocation& invocation);

// Says on stderr why the command failed. Returns kUnreachable when no daemon
// answered, else `otherwise`.
ExitCode Complain(const Status& status, ExitCode otherwise = ExitCode::kError);

}  // namespace goxel

#endif  // CLIENTS_CLI_COMMAND_H_
