// What does it cost to make room for a render and to make it visible, apart
// from drawing it? Recycled files should cost next to nothing; a fresh file
// pays for every page.

#include <benchmark/benchmark.h>

#include "bench/scratch_directory.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

enum class Files { kFresh, kRecycled };

void StageAndCommit(benchmark::State& state, Files files) {
  const auto width = static_cast<std::uint32_t>(state.range(0));
  const auto height = static_cast<std::uint32_t>(state.range(1));
  const ScratchDirectory directory;
  RenderStoreOptions options;
  options.directory = directory.path() / "renders";
  options.max_renders = 4;  // So that each render replaces the oldest.
  options.recycle = files == Files::kRecycled;
  auto store = RenderStore::Open(options);
  if (!store) return state.SkipWithError(store.error().message().c_str());

  StageRequest request;
  request.width = width;
  request.height = height;
  request.recyclable = options.recycle;
  for (auto _ : state) {
    auto staged = (*store)->StagePixels(request);
    if (!staged) return state.SkipWithError(staged.error().message().c_str());
    benchmark::DoNotOptimize((*staged)->pixels().data());
    const auto committed = (*staged)->Commit({}, {});
    if (!committed) {
      return state.SkipWithError(committed.error().message().c_str());
    }
  }
  state.counters["recycled"] =
      static_cast<double>((*store)->Stats().counters[static_cast<std::size_t>(
          IndexCounter::kRecycled)]);
}

void BM_StageAndCommitFresh(benchmark::State& state) {
  StageAndCommit(state, Files::kFresh);
}
BENCHMARK(BM_StageAndCommitFresh)
    ->ArgNames({"width", "height"})
    ->Args({1920, 1080})
    ->Args({3840, 2160})
    ->Unit(benchmark::kMicrosecond);

void BM_StageAndCommitRecycled(benchmark::State& state) {
  StageAndCommit(state, Files::kRecycled);
}
BENCHMARK(BM_StageAndCommitRecycled)
    ->ArgNames({"width", "height"})
    ->Args({1920, 1080})
    ->Args({3840, 2160})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace goxel
