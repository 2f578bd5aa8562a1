#include "renderer/scene/blend.h"
#include "renderer/scene/scene.h"

namespace goxel {

Volume Composite(const Scene& scene) {
  Volume result;
  bool is_bottom = true;
  for (const Layer& layer : scene.layers) {
    if (!layer.visible) continue;
    if (is_bottom || layer.mode == BlendMode::kReplace) {
      result = layer.volume;
    } else if (!layer.volume.empty() || !KeepsBelow(layer.mode)) {
      BlendLayer(layer, result);
    }
    is_bottom = false;
  }
  return result;
}

}  // namespace goxel
