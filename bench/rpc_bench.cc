// How long does one call to the daemon take? Both ends on one core, so that the
// program is measured and not the wake-up of a sleeping core, and free to use
// all cores, as in real life. The floor is a process that echoes lines.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/bench_daemon.h"
#include "bench/core_pin.h"
#include "tests/socket_client.h"

namespace goxel {
namespace {

constexpr std::string_view kLine =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";

// Argument "pinned": 1 with both ends on one core, 0 with all cores.
void PinnedAndFree(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("pinned")->Arg(1)->Arg(0)->UseRealTime()->Unit(
      benchmark::kMicrosecond);
}

void EchoUntilClosed(int socket) {
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (count <= 0) return;
    if (::send(socket, buffer.data(), static_cast<std::size_t>(count), 0) < 0) {
      return;
    }
  }
}

void BM_SocketEcho(benchmark::State& state) {
  const CorePin pin(state.range(0) != 0);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return state.SkipWithError("cannot make a socket pair");
  }
  const pid_t echo = ::fork();
  if (echo == 0) {
    ::close(ends[0]);
    EchoUntilClosed(ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::array<char, 4096> buffer;
  for (auto _ : state) {
    if (::send(ends[0], kLine.data(), kLine.size(), 0) < 0 ||
        ::recv(ends[0], buffer.data(), buffer.size(), 0) <= 0) {
      state.SkipWithError("the echo is gone");
      break;
    }
  }
  ::close(ends[0]);
  ::waitpid(echo, nullptr, 0);
}
BENCHMARK(BM_SocketEcho)->Apply(PinnedAndFree);

void BM_Ping(benchmark::State& state) {
  const CorePin pin(state.range(0) != 0);
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  for (auto _ : state) {
    if (Status pong = (*daemon)->client().Ping(); !pong.ok()) {
      return state.SkipWithError(pong.message().c_str());
    }
  }
}
BENCHMARK(BM_Ping)->Apply(PinnedAndFree);

// Orders one 4K render after the other until it ends. Each is another picture,
// so that in a directory for few renders each removes an older one of 33 MB.
class RenderStorm {
 public:
  // `options`: how they are to be kept.
  RenderStorm(std::unique_ptr<Client> client, std::string options)
      : client_(std::move(client)),
        options_(std::move(options)),
        thread_([this] { Run(); }) {}
  ~RenderStorm() {
    stopping_ = true;
    thread_.join();
  }
  RenderStorm(const RenderStorm&) = delete;
  RenderStorm& operator=(const RenderStorm&) = delete;

  int renders() const { return renders_; }

 private:
  void Run() {
    while (!stopping_) {
      const int shade = renders_ % 256;
      const auto reply = client_->Call(
          "goxel.render_scene",
          fmt::format(R"({{"width":3840,"height":2160,"options":{{{},)"
                      R"("background_color":[0,{},{}]}}}})",
                      options_, renders_ / 256, shade));
      if (!reply) return;
      ++renders_;
    }
  }

  const std::unique_ptr<Client> client_;
  const std::string options_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> renders_ = 0;
  std::thread thread_;  // Last: starts when the rest is ready.
};

double Percentile(std::vector<double>& times, double share) {
  const auto at = static_cast<std::ptrdiff_t>(
      share * static_cast<double>(times.size() - 1));
  std::nth_element(times.begin(), times.begin() + at, times.end());
  return times[static_cast<std::size_t>(at)];
}

// What a small call takes while another client has 4K renders made. Drawing
// keeps all cores busy by itself, so storm 1, whose files are used again, is
// the measure for storm 2, where each render removes a file of 33 MB.
void BM_PingDuringRenders(benchmark::State& state) {
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  auto client =
      Client::Connect({.socket_path = (*daemon)->client().socket_path()});
  if (!client) return state.SkipWithError(client.error().message().c_str());
  std::optional<RenderStorm> storm;
  if (state.range(0) == 1) {
    storm.emplace(*std::move(client), R"("return_mode":"mmap")");
  } else if (state.range(0) == 2) {
    storm.emplace(*std::move(client), R"("return_mode":"file_path",)"
                                      R"("format":"pam","checksum":"none")");
  }
  std::vector<double> times;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    if (Status pong = (*daemon)->client().Ping(); !pong.ok()) {
      return state.SkipWithError(pong.message().c_str());
    }
    const std::chrono::duration<double, std::micro> took =
        std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  state.counters["p50_us"] = Percentile(times, 0.5);
  state.counters["p99_us"] = Percentile(times, 0.99);
  state.counters["max_us"] = Percentile(times, 1);
  if (storm) state.counters["renders"] = storm->renders();
}
BENCHMARK(BM_PingDuringRenders)
    ->ArgName("storm")
    ->DenseRange(0, 2)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// A call that looks into the project.
void BM_GetVoxel(benchmark::State& state) {
  const CorePin pin(state.range(0) != 0);
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  SocketClient client((*daemon)->client().socket_path());
  client.Call(R"({"method":"goxel.create_project","id":1})");
  client.Call(R"({"method":"goxel.add_voxel","params":[1,2,3,4,5,6],"id":2})");
  std::vector<double> times;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    const std::string reply = client.Call(
        "{\"jsonrpc\":\"2.0\",\"method\":\"goxel.get_voxel\","
        "\"params\":[1,2,3],\"id\":3}\n");
    const std::chrono::duration<double, std::micro> took =
        std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
    if (!reply.ends_with("\"color\":[4,5,6,255]},\"id\":3}")) {
      return state.SkipWithError(reply.c_str());
    }
  }
  state.counters["p50_us"] = Percentile(times, 0.5);
  state.counters["p99_us"] = Percentile(times, 0.99);
}
BENCHMARK(BM_GetVoxel)->Apply(PinnedAndFree);

// From nothing to an answer and back to nothing.
void BM_Connection(benchmark::State& state) {
  const CorePin pin(state.range(0) != 0);
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  const std::string path = (*daemon)->client().socket_path();
  for (auto _ : state) {
    const std::string reply = SocketClient(path).Call(kLine);
    if (!reply.ends_with("\"id\":1}")) {
      return state.SkipWithError(reply.c_str());
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Connection)->Apply(PinnedAndFree);

// A 4K render that is already there: from the call to its first mapped pixel.
void BM_CachedRenderToFirstPixel(benchmark::State& state) {
  const CorePin pin(state.range(0) != 0);
  auto daemon = BenchDaemon::Start();
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  RenderRequest request;
  request.width = 3840;
  request.height = 2160;
  if (const auto first = (*daemon)->client().RenderMapped(request); !first) {
    return state.SkipWithError(first.error().message().c_str());
  }
  for (auto _ : state) {
    const auto render = (*daemon)->client().RenderMapped(request);
    if (!render) return state.SkipWithError(render.error().message().c_str());
    if (!render->cached) return state.SkipWithError("it was drawn anew");
    std::byte pixel = render->image.pixels().front();
    benchmark::DoNotOptimize(pixel);
  }
}
BENCHMARK(BM_CachedRenderToFirstPixel)->Apply(PinnedAndFree);

}  // namespace
}  // namespace goxel
