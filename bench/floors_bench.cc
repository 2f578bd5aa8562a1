// What does this machine charge for the steps that no design can avoid? Budgets
// are ratios to these, taken in the same run. Floors that need the set-up of
// what they are a floor to stand beside it: BM_MapFloor, BM_SocketEcho,
// BM_IndexFloor, BM_AdoptFloor, BM_EvictFloor. That of drawing is
// BM_Draw/nothing: clear and finish.

#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "bench/real_pictures.h"

namespace goxel {
namespace {

// One copy of a 4K frame between two buffers that are both in use: the least
// that a transfer with a copy costs.
void BM_CopyFrame(benchmark::State& state) {
  const Picture from(kPictureBytes, std::byte{1});
  Picture to(kPictureBytes, std::byte{2});
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), kPictureBytes);
    benchmark::ClobberMemory();
  }
  if (to != from) return state.SkipWithError("the copy differs");
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kPictureBytes));
}
BENCHMARK(BM_CopyFrame)->Unit(benchmark::kMillisecond);

// The same into fresh memory: what a buffer allocated per frame costs.
void BM_CopyFrameIntoFreshMemory(benchmark::State& state) {
  const Picture from(kPictureBytes, std::byte{1});
  for (auto _ : state) {
    Picture to(from);
    benchmark::DoNotOptimize(to.data());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kPictureBytes));
}
BENCHMARK(BM_CopyFrameIntoFreshMemory)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goxel
