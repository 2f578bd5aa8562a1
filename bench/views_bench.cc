// How many frames of a turntable per second does a client get: a dozen views of
// the built-in scene, 512 x 512 pixels each, ordered by one request, by one for
// each frame, and as one contact sheet? Real daemon, real socket; every frame
// is drawn, since each round starts at another angle.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "bench/bench_daemon.h"
#include "bench/real_pictures.h"
#include "clients/cpp/render_catalog.h"
#include "daemon/demo_scene.h"

namespace goxel {
namespace {

constexpr int kFrames = 12;

// So that none of a turntable's renders has to go for the next.
constexpr int kRendersToKeep = 2 * kFrames;

enum class Ordering { kTurntable, kOneByOne, kSheet };

std::string TurntableParams(double start_azimuth, bool sheet) {
  return fmt::format(R"({{"width":512,"height":512,"turntable":{{"frames":{},)"
                     R"("start_azimuth":{},"elevation":30}},"sheet":{},)"
                     R"("options":{{"return_mode":"mmap"}}}})",
                     kFrames, start_azimuth, sheet);
}

Status OrderOneByOne(Client& client, double start_azimuth) {
  RenderRequest request;
  request.width = 512;
  request.height = 512;
  request.camera.elevation = 30;
  for (int frame = 0; frame < kFrames; ++frame) {
    request.camera.azimuth = start_azimuth + 360.0 * frame / kFrames;
    const auto render = client.RenderMapped(request);
    if (!render) return render.error();
  }
  return {};
}

// Round `number` of the frames.
Status OrderFrames(Client& client, Ordering how, int number) {
  const double start_azimuth = 0.01 * number;
  if (how == Ordering::kOneByOne) return OrderOneByOne(client, start_azimuth);
  const auto reply =
      client.Call("goxel.render_views",
                  TurntableParams(start_azimuth, how == Ordering::kSheet));
  if (!reply) return reply.error();
  if (reply->view().find(fmt::format("\"count\":{}", kFrames)) ==
      std::string_view::npos) {
    return {StatusCode::kInternal, "a frame is missing"};
  }
  return {};
}

// "" when `count` renders are there and each shows something.
std::string LookAtRenders(const BenchDaemon& daemon, std::size_t count) {
  const auto catalog = RenderCatalog::Open(daemon.render_directory());
  if (!catalog) return catalog.error().message();
  const auto renders = (*catalog)->List();
  if (renders.size() != count) {
    return fmt::format("{} renders were made, not {}", renders.size(), count);
  }
  for (const RenderInfo& info : renders) {
    const auto image = (*catalog)->Map(info.id);
    if (!image) return image.error().message();
    if (IsOneColor(image->pixels())) return "a frame shows nothing";
  }
  return "";
}

void BM_RenderViews(benchmark::State& state, Ordering how) {
  auto daemon = BenchDaemon::Start(kRendersToKeep);
  if (!daemon) return state.SkipWithError(daemon.error().message().c_str());
  Client& client = (*daemon)->client();
  if (Status loaded = client.LoadProject(kDemoScenePath); !loaded.ok()) {
    return state.SkipWithError(loaded.message().c_str());
  }
  int number = 0;
  if (Status done = OrderFrames(client, how, number); !done.ok()) {
    return state.SkipWithError(done.message().c_str());
  }
  const auto wrong =
      LookAtRenders(**daemon, how == Ordering::kSheet ? 1 : kFrames);
  if (!wrong.empty()) return state.SkipWithError(wrong.c_str());
  for (auto _ : state) {
    if (Status done = OrderFrames(client, how, ++number); !done.ok()) {
      return state.SkipWithError(done.message().c_str());
    }
  }
  state.SetItemsProcessed(state.iterations() * kFrames);
}
BENCHMARK_CAPTURE(BM_RenderViews, turntable, Ordering::kTurntable)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_RenderViews, one_by_one, Ordering::kOneByOne)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_RenderViews, sheet, Ordering::kSheet)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goxel
