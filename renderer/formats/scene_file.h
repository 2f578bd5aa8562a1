// Reading voxel files: .vox (MagicaVoxel), .gox (Goxel), .qb (Qubicle), .txt
// (one voxel per line), and .ply and .obj where they are exports of voxels.
//
// A file is recognized by its content first and by its name second, so a
// misnamed file still loads. Every reader treats its input as hostile: lengths
// are checked before use, memory is bounded by the input and by `limits`,
// graphs are checked for cycles and depth. A failed read returns no scene at
// all.
//
// Thread safety: all functions may be called from any thread.

#ifndef RENDERER_FORMATS_SCENE_FILE_H_
#define RENDERER_FORMATS_SCENE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "ipc/status.h"
#include "renderer/scene/scene.h"

namespace goxel {

struct ReadLimits {
  std::uint64_t max_file_bytes = 1ull << 30;
  std::uint64_t max_voxels = 256ull << 20;  // After instancing.
  std::uint64_t max_tiles = 1ull << 18;     // 16 KiB each.
};

enum class SceneFormat { kVox, kGox, kQb, kTxt, kPly, kObj };

// "vox", "gox", ...: the end of such a file's name.
std::string_view ToString(SceneFormat format);

// kInvalidArgument, saying what the content looks like and which formats are
// read, when neither the bytes nor the name are known.
Result<SceneFormat> DetectSceneFormat(std::span<const std::byte> bytes,
                                      std::string_view file_name);

// kInvalidArgument or kDataLoss, naming the offset or line and what was
// expected there. An .obj file read in this way has no .mtl file beside it.
Result<Scene> ReadScene(std::span<const std::byte> bytes, SceneFormat format,
                        const ReadLimits& limits = {});

struct LoadedScene {
  Scene scene;
  SceneFormat format;  // Of the file's content.
};

// Opens, detects and reads. kNotFound, kPermissionDenied or kTooLarge besides.
// An .obj file may name .mtl files of its own directory, which are read too.
Result<LoadedScene> LoadSceneFile(const std::filesystem::path& path,
                                  const ReadLimits& limits = {});

// The same, for whoever does not care what the format was.
Result<Scene> LoadScene(const std::filesystem::path& path,
                        const ReadLimits& limits = {});

}  // namespace goxel

#endif  // RENDERER_FORMATS_SCENE_FILE_H_
