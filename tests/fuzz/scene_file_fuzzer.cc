// Feeds arbitrary bytes to the readers of voxel files. The first byte chooses
// the format; the rest is the file.

#include <cstddef>
#include <cstdint>
#include <span>

#include "renderer/formats/scene_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using goxel::SceneFormat;
  if (size == 0) return 0;
  constexpr SceneFormat kFormats[] = {SceneFormat::kVox, SceneFormat::kGox,
                                      SceneFormat::kQb, SceneFormat::kTxt};
  constexpr goxel::ReadLimits kLimits = {
      .max_file_bytes = 1 << 20, .max_voxels = 1 << 18, .max_tiles = 256};
  const auto file = std::as_bytes(std::span(data, size)).subspan(1);
  const auto scene = goxel::ReadScene(file, kFormats[data[0] % 4], kLimits);
  if (scene) (void)goxel::HashVolume(goxel::Composite(*scene));
  return 0;
}
