// What a layer does to the voxels below it, one voxel or a whole volume at a
// time. The formulas stand at BlendMode.

#ifndef RENDERER_SCENE_BLEND_H_
#define RENDERER_SCENE_BLEND_H_

#include "renderer/scene/scene.h"

namespace goxel {

// What the mode makes of a voxel of the layer above and one below; either may
// be empty.
Color Blend(BlendMode mode, Color below, Color above);

// True when what Blend() makes shows the voxel of the layer above rather than
// the one below: that gives it more of its colour.
bool ShowsAbove(BlendMode mode, Color below, Color above);

// True for modes that leave what is below an empty voxel as it is.
bool KeepsBelow(BlendMode mode);

// True for modes that show a voxel above an empty one.
bool AddsAbove(BlendMode mode);

// Puts `layer` on top of `result`. Tiles that only one of them has are shared
// or dropped whole.
void BlendLayer(const Layer& layer, Volume& result);

}  // namespace goxel

#endif  // RENDERER_SCENE_BLEND_H_
