// How fast do voxels get into the daemon, and what memory does that take?

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#include "bench/bench_daemon.h"
#include "tests/socket_client.h"

namespace goxel {
namespace {

constexpr std::string_view kNewProject =
    R"({"jsonrpc":"2.0","method":"goxel.create_project","id":1})";

// A figure of /proc/<pid>/status, in MiB.
double ProcessMegabytes(pid_t pid, std::string_view name) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(name)) {
      return std::stod(line.substr(name.size() + 1)) / 1024;
    }
  }
  return 0;
}

// `count` voxels, row by row of a box 200 wide and deep, from number `first`
// on; as JSON programs write them.
std::string AddVoxels(std::int64_t first, std::int64_t count) {
  std::string text = R"({"jsonrpc":"2.0","method":"add_voxels","params":)"
                     R"({"voxels":[)";
  for (std::int64_t i = first; i < first + count; ++i) {
    fmt::format_to(std::back_inserter(text),
                   R"({{"x":{},"y":{},"z":{},"r":{},"g":{},"b":{},"a":255}},)",
                   i % 200 - 100, i / 200 % 200 - 100, i / 40'000, i % 251,
                   i % 13, 255);
  }
  text.back() = ']';
  return text + "},\"id\":2}\n";
}

bool Succeeded(const std::string& reply) {
  return reply.find("\"success\":true") != std::string::npos;
}

// One request for so many voxels. `memory_ratio`: the daemon's peak over what
// it had before the first request, as a multiple of the request.
void BM_AddVoxelsInOneRequest(benchmark::State& state) {
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  const pid_t pid = (*daemon)->pid();
  SocketClient client((*daemon)->client().socket_path());
  const std::string request = AddVoxels(0, state.range(0));
  client.Call(kNewProject);
  const double before = ProcessMegabytes(pid, "VmRSS");
  for (auto _ : state) {
    if (!Succeeded(client.Call(request))) {
      return state.SkipWithError("the voxels were not added");
    }
    state.PauseTiming();
    client.Call(kNewProject);
    state.ResumeTiming();
  }
  const double megabytes = static_cast<double>(request.size()) / (1 << 20);
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["request_MiB"] = megabytes;
  state.counters["peak_MiB"] = ProcessMegabytes(pid, "VmHWM");
  state.counters["memory_ratio"] =
      (ProcessMegabytes(pid, "VmHWM") - before) / megabytes;
}
BENCHMARK(BM_AddVoxelsInOneRequest)
    ->Arg(1'000)
    ->Arg(50'000)
    ->Arg(1'000'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Ten million voxels in requests of half a million. What the daemon has in the
// end is the scene, which takes 40 MiB, and what can be undone.
void BM_AddTenMillionVoxels(benchmark::State& state) {
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  const pid_t pid = (*daemon)->pid();
  SocketClient client((*daemon)->client().socket_path());
  constexpr std::int64_t kVoxels = 10'000'000;
  constexpr std::int64_t kInARequest = 500'000;
  const double before = ProcessMegabytes(pid, "VmRSS");
  for (auto _ : state) {
    client.Call(kNewProject);
    for (std::int64_t first = 0; first < kVoxels; first += kInARequest) {
      state.PauseTiming();
      const std::string request = AddVoxels(first, kInARequest);
      state.ResumeTiming();
      if (!Succeeded(client.Call(request))) {
        return state.SkipWithError("the voxels were not added");
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * kVoxels);
  state.counters["grown_MiB"] = ProcessMegabytes(pid, "VmRSS") - before;
  state.counters["peak_grown_MiB"] = ProcessMegabytes(pid, "VmHWM") - before;
}
BENCHMARK(BM_AddTenMillionVoxels)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Reads until `lines` lines have come.
bool ReadLines(int socket, std::int64_t lines) {
  std::array<char, 65536> buffer;
  while (lines > 0) {
    const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    lines -= std::count(buffer.begin(), buffer.begin() + got, '\n');
  }
  return lines == 0;
}

// One request for each voxel, written without waiting for the replies.
void BM_AddVoxelPipelined(benchmark::State& state) {
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  SocketClient client((*daemon)->client().socket_path());
  constexpr std::int64_t kRequests = 100'000;
  std::string requests;
  for (std::int64_t i = 0; i < kRequests; ++i) {
    fmt::format_to(std::back_inserter(requests),
                   R"({{"jsonrpc":"2.0","method":"goxel.add_voxel","params":)"
                   R"([{},{},{},255,{},0,255],"id":{}}})"
                   "\n",
                   i % 100, i / 100 % 100, i / 10'000, i % 256, i);
  }
  client.Call(kNewProject);
  for (auto _ : state) {
    std::thread sender([&] { client.Send(requests); });
    const bool answered = ReadLines(client.fd(), kRequests);
    sender.join();
    if (!answered) return state.SkipWithError("not all were answered");
  }
  state.SetItemsProcessed(state.iterations() * kRequests);
}
BENCHMARK(BM_AddVoxelPipelined)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goxel
