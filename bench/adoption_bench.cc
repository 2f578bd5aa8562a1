// How long does a start take with a full directory? 10,000 PAM and 10,000 PNG
// files, small ones: adoption reads the first page or two of each, whatever its
// size. The floor is what it cannot do without: to list the directory, and to
// open, stat, read and close each file.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <span>
#include <vector>

#include "bench/scratch_directory.h"
#include "ipc/file_system.h"
#include "ipc/pam_header.h"
#include "transfer/png_encoder.h"
#include "transfer/render_store.h"

namespace goxel {
namespace {

constexpr std::uint32_t kFilesOfAKind = 10'000;
constexpr std::uint32_t kSide = 16;  // Pixels.

RenderRecord RecordOf(RenderId id, RenderFormat format) {
  return {.id = id,
          .key = {.high = id, .low = 1},
          .session = 1,
          .created_unix_s = std::time(nullptr),
          .ttl_s = 24 * 3600,
          .format = format,
          .width = kSide,
          .height = kSide,
          .camera_json = R"({"azimuth":45,"elevation":30,"fov":20})",
          .settings_json = R"({"background_color":"#ffffff","samples":4})"};
}

void WriteFile(const std::filesystem::path& directory,
               const RenderRecord& record, std::span<const std::byte> bytes) {
  const auto path = directory / RenderFileName(record);
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
  if (::write(fd.get(), bytes.data(), bytes.size()) !=
      static_cast<ssize_t>(bytes.size())) {
    std::abort();
  }
}

void WritePam(const std::filesystem::path& directory, RenderId id) {
  const RenderRecord record = RecordOf(id, RenderFormat::kPam);
  std::array<std::byte, kPamHeaderBytes + kSide * kSide * 4> file{};
  WritePamHeader(record, std::span(file).first<kPamHeaderBytes>());
  WriteFile(directory, record, file);
}

void WritePng(const std::filesystem::path& directory, RenderId id) {
  const RenderRecord record = RecordOf(id, RenderFormat::kPng);
  const std::vector<std::byte> pixels(std::size_t{kSide} * kSide * 4);
  std::vector<std::byte> file;
  const Status encoded = EncodePng(
      {.pixels = pixels,
       .width = kSide,
       .height = kSide,
       .stride_bytes = kSide * 4},
      &record, PngCompression::kFast, [&](std::span<const std::byte> bytes) {
        file.insert(file.end(), bytes.begin(), bytes.end());
        return Status();
      });
  if (!encoded.ok()) std::abort();
  WriteFile(directory, record, file);
}

// A directory as a daemon leaves it.
class FullDirectory {
 public:
  explicit FullDirectory(Place place) : scratch_(place) {
    for (RenderId id = 1; id <= kFilesOfAKind; ++id) {
      WritePam(scratch_.path(), id);
      WritePng(scratch_.path(), id + kFilesOfAKind);
    }
  }
  const std::filesystem::path& path() const { return scratch_.path(); }

 private:
  const ScratchDirectory scratch_;
};

// Made once: a benchmark is called several times.
const FullDirectory& FullDirectoryIn(Place place) {
  static const FullDirectory memory(kMemory);
  static const FullDirectory disk(kDisk);
  return place == kMemory ? memory : disk;
}

void BM_Adopt(benchmark::State& state) {
  const FullDirectory& directory =
      FullDirectoryIn(static_cast<Place>(state.range(0)));
  RenderStoreOptions options;
  options.directory = directory.path();
  options.max_renders = 2 * kFilesOfAKind;
  for (auto _ : state) {
    auto store = RenderStore::Open(options);
    if (!store) return state.SkipWithError(store.error().message().c_str());
    state.PauseTiming();
    if ((*store)->Stats().renders != 2 * kFilesOfAKind) {
      return state.SkipWithError("not every file was adopted");
    }
    store->reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * 2 * kFilesOfAKind);
}
BENCHMARK(BM_Adopt)
    ->ArgName("disk")
    ->Arg(kMemory)
    ->Arg(kDisk)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BM_AdoptFloor(benchmark::State& state) {
  const FullDirectory& directory =
      FullDirectoryIn(static_cast<Place>(state.range(0)));
  const UniqueFd directory_fd(
      ::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY));
  FileSystem files;
  for (auto _ : state) {
    const auto names = files.List(directory_fd.get());
    for (const std::string& name : *names) {
      std::array<std::byte, kPamHeaderBytes> start;
      struct stat status {};
      const UniqueFd fd(::openat(directory_fd.get(), name.c_str(), O_RDONLY));
      benchmark::DoNotOptimize(::fstat(fd.get(), &status));
      benchmark::DoNotOptimize(
          ::pread(fd.get(), start.data(), start.size(), 0));
    }
  }
  state.SetItemsProcessed(state.iterations() * 2 * kFilesOfAKind);
}
BENCHMARK(BM_AdoptFloor)
    ->ArgName("disk")
    ->Arg(kMemory)
    ->Arg(kDisk)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace goxel
