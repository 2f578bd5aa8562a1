// goxelctl ping: is there a daemon, and how long does a round trip take?

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <vector>

#include "clients/cli/command.h"

namespace goxel {
namespace {

using Microseconds = std::chrono::duration<double, std::micro>;

Result<Microseconds> TimeOnePing(Client& client) {
  const auto start = std::chrono::steady_clock::now();
  if (Status pong = client.Ping(); !pong.ok()) return Fail(std::move(pong));
  return Microseconds(std::chrono::steady_clock::now() - start);
}

ExitCode Ping(const Invocation& invocation, int count) {
  const auto client = ConnectToDaemon(invocation);
  if (!client) return Complain(client.error());
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const auto time = TimeOnePing(**client);
    if (!time) return Complain(time.error());
    times.push_back(time->count());
  }
  std::ranges::sort(times);
  const double median = times[times.size() / 2];
  const std::string& socket = (*client)->socket_path().native();
  if (invocation.json) {
    fmt::print(
        R"({{"count":{},"min_us":{:.1f},"median_us":{:.1f},"max_us":{:.1f}}})"
        "\n",
        times.size(), times.front(), median, times.back());
  } else if (count == 1) {
    fmt::print("pong from {} in {:.0f} us\n", socket, median);
  } else {
    fmt::print("{} pongs from {}: min {:.0f}, median {:.0f}, max {:.0f} us\n",
               count, socket, times.front(), median, times.back());
  }
  return ExitCode::kOk;
}

}  // namespace

void AddPingCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "ping", "Ask the daemon for a sign of life and print the latency");
  auto count = std::make_shared<int>(1);
  command->add_option("-n,--count", *count, "Round trips")
      ->check(CLI::Range(1, 1'000'000));
  command->callback([&invocation, count] {
    invocation.exit_code = Ping(invocation, *count);
  });
}

}  // namespace goxel
