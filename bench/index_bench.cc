// How long does a client need to learn where a render is, by how many renders
// there are, and while the daemon publishes others?

#include <benchmark/benchmark.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "bench/mapped_render_file.h"
#include "clients/cpp/render_catalog.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"

namespace goxel {
namespace {

// An index of `count` renders with random ids, and the same ids in an order
// that the processor's prefetcher cannot know.
class FilledIndex {
 public:
  FilledIndex(benchmark::State& state, std::size_t count) {
    auto writer = RenderIndexWriter::Create(
        directory_.fd(), static_cast<std::uint32_t>(2 * count), 1);
    if (!writer || !(*writer)->MakeLive().ok()) {
      state.SkipWithError("cannot make an index");
      return;
    }
    writer_ = *std::move(writer);
    for (std::size_t i = 0; i < count; ++i) {
      ids_.push_back(random_() | 1);
      if (!writer_->Publish(DescribeRender(ids_.back(), 64, 64)).ok()) {
        state.SkipWithError("cannot publish");
        return;
      }
    }
    std::ranges::shuffle(ids_, random_);
  }

  const ScratchDirectory& directory() const { return directory_; }
  RenderIndexWriter& writer() { return *writer_; }
  const std::vector<RenderId>& ids() const { return ids_; }
  RenderId NewId() { return random_() & ~std::uint64_t{1}; }

 private:
  ScratchDirectory directory_;
  std::mt19937_64 random_{42};
  std::unique_ptr<RenderIndexWriter> writer_;
  std::vector<RenderId> ids_;
};

// Looks `ids` up in turn; `find` is the call that is timed.
template <typename Find>
void LookUp(benchmark::State& state, const std::vector<RenderId>& ids,
            Find find) {
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(find(ids[next]));
    if (++next == ids.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_IndexFind(benchmark::State& state) {
  const FilledIndex index(state, static_cast<std::size_t>(state.range(0)));
  const auto reader = RenderIndexReader::Open(index.directory().fd());
  if (!reader) return state.SkipWithError(reader.error().message().c_str());
  LookUp(state, index.ids(), [&](RenderId id) { return reader->Find(id); });
}
BENCHMARK(BM_IndexFind)
    ->ArgName("renders")
    ->RangeMultiplier(16)
    ->Range(1, 65536);

// The same through RenderCatalog, which follows restarted daemons.
void BM_CatalogFind(benchmark::State& state) {
  const FilledIndex index(state, static_cast<std::size_t>(state.range(0)));
  const auto catalog = RenderCatalog::Open(index.directory().path());
  if (!catalog) return state.SkipWithError(catalog.error().message().c_str());
  LookUp(state, index.ids(), [&](RenderId id) { return (*catalog)->Find(id); });
}
BENCHMARK(BM_CatalogFind)->ArgName("renders")->Arg(100)->Arg(65536);

// A miss makes an error with a message for people; the look-up itself is cheap.
void BM_IndexMiss(benchmark::State& state) {
  FilledIndex index(state, static_cast<std::size_t>(state.range(0)));
  const auto reader = RenderIndexReader::Open(index.directory().fd());
  if (!reader) return state.SkipWithError(reader.error().message().c_str());
  std::vector<RenderId> missing(4096);
  for (RenderId& id : missing) id = index.NewId();
  LookUp(state, missing, [&](RenderId id) { return reader->Find(id); });
}
BENCHMARK(BM_IndexMiss)->ArgName("renders")->Arg(100)->Arg(65536);

// With a writer on another core that publishes the very same renders as fast as
// it can: far more than any daemon does.
void BM_IndexFindUnderWriter(benchmark::State& state) {
  FilledIndex index(state, static_cast<std::size_t>(state.range(0)));
  const auto reader = RenderIndexReader::Open(index.directory().fd());
  if (!reader) return state.SkipWithError(reader.error().message().c_str());
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) {
      for (const RenderId id : index.ids()) {
        if (stop || !index.writer().Publish(DescribeRender(id, 32, 32)).ok()) {
          return;
        }
      }
    }
  });
  LookUp(state, index.ids(), [&](RenderId id) { return reader->Find(id); });
  stop = true;
  writer.join();
}
BENCHMARK(BM_IndexFindUnderWriter)->ArgName("renders")->Arg(100)->Arg(65536);

}  // namespace
}  // namespace goxel
