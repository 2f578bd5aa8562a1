// What does a picture of a real scene cost, by size, style and samples? The
// floor is an empty picture of the same size: clear and finish.
//
// The scenes are too large for this repository: they are read from
// GOXEL_DATA_DIR, and left out where they are not there.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "renderer/formats/scene_file.h"
#include "renderer/renderer.h"
#include "renderer/scene/hull.h"

namespace goxel {
namespace {

struct Size {
  const char* name;
  std::uint32_t width;
  std::uint32_t height;
};
constexpr Size kSizes[] = {
    {"1080p", 1920, 1080}, {"4K", 3840, 2160}, {"8K", 7680, 4320}};

struct Setup {
  const char* name;
  RenderSettings settings;
};
const Setup kSetups[] = {
    {"plain", {.style = Style::kFlat}},
    {"unshadowed", {.shadows = Shadows::kOff}},
    {"default", {}},
    {"smooth", {.shadows = Shadows::kSmooth}},
    {"goxel", {.style = Style::kGoxel}},
    {"outline", {.outline = Outline{}}},
};

Renderer* TheRenderer() {
  static const auto renderer = Renderer::Create();
  return renderer ? renderer->get() : nullptr;
}

// Null where the file is not there. "" is the empty scene.
const SceneView* SceneOf(const std::string& name) {
  static std::map<std::string, std::unique_ptr<SceneView>> scenes;
  const auto [entry, is_unknown] = scenes.try_emplace(name);
  if (!is_unknown) return entry->second.get();
  if (name.empty()) {
    entry->second = std::make_unique<SceneView>(ViewOf(Volume()));
  } else if (const auto path = std::filesystem::path(GOXEL_DATA_DIR) / name;
             std::filesystem::exists(path)) {
    const auto scene = LoadScene(path);
    if (scene) entry->second = std::make_unique<SceneView>(ViewOf(*scene));
  }
  return entry->second.get();
}

void DrawScene(benchmark::State& state, const std::string& name, Size size,
               RenderSettings settings, int per_side) {
  Renderer* const renderer = TheRenderer();
  const SceneView* const scene = SceneOf(name);
  if (renderer == nullptr || scene == nullptr) {
    return state.SkipWithError("no GL, or no such scene");
  }
  settings.samples_per_side = per_side;
  const auto camera = ResolveCamera(
      {}, scene->volume.Bounds(kSolidAlpha), static_cast<int>(size.width),
      static_cast<int>(size.height), OutermostPoints(scene->volume));
  if (!camera) return state.SkipWithError(camera.error().message().c_str());
  std::vector<std::byte> pixels(std::size_t{size.width} * size.height * 4);
  DrawReport sum;
  for (auto _ : state) {
    const auto report = renderer->Draw(*scene, *camera, settings,
                                       {.pixels = pixels,
                                        .width = size.width,
                                        .height = size.height,
                                        .stride_bytes = size.width * 4});
    if (!report) return state.SkipWithError(report.error().message().c_str());
    sum.draw_ns += report->draw_ns;
    sum.read_ns += report->read_ns;
    sum.quads = report->quads;
  }
  const auto milliseconds = [](std::uint64_t ns) {
    return benchmark::Counter(static_cast<double>(ns) / 1e6,
                              benchmark::Counter::kAvgIterations);
  };
  state.counters["draw_ms"] = milliseconds(sum.draw_ns);
  state.counters["read_ms"] = milliseconds(sum.read_ns);
  state.counters["quads"] = static_cast<double>(sum.quads);
}

void Register(const std::string& scene, const char* label, const Setup& setup,
              const Size& size, int per_side) {
  const std::string name = std::string("BM_Draw/") + label + "/" + setup.name +
                           "/" + size.name +
                           "/samples:" + std::to_string(per_side * per_side);
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 DrawScene(state, scene, size, setup.settings,
                                           per_side);
                               })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

// Every setting at 4K; every size and number of samples in the default style.
bool RegisterAll() {
  for (const auto& [scene, label] : {std::pair{"", "nothing"},
                                     {"mmmm_block_1264k.vox", "block"},
                                     {"bevy_study.vox", "study"},
                                     {"mmmm_obj_house3.vox", "house"}}) {
    for (const Setup& setup : kSetups) {
      Register(scene, label, setup, kSizes[1], 1);
    }
    for (const Size& size : kSizes) {
      for (const int per_side : {1, 2, 3}) {
        if (&size == &kSizes[1] && per_side == 1) continue;
        Register(scene, label, kSetups[2], size, per_side);
      }
    }
  }
  return true;
}

[[maybe_unused]] const bool kRegistered = RegisterAll();

}  // namespace
}  // namespace goxel
