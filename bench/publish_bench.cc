// What does it cost to make room for a picture, to make it visible and to take
// it away again, apart from drawing it; in memory (disk:0) and on a disk
// (disk:1)?
//
//   zero_copy  the rasteriser drew into the file: nothing is copied
//   read_back  one copy of the frame into a file that is used again
//   fresh      one copy into a new file, which pays for every page of it
//
// Floors: BM_CopyFrame for the copies, BM_EvictFloor for the removal.

#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "bench/scratch_directory.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

// Few, so that after a few renders each takes the place of an older one, as it
// does in a daemon that has run for a while.
constexpr std::uint32_t kStoreRenders = 4;
constexpr int kWarmUpRenders = 2 * kStoreRenders;

constexpr std::uint32_t k4KWidth = 3840;
constexpr std::uint32_t k4KHeight = 2160;

enum class Publishing { kZeroCopy, kReadBack, kFresh };

Result<std::unique_ptr<RenderStore>> OpenStore(
    const ScratchDirectory& directory, bool recycle) {
  RenderStoreOptions options;
  options.directory = directory.path() / "renders";
  options.max_renders = kStoreRenders;
  options.recycle = recycle;
  return RenderStore::Open(options);
}

StageRequest RawRequest(std::uint32_t width, std::uint32_t height,
                        bool recyclable) {
  StageRequest request;
  request.width = width;
  request.height = height;
  request.recyclable = recyclable;
  return request;
}

// Publishes `frame`; an empty one stands for what was drawn in place.
Result<RenderInfo> PublishRaw(RenderStore& store, const StageRequest& request,
                              std::span<const std::byte> frame) {
  auto staged = store.StagePixels(request);
  if (!staged) return Fail(staged.error());
  const auto pixels = (*staged)->pixels();
  if (!frame.empty()) std::memcpy(pixels.data(), frame.data(), frame.size());
  benchmark::DoNotOptimize(pixels.data());
  return (*staged)->Commit({}, {});
}

bool FileEndsWith(const std::filesystem::path& path,
                  std::span<const std::byte> bytes) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(-static_cast<std::streamoff>(bytes.size()), std::ios::end);
  std::vector<char> end(bytes.size());
  file.read(end.data(), static_cast<std::streamsize>(end.size()));
  return file && std::memcmp(end.data(), bytes.data(), bytes.size()) == 0;
}

std::uint64_t RecycledSoFar(const RenderStore& store) {
  return store.Stats()
      .counters[static_cast<std::size_t>(IndexCounter::kRecycled)];
}

void BM_Publish(benchmark::State& state, Publishing how) {
  const auto height = static_cast<std::uint32_t>(state.range(1));
  const std::uint32_t width = height / 9 * 16;
  const ScratchDirectory directory(static_cast<Place>(state.range(0)));
  const bool recycle = how != Publishing::kFresh;
  auto store = OpenStore(directory, recycle);
  if (!store) return state.SkipWithError(store.error().message().c_str());
  std::vector<std::byte> frame;
  if (how != Publishing::kZeroCopy) {
    frame.assign(std::size_t{width} * height * 4, std::byte{0x5a});
  }
  const auto request = RawRequest(width, height, recycle);
  for (int i = 0; i < kWarmUpRenders; ++i) {
    const auto info = PublishRaw(**store, request, frame);
    if (!info || !FileEndsWith((*store)->PathOf(*info), frame)) {
      return state.SkipWithError("the file does not hold the frame");
    }
  }
  if ((RecycledSoFar(**store) > 0) != recycle) {
    return state.SkipWithError("files are not used again as they should be");
  }
  for (auto _ : state) {
    const auto info = PublishRaw(**store, request, frame);
    if (!info) return state.SkipWithError(info.error().message().c_str());
  }
  state.SetItemsProcessed(state.iterations());
  if (!frame.empty()) {
    state.SetBytesProcessed(state.iterations() *
                            static_cast<std::int64_t>(frame.size()));
  }
}

void ByPlaceAndHeight(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"disk", "height"})
      ->Args({kMemory, 1080})
      ->Args({kMemory, k4KHeight})
      ->Args({kDisk, k4KHeight})
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(BM_Publish, zero_copy, Publishing::kZeroCopy)
    ->Apply(ByPlaceAndHeight);
BENCHMARK_CAPTURE(BM_Publish, read_back, Publishing::kReadBack)
    ->Apply(ByPlaceAndHeight);
BENCHMARK_CAPTURE(BM_Publish, fresh, Publishing::kFresh)
    ->Apply(ByPlaceAndHeight);

// A file of 1 MiB, as large as a PNG of a 4K picture, in the pieces in which
// the encoder makes it.
void BM_PublishEncoded(benchmark::State& state) {
  constexpr std::size_t kFileBytes = std::size_t{1} << 20;
  const std::vector<std::byte> piece(std::size_t{64} << 10, std::byte{0x5a});
  const ScratchDirectory directory(static_cast<Place>(state.range(0)));
  auto store = OpenStore(directory, /*recycle=*/true);
  if (!store) return state.SkipWithError(store.error().message().c_str());
  StageRequest request = RawRequest(k4KWidth, k4KHeight, false);
  request.format = RenderFormat::kPng;
  for (auto _ : state) {
    auto staged = (*store)->StageFile(request, kFileBytes);
    if (!staged) return state.SkipWithError(staged.error().message().c_str());
    for (std::size_t size = 0; size < kFileBytes; size += piece.size()) {
      if (!(*staged)->Append(piece).ok()) {
        return state.SkipWithError("a piece was not written");
      }
    }
    const auto info = (*staged)->Commit({}, {});
    if (!info || info->size_bytes != kFileBytes) {
      return state.SkipWithError("the file is not whole");
    }
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kFileBytes));
}
BENCHMARK(BM_PublishEncoded)
    ->ArgName("disk")
    ->Arg(kMemory)
    ->Arg(kDisk)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// The name, the slot and the pages of a 4K render. Given, because making each
// one takes longer than what is timed.
constexpr benchmark::IterationCount kRemovals = 20;

void RemovalsByPlace(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("disk")
      ->Arg(kMemory)
      ->Arg(kDisk)
      ->Iterations(kRemovals)
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}

void BM_Evict(benchmark::State& state) {
  const ScratchDirectory directory(static_cast<Place>(state.range(0)));
  auto store = OpenStore(directory, /*recycle=*/false);
  if (!store) return state.SkipWithError(store.error().message().c_str());
  const std::vector<std::byte> frame(std::size_t{k4KWidth} * k4KHeight * 4);
  const auto request = RawRequest(k4KWidth, k4KHeight, false);
  for (auto _ : state) {
    state.PauseTiming();
    const auto info = PublishRaw(**store, request, frame);
    if (!info) return state.SkipWithError(info.error().message().c_str());
    state.ResumeTiming();
    const auto freed = (*store)->Withdraw(info->id);
    if (!freed || *freed < frame.size() || (*store)->Find(info->id)) {
      return state.SkipWithError("the render is still there");
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Evict)->Apply(RemovalsByPlace);

void BM_EvictFloor(benchmark::State& state) {
  const ScratchDirectory directory(static_cast<Place>(state.range(0)));
  const std::vector<std::byte> frame(std::size_t{k4KWidth} * k4KHeight * 4);
  for (auto _ : state) {
    state.PauseTiming();
    UniqueFd fd(::openat(directory.fd(), "file", O_RDWR | O_CREAT, 0600));
    if (::write(fd.get(), frame.data(), frame.size()) !=
        static_cast<ssize_t>(frame.size())) {
      return state.SkipWithError("cannot write a file");
    }
    state.ResumeTiming();
    ::unlinkat(directory.fd(), "file", 0);
    fd.reset();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_EvictFloor)->Apply(RemovalsByPlace);

}  // namespace
}  // namespace goxel
