// goxel_kill_loop: tests/kill_loop/kill_loop.h at a shell and under CTest.

#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

#include "tests/kill_loop/kill_loop.h"

int main(int argc, char** argv) {
  CLI::App app("Kills a writer and its clients at random and compares all.",
               "goxel_kill_loop");
  goxel::KillLoopOptions options{.daemon_binary = GOXEL_DAEMON_BINARY,
                                 .directory = {}};
  const std::map<std::string, goxel::WriterKind> writers = {
      {"store", goxel::WriterKind::kStore},
      {"daemon", goxel::WriterKind::kDaemon}};
  long seconds = 30;
  // tmpfs is where mappings belong.
  std::string parent = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  app.add_option("--writer", options.writer, "Who is killed: store or daemon")
      ->transform(CLI::CheckedTransformer(writers));
  app.add_option("--seconds", seconds, "How long")
      ->envname("GOXEL_KILL_LOOP_SECONDS")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--clients", options.clients, "Client processes")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Of everything random")
      ->capture_default_str();
  app.add_option("--parent", parent, "Where the loop's directory is made")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  std::string name = parent + "/goxel_kill_loop_XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    fmt::print(stderr, "cannot make a directory in '{}'\n", parent);
    return 2;
  }
  options.directory = name;
  options.duration = std::chrono::seconds(seconds);
  std::uint64_t faults = 0;
  {
    goxel::KillLoop loop(options);
    loop.Run();
    fmt::print("{}\n", loop.Summary());
    faults = loop.ledger().faults;
  }
  if (faults != 0) {
    fmt::print("seed {}; its directory is kept: {}\n", options.seed, name);
    return 1;
  }
  std::filesystem::remove_all(name);
  return 0;
}
