#include "renderer/scene/scene_view.h"

namespace goxel {

SceneView ViewOf(const Scene& scene) { return ViewOf(Composite(scene)); }

SceneView ViewOf(const Volume& volume) {
  return {.volume = volume, .materials = {}, .hash = HashVolume(volume)};
}

}  // namespace goxel
