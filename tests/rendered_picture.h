// Pictures in memory, for tests that look at pixels.

#ifndef TESTS_RENDERED_PICTURE_H_
#define TESTS_RENDERED_PICTURE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "renderer/camera.h"
#include "renderer/renderer.h"
#include "renderer/scene/hull.h"

namespace goxel {

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::byte> bytes;  // RGBA8, no padding, top row first.

  Color At(int x, int y) const {
    const std::size_t at =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
         static_cast<std::size_t>(x)) *
        4;
    const auto channel = [&](std::size_t i) {
      return static_cast<std::uint8_t>(bytes[at + i]);
    };
    return {channel(0), channel(1), channel(2), channel(3)};
  }

  int CountOf(Color color) const {
    int count = 0;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) count += At(x, y) == color ? 1 : 0;
    }
    return count;
  }
};

inline std::unique_ptr<Renderer> MakeRenderer(RendererOptions options = {}) {
  auto renderer = Renderer::Create(options);
  EXPECT_TRUE(renderer) << renderer.error().message();
  return renderer ? std::move(*renderer) : nullptr;
}

inline Camera MakeCamera(const CameraRequest& request, const Volume& volume,
                         int width, int height) {
  auto camera = ResolveCamera(request, volume.Bounds(kSolidAlpha), width,
                              height, OutermostPoints(volume));
  EXPECT_TRUE(camera) << camera.error().message();
  return camera ? *camera : Camera{};
}

inline CameraRequest PresetRequest(std::string_view name) {
  const auto preset = FindCameraPreset(name);
  EXPECT_TRUE(preset) << preset.error().message();
  CameraRequest request;
  request.azimuth = preset->azimuth;
  request.elevation = preset->elevation;
  return request;
}

// A picture drawn by way of a read-back.
inline Picture Render(Renderer& renderer, const Volume& volume,
                      const Camera& camera, int width, int height,
                      const RenderSettings& settings = {}) {
  Picture picture{.width = width, .height = height, .bytes = {}};
  const auto stride = static_cast<std::uint32_t>(width) * 4;
  picture.bytes.resize(std::size_t{stride} * static_cast<std::size_t>(height));
  const PixelTarget target = {.pixels = picture.bytes,
                              .width = static_cast<std::uint32_t>(width),
                              .height = static_cast<std::uint32_t>(height),
                              .stride_bytes = stride};
  const auto report = renderer.Draw(ViewOf(volume), camera, settings, target);
  EXPECT_TRUE(report) << report.error().message();
  return picture;
}

// Fills the box from `min` (inclusive) to `max` (exclusive).
inline void FillBox(Volume& volume, Cell min, Cell max, Color color) {
  for (std::int32_t z = min.z; z < max.z; ++z) {
    for (std::int32_t y = min.y; y < max.y; ++y) {
      for (std::int32_t x = min.x; x < max.x; ++x) {
        volume.Set({x, y, z}, color);
      }
    }
  }
}

}  // namespace goxel

#endif  // TESTS_RENDERED_PICTURE_H_
