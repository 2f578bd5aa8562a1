#include "clients/cli/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <utility>

#include "clients/cpp/render_directory.h"

namespace goxel {

void AddDirectoryOption(CLI::App& command, std::string& directory) {
  command
      .add_option("--dir", directory,
                  "Render directory whose index is read [the user's service's, "
                  "the system's, or that in /tmp]")
      ->envname("GOXEL_RENDER_DIR");
}

Result<std::filesystem::path> ChosenDirectory(const std::string& directory) {
  if (directory.empty()) return FindRenderDirectory();
  return directory;
}

void ActOnDirectory(CLI::App& command, Invocation& invocation,
                    std::function<ExitCode(const std::string&)> act) {
  auto named = std::make_shared<std::string>();
  AddDirectoryOption(command, *named);
  command.callback([&invocation, named, act = std::move(act)] {
    const auto directory = ChosenDirectory(*named);
    invocation.exit_code =
        directory ? act(directory->native()) : Complain(directory.error());
  });
}

Result<std::unique_ptr<Client>> ConnectToDaemon(const Invocation& invocation) {
  return Client::Connect({.socket_path = invocation.socket});
}

ExitCode Complain(const Status& status, ExitCode otherwise) {
  fmt::print(stderr, "goxelctl: {}\n", status.message());
  for (const StatusDetail& detail : status.details()) {
    std::visit(
        [&](const auto& value) {
          fmt::print(stderr, "  {}: {}\n", detail.key, value);
        },
        detail.value);
  }
  return status.code() == StatusCode::kUnavailable ? ExitCode::kUnreachable
                                                   : otherwise;
}

}  // namespace goxel
