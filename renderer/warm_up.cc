#include "renderer/warm_up.h"

#include <cstdint>
#include <utility>

namespace goxel {

SceneView WarmUpScene() {
  Scene scene;
  scene.materials = {{.name = "dull"},
                     {.name = "metal", .metallic = 1, .roughness = 0.3f},
                     {.name = "glow", .emission = {1, 1, 1}},
                     {.name = "glass", .color = {1, 1, 1, 0.5f}}};
  for (std::int32_t i = 0; i < 4; ++i) {
    Layer& layer = scene.AddLayer(scene.materials[std::size_t(i)].name);
    layer.material = i;
    layer.volume.Set({i % 2, i / 2, i % 3}, {200, 120, 40, 255});
  }
  return ViewOf(scene);
}

std::vector<RenderSettings> WarmUpSettings() {
  RenderSettings everything = {
      .shadows = Shadows::kSmooth, .outline = Outline{}, .ground = true};
  RenderSettings cut_out = {.transparent = true};
  RenderSettings unshadowed = {.shadows = Shadows::kOff};
  return {{},
          {.style = Style::kFlat},
          {.style = Style::kGoxel},
          std::move(unshadowed),
          std::move(cut_out),
          std::move(everything)};
}

}  // namespace goxel
