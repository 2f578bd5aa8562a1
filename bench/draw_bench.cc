// What does a picture of a real scene cost, by size, style and samples? It is
// drawn as the daemon draws a scene that it knows: framed before, and into a
// mapped file where that works here. The floor is an empty picture of the same
// size: clear and finish.

#include <benchmark/benchmark.h>

#include <string>
#include <utility>

#include "bench/real_pictures.h"
#include "bench/real_scenes.h"
#include "renderer/gl/proof_file.h"

namespace goxel {
namespace {

struct Size {
  const char* name;
  std::uint32_t width;
  std::uint32_t height;
};
constexpr Size kSizes[] = {
    {"1080p", 1920, 1080}, {"4K", 3840, 2160}, {"8K", 7680, 4320}};
constexpr Size k4K = kSizes[1];

struct Setup {
  const char* name;
  RenderSettings settings;
};
const Setup kDefault = {"default", {}};
const Setup kSetups[] = {
    {"plain", {.style = Style::kFlat}},
    {"unshadowed", {.shadows = Shadows::kOff}},
    kDefault,
    {"smooth", {.shadows = Shadows::kSmooth}},
    {"goxel", {.style = Style::kGoxel}},
    {"outline", {.outline = Outline{}}},
};

Result<DrawReport> DrawOnce(const SceneView& view, const Camera& camera,
                            Size size, const RenderSettings& settings,
                            const ProofFile& file) {
  const auto& renderer = TheRenderer();
  if (!renderer) return Fail(renderer.error());
  return (*renderer)->Draw(view, camera, settings,
                           {.pixels = file.pixels(),
                            .width = size.width,
                            .height = size.height,
                            .stride_bytes = size.width * 4,
                            .memory = file.memory()});
}

// draw_ms and read_ms: the renderer's own figures; the latter is 0 where it
// drew into the file. Its meshes and shadow map are known from the first
// drawing, which is looked at and not timed.
void DrawScene(benchmark::State& state, const std::string& name, Size size,
               const RenderSettings& settings) {
  const auto skip = [&state](const Status& status) {
    state.SkipWithError(status.message().c_str());
  };
  const auto view = ViewNamed(name);
  if (!view) return skip(view.error());
  const auto camera = DefaultCamera(*view, size.width, size.height);
  if (!camera) return skip(camera.error());
  const auto file =
      ProofFile::Create(std::size_t{size.width} * size.height * 4);
  if (!file) return skip(file.error());
  const auto first = DrawOnce(*view, *camera, size, settings, **file);
  if (!first) return skip(first.error());
  if (first->quads > 0 && IsOneColor((*file)->pixels())) {
    return state.SkipWithError("the picture does not show the scene");
  }
  DrawReport sum;
  for (auto _ : state) {
    const auto report = DrawOnce(*view, *camera, size, settings, **file);
    if (!report) return skip(report.error());
    sum.draw_ns += report->draw_ns;
    sum.read_ns += report->read_ns;
  }
  const auto milliseconds = [](std::uint64_t ns) {
    return benchmark::Counter(static_cast<double>(ns) / 1e6,
                              benchmark::Counter::kAvgIterations);
  };
  state.SetItemsProcessed(state.iterations());
  state.SetLabel(std::string(ToString(first->path)));
  state.counters["draw_ms"] = milliseconds(sum.draw_ns);
  state.counters["read_ms"] = milliseconds(sum.read_ns);
  state.counters["quads"] = static_cast<double>(first->quads);
}

void RegisterDrawing(const std::string& scene, const Setup& setup, Size size,
                     int per_side) {
  const std::string name = "BM_Draw/" + scene + "/" + setup.name + "/" +
                           size.name +
                           "/samples:" + std::to_string(per_side * per_side);
  RenderSettings settings = setup.settings;
  settings.samples_per_side = per_side;
  benchmark::RegisterBenchmark(
      name.c_str(),
      [=](benchmark::State& state) { DrawScene(state, scene, size, settings); })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

// Every style at 4K; every size and number of samples in the default style.
bool RegisterDrawings() {
  for (const std::string& scene :
       ScenesAtHand({"nothing", "demo", "block", "study", "house"})) {
    for (const Setup& setup : kSetups) RegisterDrawing(scene, setup, k4K, 1);
    for (const Size& size : kSizes) {
      for (const int per_side : {1, 2, 3}) {
        if (size.width == k4K.width && per_side == 1) continue;
        RegisterDrawing(scene, kDefault, size, per_side);
      }
    }
  }
  return true;
}

[[maybe_unused]] const bool kDrawingsRegistered = RegisterDrawings();

}  // namespace
}  // namespace goxel
