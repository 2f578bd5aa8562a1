// How fast does a scene become something to draw: from the file, from its
// voxels, and after an edit?
//
// The scenes are mmmm_block_1264k.vox (houses in few colours) and
// bevy_study.vox (a room with panes of glass and twenty materials) of
// GOXEL_DATA_DIR, left out where they are not there; eleven million voxels of
// hills with one colour for each height; and hills in which hardly two
// neighbours have the same colour, so that little merges.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "renderer/chunk_meshes.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/hull.h"
#include "renderer/scene/scene_view.h"

namespace goxel {
namespace {

std::optional<std::filesystem::path> DataFile(benchmark::State& state,
                                              const std::string& name) {
  const auto path = std::filesystem::path(GOXEL_DATA_DIR) / name;
  if (std::filesystem::is_regular_file(path)) return path;
  state.SkipWithError("the scene's file is not there");
  return std::nullopt;
}

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

Volume TenMillionVoxels() {
  return Hills(344, [](std::int32_t, std::int32_t, std::int32_t z) {
    return Color{static_cast<std::uint8_t>(60 + z), 140, 60, 255};
  });
}

Volume NoisyVoxels() {
  return Hills(128, [](std::int32_t x, std::int32_t y, std::int32_t z) {
    const auto noise =
        static_cast<std::uint32_t>(x * 7919 + y * 104'729 + z * 1'299'709);
    return Color{static_cast<std::uint8_t>(noise * 2'654'435'761u >> 24), 90,
                 static_cast<std::uint8_t>(x + y + z), 255};
  });
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
  state.counters["voxels_per_second"] =
      benchmark::Counter(static_cast<double>(view.volume.CountVoxels()),
                         benchmark::Counter::kIsIterationInvariantRate);
  state.counters["voxels"] = static_cast<double>(view.volume.CountVoxels());
  state.counters["quads"] = static_cast<double>(quads);
}

void BM_MeshOfAFile(benchmark::State& state, const std::string& name) {
  const auto path = DataFile(state, name);
  if (!path) return;
  const auto scene = LoadScene(*path);
  if (!scene) return state.SkipWithError(scene.error().message().c_str());
  MeshAll(state, ViewOf(*scene));
}
BENCHMARK_CAPTURE(BM_MeshOfAFile, block, "mmmm_block_1264k.vox")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_MeshOfAFile, study, "bevy_study.vox")
    ->Unit(benchmark::kMillisecond);

void BM_MeshOfHills(benchmark::State& state, Volume (*make)()) {
  MeshAll(state, ViewOf(make()));
}
BENCHMARK_CAPTURE(BM_MeshOfHills, ten_million, TenMillionVoxels)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_MeshOfHills, noisy, NoisyVoxels)
    ->Unit(benchmark::kMillisecond);

// From a file in the page cache to a mesh that only needs to be uploaded.
void BM_LoadToDrawable(benchmark::State& state, const std::string& name) {
  const auto path = DataFile(state, name);
  if (!path) return;
  for (auto _ : state) {
    const auto scene = LoadScene(*path);
    if (!scene) return state.SkipWithError(scene.error().message().c_str());
    ChunkMeshes chunks;
    benchmark::DoNotOptimize(MakeDrawable(chunks, ViewOf(*scene)));
  }
}
BENCHMARK_CAPTURE(BM_LoadToDrawable, block, "mmmm_block_1264k.vox")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(BM_LoadToDrawable, study, "bevy_study.vox")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

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
  state.counters["chunks"] = static_cast<double>(made.chunks);
  state.counters["meshed"] = static_cast<double>(made.meshed);
}

void BM_EditOfAFile(benchmark::State& state, const std::string& name) {
  const auto path = DataFile(state, name);
  if (!path) return;
  auto scene = LoadScene(*path);
  if (!scene) return state.SkipWithError(scene.error().message().c_str());
  EditAndRemesh(state, std::move(*scene));
}
BENCHMARK_CAPTURE(BM_EditOfAFile, block, "mmmm_block_1264k.vox")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_EditOfAFile, study, "bevy_study.vox")
    ->Unit(benchmark::kMillisecond);

void BM_EditOfTenMillionVoxels(benchmark::State& state) {
  Scene scene = NewScene();
  scene.layers.front().volume = TenMillionVoxels();
  EditAndRemesh(state, std::move(scene));
}
BENCHMARK(BM_EditOfTenMillionVoxels)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goxel
