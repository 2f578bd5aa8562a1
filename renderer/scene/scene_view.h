// What is seen of a scene: its visible layers combined into one volume, with
// the materials of what they show. All that a picture needs to know of a scene.

#ifndef RENDERER_SCENE_SCENE_VIEW_H_
#define RENDERER_SCENE_SCENE_VIEW_H_

#include "renderer/scene/material_map.h"
#include "renderer/scene/scene.h"

namespace goxel {

struct SceneView {
  Volume volume;
  MaterialMap materials;
  // Of everything above that can change a picture. HashVolume() of the volume
  // where all materials are the default one.
  Hash128 hash;
};

SceneView ViewOf(const Scene& scene);

// Of voxels without materials.
SceneView ViewOf(const Volume& volume);

}  // namespace goxel

#endif  // RENDERER_SCENE_SCENE_VIEW_H_
