// How long does a scene take from a file in the page cache to voxels, by
// format? The same two scenes for all formats, so that they can be compared:
// what our exporters write of them. The .vox of the scene block is the file
// that MagicaVoxel wrote. Meshes (.ply, .obj) hold the surface alone, and come
// back as the voxels behind it.

#include <benchmark/benchmark.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "bench/real_scenes.h"
#include "bench/scratch_directory.h"
#include "renderer/formats/scene_file.h"
#include "renderer/formats/scene_writer.h"

namespace goxel {
namespace {

struct LoadFormat {
  SceneFormat read;
  ExportFormat written;
  bool surface_only;
};
constexpr LoadFormat kLoadFormats[] = {
    {SceneFormat::kVox, ExportFormat::kVox, false},
    {SceneFormat::kGox, ExportFormat::kGox, false},
    {SceneFormat::kQb, ExportFormat::kQb, false},
    {SceneFormat::kTxt, ExportFormat::kTxt, false},
    {SceneFormat::kPly, ExportFormat::kPly, true},
    {SceneFormat::kObj, ExportFormat::kObj, true},
};

Status WriteFileOf(const Scene& scene, ExportFormat format,
                   const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary);
  return WriteScene(scene, format, {}, [&](std::string_view bytes) {
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file ? Status()
                : Status(StatusCode::kStorageFailed,
                         "cannot write " + path.string());
  });
}

// What MagicaVoxel wrote where there is that, what we write elsewhere.
Result<std::filesystem::path> FileToLoad(const std::string& scene,
                                         const LoadFormat& format,
                                         const ScratchDirectory& directory) {
  if (format.read == SceneFormat::kVox) {
    if (auto original = FileOfScene(scene)) return original;
  }
  const auto& content = SceneNamed(scene);
  if (!content) return Fail(content.error());
  const auto path =
      directory.path() / ("scene." + std::string(ToString(format.read)));
  Status written = WriteFileOf(*content, format.written, path);
  if (written.ok() && format.read == SceneFormat::kObj) {
    written = WriteFileOf(*content, ExportFormat::kMtl,
                          directory.path() / WriteOptions{}.material_file);
  }
  if (!written.ok()) return Fail(written);
  return path;
}

bool IsWhole(const Scene& loaded, const std::string& scene,
             const LoadFormat& format) {
  const auto voxels = Composite(loaded).CountVoxels();
  const auto all = Composite(*SceneNamed(scene)).CountVoxels();
  return format.surface_only ? voxels > all / 10 && voxels <= all
                             : voxels == all;
}

void LoadFile(benchmark::State& state, const std::string& scene,
              const LoadFormat& format) {
  const ScratchDirectory directory;
  const auto path = FileToLoad(scene, format, directory);
  if (!path) return state.SkipWithError(path.error().message().c_str());
  const auto first = LoadScene(*path);
  if (!first) return state.SkipWithError(first.error().message().c_str());
  if (!IsWhole(*first, scene, format)) {
    return state.SkipWithError("voxels were lost on the way");
  }
  for (auto _ : state) benchmark::DoNotOptimize(LoadScene(*path));
  state.SetItemsProcessed(
      state.iterations() *
      static_cast<std::int64_t>(Composite(*first).CountVoxels()));
  state.SetBytesProcessed(
      state.iterations() *
      static_cast<std::int64_t>(std::filesystem::file_size(*path)));
}

bool RegisterLoading() {
  for (const LoadFormat& format : kLoadFormats) {
    for (const std::string& scene : ScenesAtHand({"demo", "block"})) {
      const auto name =
          "BM_Load/" + std::string(ToString(format.read)) + "/" + scene;
      benchmark::RegisterBenchmark(
          name.c_str(),
          [=](benchmark::State& state) { LoadFile(state, scene, format); })
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime();
    }
  }
  return true;
}

[[maybe_unused]] const bool kLoadingRegistered = RegisterLoading();

}  // namespace
}  // namespace goxel
