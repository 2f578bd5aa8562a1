// What does the store's bookkeeping cost in a directory with many renders:
// admission, eviction, refusal, a page of the list?

#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/scratch_directory.h"
#include "ipc/file_system.h"
#include "ipc/render_index_reader.h"
#include "transfer/clock.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

constexpr std::uint32_t kMostRenders = 65'536;
// Given, because trying how many are enough would fill the directory each time.
constexpr benchmark::IterationCount kRounds = 4'000;

// Unlinks nothing: what is left is the bookkeeping.
class KeepingFileSystem final : public FileSystem {
  int Refuse(FileCall kind) override {
    return kind == FileCall::kUnlink ? ENOENT : 0;
  }
};

// A store with many small renders in it, each of one page.
struct CrowdedStore {
  CrowdedStore(std::uint32_t renders, std::uint32_t max_renders) {
    RenderStoreOptions options;
    options.directory = directory.path() / "renders";
    options.max_renders = max_renders;
    auto opened =
        RenderStore::Open(options, std::make_shared<KeepingFileSystem>(),
                          std::make_shared<SystemClock>());
    if (!opened) {
      failure = opened.error().message();
      return;
    }
    store = std::move(*opened);
    for (std::uint32_t i = 0; i < renders; ++i) {
      if (const auto made = MakeSmall(); !made) {
        failure = made.error().message();
        store.reset();
        return;
      }
    }
  }

  Result<RenderInfo> MakeSmall() const {
    const StageRequest request{.key = {},
                               .ttl = {},
                               .format = RenderFormat::kPpm,
                               .width = 1,
                               .height = 1};
    auto staged = store->StageFile(request, /*max_file_bytes=*/4096);
    if (!staged) return Fail(staged.error());
    const std::byte content{};
    (void)(*staged)->Append({&content, 1});
    return (*staged)->Commit({}, {});
  }

  ScratchDirectory directory;
  std::unique_ptr<RenderStore> store;
  std::string failure;  // Why there is no store.
};

// Filled once for benchmarks that want the same one after the other: that takes
// longer than what they time.
const CrowdedStore& CrowdOf(std::uint32_t renders, std::uint32_t max_renders) {
  static std::unique_ptr<CrowdedStore> crowd;
  static std::pair<std::uint32_t, std::uint32_t> shape;
  if (!crowd || shape != std::pair(renders, max_renders)) {
    shape = {renders, max_renders};
    crowd.reset();
    crowd = std::make_unique<CrowdedStore>(renders, max_renders);
  }
  return *crowd;
}

// Shows the mean of what a histogram of the store's index counts in its life,
// in microseconds.
class MeanTime {
 public:
  MeanTime(benchmark::State& state, const CrowdedStore& crowd,
           IndexHistogram histogram, std::string name)
      : state_(state),
        crowd_(crowd),
        histogram_(histogram),
        name_(std::move(name)),
        before_(Times()) {}
  ~MeanTime() {
    const Histogram after = Times();
    const auto sum_ns = static_cast<double>(after.sum_ns - before_.sum_ns);
    const auto count = static_cast<double>(after.count() - before_.count());
    state_.counters[name_] = sum_ns / count / 1e3;
  }
  MeanTime(const MeanTime&) = delete;
  MeanTime& operator=(const MeanTime&) = delete;

 private:
  Histogram Times() const {
    const UniqueFd fd(::open(crowd_.store->directory().c_str(),
                             O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto index = RenderIndexReader::Open(fd.get());
    if (!index) return {};
    return index->Histograms().at(static_cast<std::size_t>(histogram_));
  }

  benchmark::State& state_;
  const CrowdedStore& crowd_;
  const IndexHistogram histogram_;
  const std::string name_;
  const Histogram before_;
};

// What a request pays for room in a directory with many renders. Time is that
// of StagePixels() and of giving the render up again; its frame is a spare, so
// no file is made.
void BM_AdmitWithRoom(benchmark::State& state) {
  const auto renders = static_cast<std::uint32_t>(state.range(0));
  const CrowdedStore& crowd = CrowdOf(renders, /*max_renders=*/renders + 1);
  if (!crowd.store) return state.SkipWithError(crowd.failure.c_str());
  const StageRequest request{.key = {}, .ttl = {}, .width = 1, .height = 1};
  const MeanTime admit(state, crowd, IndexHistogram::kAdmit, "admit_us");
  for (auto _ : state) {
    auto staged = crowd.store->StagePixels(request);
    if (!staged) return state.SkipWithError(staged.error().message().c_str());
  }
}
BENCHMARK(BM_AdmitWithRoom)
    ->ArgName("renders")
    ->Arg(1'000)
    ->Arg(kMostRenders - 1)
    ->Iterations(kRounds)
    ->Unit(benchmark::kMicrosecond);

// The same where the oldest of them has to go each time. Time is that of a
// whole render without drawing; the figures beside it are the means of the
// admission, and of the removal that is most of it. The unlink itself is left
// out.
void BM_AdmitByEviction(benchmark::State& state) {
  const auto renders = static_cast<std::uint32_t>(state.range(0));
  const CrowdedStore& crowd = CrowdOf(renders, /*max_renders=*/renders);
  if (!crowd.store) return state.SkipWithError(crowd.failure.c_str());
  const MeanTime admit(state, crowd, IndexHistogram::kAdmit, "admit_us");
  const MeanTime evict(state, crowd, IndexHistogram::kEvict, "evict_us");
  for (auto _ : state) {
    if (const auto made = crowd.MakeSmall(); !made) {
      return state.SkipWithError(made.error().message().c_str());
    }
  }
}
BENCHMARK(BM_AdmitByEviction)
    ->ArgName("renders")
    ->Arg(1'000)
    ->Arg(kMostRenders)
    ->Iterations(kRounds)
    ->Unit(benchmark::kMicrosecond);

// And where every one of them is leased: how long a refusal takes.
void BM_RefuseWhereAllIsLeased(benchmark::State& state) {
  const auto renders = static_cast<std::uint32_t>(state.range(0));
  const CrowdedStore& crowd = CrowdOf(renders, /*max_renders=*/renders);
  if (!crowd.store) return state.SkipWithError(crowd.failure.c_str());
  const std::vector<RenderInfo> leased = crowd.store->List();
  for (const RenderInfo& info : leased) {
    (void)crowd.store->AcquireLease(info.id);
  }
  const StageRequest request{.key = {}, .ttl = {}, .width = 1, .height = 1};
  bool refused = true;
  for (auto _ : state) refused &= !crowd.store->StagePixels(request);
  for (const RenderInfo& info : leased) crowd.store->ReleaseLease(info.id);
  if (!refused) state.SkipWithError("a leased render was evicted");
}
BENCHMARK(BM_RefuseWhereAllIsLeased)
    ->ArgName("renders")
    ->Arg(kMostRenders)
    ->Iterations(kRounds)
    ->Unit(benchmark::kMicrosecond);

// A page of a long list, as it is streamed.
void BM_ListPage(benchmark::State& state) {
  const auto renders = static_cast<std::uint32_t>(state.range(0));
  const CrowdedStore& crowd = CrowdOf(renders, /*max_renders=*/renders);
  if (!crowd.store) return state.SkipWithError(crowd.failure.c_str());
  std::uint64_t next = 0;
  std::int64_t listed = 0;
  for (auto _ : state) {
    const auto page = crowd.store->ListFrom(next, 128);
    next = page.next;
    listed += static_cast<std::int64_t>(page.renders.size());
  }
  if (listed == 0) return state.SkipWithError("the list is empty");
  state.SetItemsProcessed(listed);
}
BENCHMARK(BM_ListPage)
    ->ArgName("renders")
    ->Arg(kMostRenders)
    ->Iterations(kRounds)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace goxel
