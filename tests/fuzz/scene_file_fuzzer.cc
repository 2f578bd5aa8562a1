// Feeds arbitrary bytes to the readers of voxel files and, where they make a
// scene, to a writer. The first byte chooses: the format that is read, and the
// one that is written, if any. The rest is the file; that of an .obj file ends
// at the first NUL byte, behind which its .mtl file stands.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "renderer/formats/obj_format.h"
#include "renderer/formats/scene_file.h"
#include "renderer/formats/scene_writer.h"

namespace goxel {
namespace {

constexpr SceneFormat kReadFormats[] = {SceneFormat::kVox, SceneFormat::kGox,
                                        SceneFormat::kQb,  SceneFormat::kTxt,
                                        SceneFormat::kPly, SceneFormat::kObj};
constexpr ExportFormat kWriteFormats[] = {
    ExportFormat::kGox,      ExportFormat::kVox,  ExportFormat::kQb,
    ExportFormat::kTxt,      ExportFormat::kPly,  ExportFormat::kObj,
    ExportFormat::kMtl,      ExportFormat::kGltf, ExportFormat::kPov,
    ExportFormat::kPngSlices};

constexpr ReadLimits kLimits = {
    .max_file_bytes = 1 << 20, .max_voxels = 1 << 18, .max_tiles = 256};
constexpr std::size_t kMaxWrittenBytes = 1 << 22;

Result<Scene> Read(std::span<const std::byte> file, SceneFormat format) {
  if (format != SceneFormat::kObj) return ReadScene(file, format, kLimits);
  const std::string_view text(reinterpret_cast<const char*>(file.data()),
                              file.size());
  const std::size_t end = std::min(text.find('\0'), text.size());
  const MaterialSource materials = [&](std::string_view) {
    return Result<std::string>(text.substr(std::min(end + 1, text.size())));
  };
  return ReadObj(file.first(end), kLimits, materials);
}

void Write(const Scene& scene, ExportFormat format) {
  std::size_t written = 0;
  const SceneSink sink = [&written](std::string_view bytes) -> Status {
    written += bytes.size();
    if (written <= kMaxWrittenBytes) return {};
    return {StatusCode::kTooLarge, "enough for a fuzzer"};
  };
  (void)WriteScene(scene, format, {}, sink);
}

void ReadAndWrite(std::uint8_t choice, std::span<const std::byte> file) {
  const Result<Scene> scene =
      Read(file, kReadFormats[choice % std::size(kReadFormats)]);
  if (!scene) return;
  (void)HashVolume(Composite(*scene));
  const std::size_t writer = choice / std::size(kReadFormats);  // 0: none.
  if (writer >= 1 && writer <= std::size(kWriteFormats)) {
    Write(*scene, kWriteFormats[writer - 1]);
  }
}

}  // namespace
}  // namespace goxel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const auto file = std::as_bytes(std::span(data, size)).subspan(1);
  goxel::ReadAndWrite(data[0], file);
  return 0;
}
