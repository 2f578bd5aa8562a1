// Scenes written as files and read back, for tests of writers.

#ifndef TESTS_WRITTEN_SCENE_H_
#define TESTS_WRITTEN_SCENE_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "renderer/formats/scene_file.h"
#include "renderer/formats/scene_writer.h"
#include "tests/voxel_file_writer.h"

namespace goxel {

// The bytes of a file that must be written.
inline std::string Written(const Scene& scene, ExportFormat format) {
  std::string bytes;
  const Status status =
      WriteScene(scene, format, {}, [&bytes](std::string_view piece) {
        bytes += piece;
        return Status();
      });
  EXPECT_TRUE(status.ok()) << status.message();
  return bytes;
}

inline Scene ReadBack(const std::string& bytes, SceneFormat format) {
  auto scene = ReadScene(AsBytes(bytes), format);
  if (!scene) {
    ADD_FAILURE() << scene.error().message();
    return NewScene();
  }
  return *std::move(scene);
}

// The solid voxels that are seen, made opaque: what formats without alpha keep.
inline Volume SolidVolume(const Scene& scene) {
  Volume solid;
  const Volume volume = Composite(scene);
  for (const auto& [coord, tile] : volume.tiles()) {
    Tile copy = *tile;
    for (Color& color : copy.voxels) {
      color.a = color.a < kSolidAlpha ? 0 : 255;
    }
    solid.SetTile(coord, copy);
  }
  return solid;
}

}  // namespace goxel

#endif  // TESTS_WRITTEN_SCENE_H_
