// How long does a client need to attach to a daemon's renders, and from a
// render's id to its first pixel, for a 4K render of 33 MB? The floor in the
// same run is what any program pays that opens and maps a file whose name it
// knows: no look-up, no lease, no check. All on one core.

#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <string>
#include <vector>

#include "bench/core_pin.h"
#include "bench/mapped_render_file.h"
#include "clients/cpp/render_catalog.h"
#include "ipc/lease.h"
#include "ipc/pam_header.h"
#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"

namespace goxel {
namespace {

constexpr RenderId kId = 0x0123456789abcdef;

// One published 4K render.
class PublishedRender {
 public:
  explicit PublishedRender(benchmark::State& state)
      : info_(DescribeRender(kId, 3840, 2160)) {
    auto writer = RenderIndexWriter::Create(directory_.fd(), 200, 1);
    if (!WriteRenderFile(directory_, info_).ok() || !writer ||
        !(*writer)->MakeLive().ok() || !(*writer)->Publish(info_).ok()) {
      state.SkipWithError("cannot publish a render");
      return;
    }
    writer_ = *std::move(writer);
  }

  const std::filesystem::path& directory() const { return directory_.path(); }
  int directory_fd() const { return directory_.fd(); }
  std::size_t size_bytes() const { return info_.size_bytes; }
  UniqueFd OpenFile() const {
    return UniqueFd(
        ::openat(directory_.fd(), name_.c_str(), O_RDONLY | O_CLOEXEC));
  }

 private:
  ScratchDirectory directory_;
  const RenderInfo info_;
  const std::string name_ = RenderFileName(info_);
  std::unique_ptr<RenderIndexWriter> writer_;
};

void BM_AttachIndex(benchmark::State& state) {
  const CorePin pin;
  const PublishedRender render(state);
  for (auto _ : state) {
    const auto reader = RenderIndexReader::Open(render.directory_fd());
    if (!reader || !reader->Find(kId)) {
      return state.SkipWithError("the render is not in the index");
    }
  }
}
BENCHMARK(BM_AttachIndex);

// What the client library does once for each directory.
void BM_AttachCatalog(benchmark::State& state) {
  const CorePin pin;
  const PublishedRender render(state);
  for (auto _ : state) {
    const auto catalog = RenderCatalog::Open(render.directory());
    if (!catalog || !(*catalog)->Find(kId)) {
      return state.SkipWithError("the render is not in the catalog");
    }
  }
}
BENCHMARK(BM_AttachCatalog);

// A lease of a reader that maps nothing: open, lock, and close, which gives the
// lock up.
void BM_Lease(benchmark::State& state) {
  const CorePin pin;
  const PublishedRender render(state);
  for (auto _ : state) {
    const UniqueFd fd = render.OpenFile();
    const auto lease = TakeReadLease(fd.get());
    if (!lease || *lease != LeaseResult::kGranted) {
      return state.SkipWithError("the lease was not granted");
    }
  }
}
BENCHMARK(BM_Lease);

// The daemon's question, before it takes a file away, whether anybody reads it.
void BM_ProbeLease(benchmark::State& state) {
  const CorePin pin;
  const PublishedRender render(state);
  const UniqueFd asking = render.OpenFile();
  std::vector<UniqueFd> readers;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    readers.push_back(render.OpenFile());
    if (!TakeReadLease(readers.back().get())) {
      return state.SkipWithError("the lease was not granted");
    }
  }
  for (auto _ : state) {
    const auto leased = IsReadLeased(asking.get());
    if (!leased || *leased == readers.empty()) {
      return state.SkipWithError("the probe is wrong about the readers");
    }
  }
}
BENCHMARK(BM_ProbeLease)->ArgName("readers")->Arg(0)->Arg(64);

void BM_MapRender(benchmark::State& state) {
  const CorePin pin;
  const PublishedRender render(state);
  const auto catalog = RenderCatalog::Open(render.directory());
  if (!catalog) return state.SkipWithError(catalog.error().message().c_str());
  for (auto _ : state) {
    const auto image = (*catalog)->Map(kId);
    if (!image) return state.SkipWithError(image.error().message().c_str());
    if (image->pixels().front() != kPixelByte) {
      return state.SkipWithError("the pixel is not the render's");
    }
  }
}
BENCHMARK(BM_MapRender);

void BM_MapFloor(benchmark::State& state) {
  const CorePin pin;
  const PublishedRender render(state);
  for (auto _ : state) {
    const UniqueFd fd = render.OpenFile();
    void* bytes = ::mmap(nullptr, render.size_bytes(), PROT_READ, MAP_SHARED,
                         fd.get(), 0);
    if (bytes == MAP_FAILED) return state.SkipWithError("cannot map");
    // DoNotOptimize() of a byte in memory would not read it.
    if (static_cast<const std::byte*>(bytes)[kPamHeaderBytes] != kPixelByte) {
      return state.SkipWithError("the pixel is not the render's");
    }
    ::munmap(bytes, render.size_bytes());
  }
}
BENCHMARK(BM_MapFloor);

}  // namespace
}  // namespace goxel
