// What each layer contributes to the picture of a scene, for files that keep
// layers apart but know no blend modes.

#ifndef RENDERER_FORMATS_SHOWN_LAYERS_H_
#define RENDERER_FORMATS_SHOWN_LAYERS_H_

#include <vector>

#include "renderer/scene/scene.h"

namespace goxel {

struct ShownLayer {
  const Layer* layer = nullptr;  // Of the scene.
  Volume volume;                 // Never empty.
};

// The scene's composite, dealt out to the visible layers: every voxel that is
// seen belongs to the topmost layer that put one there, with the colour that is
// seen. Bottom first; layers that show nothing are left out. The scene must
// outlive the result.
std::vector<ShownLayer> ShownLayers(const Scene& scene);

}  // namespace goxel

#endif  // RENDERER_FORMATS_SHOWN_LAYERS_H_
