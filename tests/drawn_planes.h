// Planes in memory, for tests that look at their pixels.

#ifndef TESTS_DRAWN_PLANES_H_
#define TESTS_DRAWN_PLANES_H_

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <vector>

#include "renderer/renderer.h"
#include "renderer/scene/scene_view.h"

namespace goxel {

struct DrawnPlanes {
  int width = 0;
  int height = 0;
  PlaneValues values;
  std::map<Plane, std::vector<std::byte>> planes;

  template <typename T>
  T At(Plane plane, int x, int y) const {
    T value;
    const auto pixel = static_cast<std::size_t>(y * width + x);
    std::memcpy(&value, planes.at(plane).data() + pixel * sizeof(T), sizeof(T));
    return value;
  }

  float Depth(int x, int y) const { return At<float>(Plane::kDepth, x, y); }
  std::uint8_t FaceAt(int x, int y) const {
    return At<std::uint8_t>(Plane::kFace, x, y);
  }
  std::uint16_t ObjectAt(int x, int y) const {
    return At<std::uint16_t>(Plane::kObjectId, x, y);
  }
  // In the world, and the face.
  std::array<std::int64_t, 4> VoxelAt(int x, int y) const {
    const auto voxel = At<std::array<std::int16_t, 4>>(Plane::kVoxel, x, y);
    const auto& origin = values.voxel_origin;
    return {voxel[0] + origin[0], voxel[1] + origin[1], voxel[2] + origin[2],
            voxel[3]};
  }
};

inline DrawnPlanes DrawPlanes(Renderer& renderer, const Scene& scene,
                              const Camera& camera, int width, int height,
                              std::span<const Plane> planes) {
  const SceneView view = ViewOf(scene);
  auto values = PlaneValuesOf(scene, VoxelOrigins(scene),
                              view.volume.Bounds(kSolidAlpha), planes);
  EXPECT_TRUE(values) << values.error().message();
  DrawnPlanes drawn{
      .width = width, .height = height, .values = {}, .planes = {}};
  if (!values) return drawn;
  drawn.values = *std::move(values);
  std::vector<PlaneTarget> targets;
  for (const Plane plane : planes) {
    auto& bytes = drawn.planes[plane];
    bytes.resize(static_cast<std::size_t>(width) *
                 static_cast<std::size_t>(height) * BytesPerPixel(plane));
    targets.push_back({.plane = plane, .pixels = bytes});
  }
  const auto report = renderer.DrawPlanes(
      view, camera, drawn.values, static_cast<std::uint32_t>(width),
      static_cast<std::uint32_t>(height), targets);
  EXPECT_TRUE(report) << report.error().message();
  return drawn;
}

inline Scene SceneOf(const Volume& volume) {
  Scene scene = NewScene();
  scene.layers[0].volume = volume;
  return scene;
}

}  // namespace goxel

#endif  // TESTS_DRAWN_PLANES_H_
