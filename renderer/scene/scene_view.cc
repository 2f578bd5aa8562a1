#include "renderer/scene/scene_view.h"

#include <xxhash.h>

#include <array>

namespace goxel {

SceneView ViewOf(const Scene& scene) {
  SceneView view = ViewOf(Composite(scene));
  view.materials = MaterialMap(scene);
  if (view.materials.uniform()) return view;
  const std::array<Hash128, 2> parts = {view.hash, view.materials.digest()};
  const XXH128_hash_t hash = XXH3_128bits(parts.data(), sizeof(parts));
  view.hash = {hash.high64, hash.low64};
  return view;
}

SceneView ViewOf(const Volume& volume) {
  return {.volume = volume, .materials = {}, .hash = HashVolume(volume)};
}

}  // namespace goxel
