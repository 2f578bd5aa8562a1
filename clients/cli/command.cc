#include "clients/cli/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>

#include "clients/cpp/render_directory.h"

namespace goxel {

void AddDirectoryOption(CLI::App& command, std::string& directory) {
  directory = FindRenderDirectory();
  command
      .add_option("--dir", directory,
                  "Render directory whose index is read: the user's service's, "
                  "the system's, or that in /tmp, if not named")
      ->envname("GOXEL_RENDER_DIR")
      ->capture_default_str();
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
