// How long does a client need from a render's id to its first pixel, for a 4K
// render of 33 MB? The floor in the same run is what any program pays that
// opens and maps a file whose name it knows: no look-up, no lease, no check.

#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include "bench/core_pin.h"
#include "bench/mapped_render_file.h"
#include "clients/cpp/render_catalog.h"
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
  std::string name() const { return RenderFileName(info_); }
  std::size_t size_bytes() const { return info_.size_bytes; }

 private:
  ScratchDirectory directory_;
  RenderInfo info_;
  std::unique_ptr<RenderIndexWriter> writer_;
};

void BM_MapRender(benchmark::State& state) {
  const CorePin pin;
  const PublishedRender render(state);
  const auto catalog = RenderCatalog::Open(render.directory());
  if (!catalog) return state.SkipWithError(catalog.error().message().c_str());
  for (auto _ : state) {
    const auto image = (*catalog)->Map(kId);
    if (!image) return state.SkipWithError(image.error().message().c_str());
    benchmark::DoNotOptimize(image->pixels().front());
  }
}
BENCHMARK(BM_MapRender);

void BM_MapFloor(benchmark::State& state) {
  const CorePin pin;
  const PublishedRender render(state);
  const std::string name = render.name();
  for (auto _ : state) {
    const UniqueFd fd(
        ::openat(render.directory_fd(), name.c_str(), O_RDONLY | O_CLOEXEC));
    void* bytes = ::mmap(nullptr, render.size_bytes(), PROT_READ, MAP_SHARED,
                         fd.get(), 0);
    if (bytes == MAP_FAILED) return state.SkipWithError("cannot map");
    benchmark::DoNotOptimize(static_cast<const char*>(bytes)[4096]);
    ::munmap(bytes, render.size_bytes());
  }
}
BENCHMARK(BM_MapFloor);

}  // namespace
}  // namespace goxel
