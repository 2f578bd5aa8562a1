// How long does a client need to learn where a render is, by how many renders
// there are, and while the daemon publishes others? The floor is to copy one
// row whose place is known.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "bench/mapped_render_file.h"
#include "clients/cpp/render_catalog.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"

namespace goxel {
namespace {

// From what fits the first cache to the most that a daemon takes (16 MiB of
// rows).
void ByRenders(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("renders")->Arg(1)->Arg(64)->Arg(1024)->Arg(65536);
}

// A render whose key follows from its id.
RenderInfo DescribeIndexed(RenderId id) {
  RenderInfo info = DescribeRender(id, 64, 64);
  info.key = {.high = id * 0x9e3779b97f4a7c15, .low = ~id};
  return info;
}

// An index of `count` renders with random ids, and the same ids in an order
// that the processor's prefetcher cannot know.
class FilledIndex {
 public:
  explicit FilledIndex(std::size_t count) {
    auto writer = RenderIndexWriter::Create(
        directory_.fd(), static_cast<std::uint32_t>(2 * count), 1);
    if (!writer || !(*writer)->MakeLive().ok()) std::abort();
    writer_ = *std::move(writer);
    for (std::size_t i = 0; i < count; ++i) {
      ids_.push_back(random_() | 1);
      if (!writer_->Publish(DescribeIndexed(ids_.back())).ok()) std::abort();
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

// Filled once for all benchmarks: that takes longer than what they time.
FilledIndex& IndexFor(const benchmark::State& state) {
  static std::map<std::int64_t, std::unique_ptr<FilledIndex>> indexes;
  auto& index = indexes[state.range(0)];
  if (!index) {
    index =
        std::make_unique<FilledIndex>(static_cast<std::size_t>(state.range(0)));
  }
  return *index;
}

// Looks each of `sought` up in turn; `find` is the call that is timed.
template <typename Sought, typename Find>
void LookUp(benchmark::State& state, const std::vector<Sought>& sought,
            Find find) {
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(find(sought[next]));
    if (++next == sought.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

// The same for renders that are there: each must be found as what it is.
template <typename Sought, typename Find>
void LookUpPresent(benchmark::State& state, const std::vector<RenderId>& ids,
                   const std::vector<Sought>& sought, Find find) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto found = find(sought[i]);
    if (!found || found->id != ids[i] || found->width != 64) {
      return state.SkipWithError("a render is not found as it was published");
    }
  }
  LookUp(state, sought, find);
}

void BM_IndexFloor(benchmark::State& state) {
  using Row = std::array<std::byte, sizeof(IndexSlot)>;
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<Row> rows(2 * count, Row{std::byte{1}});
  std::mt19937_64 random{42};
  std::vector<std::size_t> places(count);
  for (std::size_t& place : places) place = random() % rows.size();
  LookUp(state, places, [&](std::size_t place) {
    Row copy = rows[place];
    benchmark::DoNotOptimize(copy);
    return copy.front();
  });
}
BENCHMARK(BM_IndexFloor)->Apply(ByRenders);

void BM_IndexFind(benchmark::State& state) {
  const FilledIndex& index = IndexFor(state);
  const auto reader = RenderIndexReader::Open(index.directory().fd());
  if (!reader) return state.SkipWithError(reader.error().message().c_str());
  LookUpPresent(state, index.ids(), index.ids(),
                [&](RenderId id) { return reader->Find(id); });
}
BENCHMARK(BM_IndexFind)->Apply(ByRenders);

void BM_IndexFindByKey(benchmark::State& state) {
  const FilledIndex& index = IndexFor(state);
  const auto reader = RenderIndexReader::Open(index.directory().fd());
  if (!reader) return state.SkipWithError(reader.error().message().c_str());
  std::vector<ContentKey> keys;
  for (const RenderId id : index.ids()) keys.push_back(DescribeIndexed(id).key);
  LookUpPresent(state, index.ids(), keys,
                [&](ContentKey key) { return reader->FindByKey(key); });
}
BENCHMARK(BM_IndexFindByKey)->Apply(ByRenders);

// Through RenderCatalog, which follows restarted daemons.
void BM_CatalogFind(benchmark::State& state) {
  const FilledIndex& index = IndexFor(state);
  const auto catalog = RenderCatalog::Open(index.directory().path());
  if (!catalog) return state.SkipWithError(catalog.error().message().c_str());
  LookUpPresent(state, index.ids(), index.ids(),
                [&](RenderId id) { return (*catalog)->Find(id); });
}
BENCHMARK(BM_CatalogFind)->Apply(ByRenders);

// A miss makes an error with a message for people; the look-up itself is cheap.
void BM_IndexMiss(benchmark::State& state) {
  FilledIndex& index = IndexFor(state);
  const auto reader = RenderIndexReader::Open(index.directory().fd());
  if (!reader) return state.SkipWithError(reader.error().message().c_str());
  std::vector<RenderId> missing(4096);
  for (RenderId& id : missing) id = index.NewId();
  for (const RenderId id : missing) {
    const auto found = reader->Find(id);
    if (found || found.error().code() != StatusCode::kNotFound) {
      return state.SkipWithError("a render is found that was never made");
    }
  }
  LookUp(state, missing, [&](RenderId id) { return reader->Find(id); });
}
BENCHMARK(BM_IndexMiss)->Apply(ByRenders);

// With a writer on another core that publishes the very same renders as fast as
// it can: far more than any daemon does. A look-up may say that the writer was
// always inside, but never mix two publications.
void BM_IndexFindUnderWriter(benchmark::State& state) {
  FilledIndex& index = IndexFor(state);
  const auto reader = RenderIndexReader::Open(index.directory().fd());
  if (!reader) return state.SkipWithError(reader.error().message().c_str());
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) {
      for (const RenderId id : index.ids()) {
        if (stop || !index.writer().Publish(DescribeIndexed(id)).ok()) return;
      }
    }
  });
  bool all_whole = true;
  LookUp(state, index.ids(), [&](RenderId id) {
    const auto found = reader->Find(id);
    all_whole &= !found || (found->id == id && found->key.low == ~id);
    return found;
  });
  stop = true;
  writer.join();
  if (!all_whole) state.SkipWithError("a look-up mixed two renders");
}
BENCHMARK(BM_IndexFindUnderWriter)->Apply(ByRenders);

}  // namespace
}  // namespace goxel
