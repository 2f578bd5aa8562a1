// How fast does a scene become something to draw: from the file, from its
// voxels, and after an edit?
//
// Besides real scenes: eleven million voxels of hills with one colour for each
// height; and hills in which hardly two neighbours have the same colour, so
// that little merges.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "bench/real_scenes.h"
#include "renderer/chunk_meshes.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/hull.h"
#include "renderer/scene/scene_view.h"

namespace goxel {
namespace {

// `side` x `side` columns of 20 to 150 voxels.
template <typename ColorOf>
Volume Hills(std::int32_t side, ColorOf color_of) {
  Volume volume;
  for (std::int32_t z = 0; z < 160; ++z) {
    for (std::int32_t y = 0; y < side; ++y) {
      for (std::int32_t x = 0; x < side; ++x) {
        const double height =
            85 + 40 * std::sin(x / 37.0) + 25 * std::cos(y / 29.0 + x / 90.0);
        if (z < height) volume.Set({x, y, z}, color_of(x, y, z));
      }
    }
  }
  return volume;
}

const Volume& TenMillionVoxels() {
  static const Volume volume =
      Hills(344, [](std::int32_t, std::int32_t, std::int32_t z) {
        return Color{static_cast<std::uint8_t>(60 + z), 140, 60, 255};
      });
  return volume;
}

const Volume& NoisyVoxels() {
  static const Volume volume =
      Hills(128, [](std::int32_t x, std::int32_t y, std::int32_t z) {
        const auto noise =
            static_cast<std::uint32_t>(x * 7919 + y * 104'729 + z * 1'299'709);
        return Color{static_cast<std::uint8_t>(noise * 2'654'435'761u >> 24),
                     90, static_cast<std::uint8_t>(x + y + z), 255};
      });
  return volume;
}

// What a picture of a view needs before anything is drawn.
ChunkMeshes::Made MakeDrawable(ChunkMeshes& chunks, const SceneView& view,
                               const MeshingLimits& limits = {}) {
  benchmark::DoNotOptimize(view.volume.Bounds(kSolidAlpha));
  benchmark::DoNotOptimize(OutermostPoints(view.volume));
  auto made = chunks.Build(view.volume, view.materials, limits);
  return made ? std::move(*made) : ChunkMeshes::Made{};
}

// On one thread, nothing known. `voxels_per_second`: of processor time.
void MeshAll(benchmark::State& state, const SceneView& view) {
  std::size_t quads = 0;
  for (auto _ : state) {
    ChunkMeshes chunks(/*max_bytes=*/0);
    const auto made =
        chunks.Build(view.volume, view.materials, {.max_threads = 1});
    if (!made) return state.SkipWithError(made.error().message().c_str());
    quads = made->mesh.quads();
  }
  if (quads == 0) return state.SkipWithError("the mesh is empty");
  state.counters["voxels_per_second"] =
      benchmark::Counter(static_cast<double>(view.volume.CountVoxels()),
                         benchmark::Counter::kIsIterationInvariantRate);
  state.counters["voxels"] = static_cast<double>(view.volume.CountVoxels());
  state.counters["quads"] = static_cast<double>(quads);
}

void BM_MeshOfHills(benchmark::State& state, const Volume& (*make)()) {
  MeshAll(state, ViewOf(make()));
}
BENCHMARK_CAPTURE(BM_MeshOfHills, ten_million, TenMillionVoxels)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_MeshOfHills, noisy, NoisyVoxels)
    ->Unit(benchmark::kMillisecond);

// From a file in the page cache to a mesh that only needs to be uploaded.
void LoadToDrawable(benchmark::State& state, const std::string& name) {
  const auto path = FileOfScene(name);
  if (!path) return state.SkipWithError(path.error().message().c_str());
  for (auto _ : state) {
    const auto scene = LoadScene(*path);
    if (!scene) return state.SkipWithError(scene.error().message().c_str());
    ChunkMeshes chunks;
    if (MakeDrawable(chunks, ViewOf(*scene)).mesh.quads() == 0) {
      return state.SkipWithError("the mesh is empty");
    }
  }
}

// All that one edit of one voxel costs the next picture before it is drawn.
// `meshed`: chunks, of `chunks`.
void EditAndRemesh(benchmark::State& state, Scene scene) {
  ChunkMeshes chunks;
  SceneView view = ViewOf(scene);
  MakeDrawable(chunks, view);
  Volume& volume = scene.layers.front().volume;
  const auto bounds = volume.Bounds();
  if (!bounds) return state.SkipWithError("the scene is empty");
  std::int32_t edits = 0;
  ChunkMeshes::Made made;
  for (auto _ : state) {
    const Cell cell = {static_cast<std::int32_t>(bounds->min[0]) + edits % 50,
                       static_cast<std::int32_t>(bounds->min[1]) + 10,
                       static_cast<std::int32_t>(bounds->max[2]) - 1};
    ++edits;
    volume.Set(cell, {200, static_cast<std::uint8_t>(edits / 50), 7, 255});
    view = ViewOf(scene);
    made = MakeDrawable(chunks, view);
  }
  if (made.meshed == 0 || made.meshed == made.chunks) {
    return state.SkipWithError("not just what changed was meshed");
  }
  state.counters["chunks"] = static_cast<double>(made.chunks);
  state.counters["meshed"] = static_cast<double>(made.meshed);
}

void BM_EditOfTenMillionVoxels(benchmark::State& state) {
  Scene scene = NewScene();
  scene.layers.front().volume = TenMillionVoxels();
  EditAndRemesh(state, std::move(scene));
}
BENCHMARK(BM_EditOfTenMillionVoxels)->Unit(benchmark::kMillisecond);

void MeshScene(benchmark::State& state, const std::string& name) {
  const auto view = ViewNamed(name);
  if (!view) return state.SkipWithError(view.error().message().c_str());
  MeshAll(state, *view);
}

void EditScene(benchmark::State& state, const std::string& name) {
  const auto& scene = SceneNamed(name);
  if (!scene) return state.SkipWithError(scene.error().message().c_str());
  EditAndRemesh(state, *scene);
}

using TimeScene = void (*)(benchmark::State& state, const std::string& name);

benchmark::internal::Benchmark* RegisterForScene(const std::string& title,
                                                 const std::string& scene,
                                                 TimeScene time) {
  return benchmark::RegisterBenchmark(
             (title + "/" + scene).c_str(),
             [=](benchmark::State& state) { time(state, scene); })
      ->Unit(benchmark::kMillisecond);
}

bool RegisterMeshing() {
  for (const std::string& scene : ScenesAtHand({"block", "study"})) {
    RegisterForScene("BM_MeshOfAFile", scene, MeshScene);
    RegisterForScene("BM_LoadToDrawable", scene, LoadToDrawable)->UseRealTime();
    RegisterForScene("BM_EditOfAFile", scene, EditScene);
  }
  return true;
}

[[maybe_unused]] const bool kMeshingRegistered = RegisterMeshing();

}  // namespace
}  // namespace goxel
