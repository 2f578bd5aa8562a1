// How long does one call to the daemon take? Both ends on one core, so that the
// program is measured and not the wake-up of a sleeping core, and free to use
// all cores, as in real life. The floor is a process that echoes lines.

#include <benchmark/benchmark.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <string_view>

#include "bench/bench_daemon.h"
#include "bench/core_pin.h"

namespace goxel {
namespace {

constexpr std::string_view kLine =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";

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
BENCHMARK(BM_SocketEcho)
    ->ArgName("pinned")
    ->Arg(1)
    ->Arg(0)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

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
BENCHMARK(BM_Ping)->ArgName("pinned")->Arg(1)->Arg(0)->UseRealTime()->Unit(
    benchmark::kMicrosecond);

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
    benchmark::DoNotOptimize(render->image.pixels().front());
  }
}
BENCHMARK(BM_CachedRenderToFirstPixel)
    ->ArgName("pinned")
    ->Arg(1)
    ->Arg(0)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace goxel
