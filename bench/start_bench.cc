// How long does a daemon with an empty directory take from exec to its first
// reply, and to a first picture, before which it has nothing: no voxels, no
// meshes, no warm files?

#include <benchmark/benchmark.h>

#include <string>

#include "bench/bench_daemon.h"
#include "bench/real_pictures.h"
#include "bench/real_scenes.h"
#include "daemon/demo_scene.h"

namespace goxel {
namespace {

void BM_Start(benchmark::State& state) {
  for (auto _ : state) {
    auto daemon = BenchDaemon::Start();
    state.PauseTiming();
    if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
    if (!(*daemon)->client().Ping().ok()) {
      return state.SkipWithError("no answer");
    }
    daemon->reset();
    state.ResumeTiming();
  }
}
BENCHMARK(BM_Start)->UseRealTime()->Unit(benchmark::kMillisecond);

// 512 x 512 pixels, mapped.
void StartToFirstPicture(benchmark::State& state, const std::string& scene) {
  const auto file = FileOfScene(scene);
  const std::filesystem::path path = file ? *file : kDemoScenePath;
  RenderRequest request;
  request.width = 512;
  request.height = 512;
  for (auto _ : state) {
    auto daemon = BenchDaemon::Start();
    if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
    Client& client = (*daemon)->client();
    const Status loaded = client.LoadProject(path);
    if (!loaded.ok()) return state.SkipWithError(loaded.message().c_str());
    const auto render = client.RenderMapped(request);
    state.PauseTiming();
    if (!render) return state.SkipWithError(render.error().message().c_str());
    if (IsOneColor(render->image.pixels())) {
      return state.SkipWithError("the picture shows nothing");
    }
    daemon->reset();
    state.ResumeTiming();
  }
}

bool RegisterStarts() {
  for (const std::string& scene : ScenesAtHand({"demo", "house"})) {
    benchmark::RegisterBenchmark(
        ("BM_StartToFirstPicture/" + scene).c_str(),
        [=](benchmark::State& state) { StartToFirstPicture(state, scene); })
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}

[[maybe_unused]] const bool kStartsRegistered = RegisterStarts();

}  // namespace
}  // namespace goxel
