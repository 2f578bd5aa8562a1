// goxel-daemon: reads its options and serves until it is told to stop.

#include <cstdio>
#include <cstdlib>

#include "daemon/daemon.h"
#include "daemon/log.h"
#include "daemon/options.h"

namespace {

int Report(const goxel::Status& error) {
  std::fprintf(stderr, "goxel-daemon: %s\n", error.message().c_str());
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  auto command = goxel::ReadOptions(
      {.arguments = {argv + 1, argv + argc}, .environment = std::getenv});
  if (!command) {
    Report(command.error());
    std::fputs("Use --help for usage information.\n", stderr);
    return EXIT_FAILURE;
  }
  if (!command->print.empty()) {
    std::fputs(command->print.c_str(), stdout);
    return EXIT_SUCCESS;
  }
  goxel::StartLog(command->options.log_level);
  auto daemon = goxel::Daemon::Create(command->options);
  if (!daemon) return Report(daemon.error());
  const goxel::Status ended = (*daemon)->Run();
  return ended.ok() ? EXIT_SUCCESS : Report(ended);
}
