// What does this machine charge for the steps that no design can avoid? Budgets
// are ratios to these, taken in the same run.

#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "renderer/renderer.h"

namespace goxel {
namespace {

constexpr std::uint32_t kWidth = 3840;
constexpr std::uint32_t kHeight = 2160;
constexpr std::size_t kFrameBytes = std::size_t{kWidth} * kHeight * 4;

// One copy of a 4K frame between two buffers that are both in use: the least
// that a transfer with a copy costs.
void BM_CopyFrame(benchmark::State& state) {
  const std::vector<std::byte> from(kFrameBytes, std::byte{1});
  std::vector<std::byte> to(kFrameBytes, std::byte{2});
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), kFrameBytes);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kFrameBytes));
}
BENCHMARK(BM_CopyFrame)->Unit(benchmark::kMillisecond);

// The same into fresh memory: what a buffer allocated per frame costs.
void BM_CopyFrameIntoFreshMemory(benchmark::State& state) {
  const std::vector<std::byte> from(kFrameBytes, std::byte{1});
  for (auto _ : state) {
    std::vector<std::byte> to(from);
    benchmark::DoNotOptimize(to.data());
  }
}
BENCHMARK(BM_CopyFrameIntoFreshMemory)->Unit(benchmark::kMillisecond);

// An empty 4K picture: clear and finish, the least that a draw costs.
void BM_DrawNothing(benchmark::State& state) {
  auto renderer = Renderer::Create();
  if (!renderer) return state.SkipWithError(renderer.error().message().c_str());
  const auto camera = ResolveCamera({}, std::nullopt, kWidth, kHeight);
  if (!camera) return state.SkipWithError(camera.error().message().c_str());
  std::vector<std::byte> pixels(kFrameBytes);
  const Volume nothing;
  std::uint64_t draw_ns = 0;
  for (auto _ : state) {
    const auto report = (*renderer)->Draw(ViewOf(nothing), *camera, {},
                                          {.pixels = pixels,
                                           .width = kWidth,
                                           .height = kHeight,
                                           .stride_bytes = kWidth * 4,
                                           .memory = {}});
    if (!report) return state.SkipWithError(report.error().message().c_str());
    draw_ns += report->draw_ns;
  }
  state.counters["draw_ms"] = benchmark::Counter(
      static_cast<double>(draw_ns) / 1e6, benchmark::Counter::kAvgIterations);
}
BENCHMARK(BM_DrawNothing)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goxel
