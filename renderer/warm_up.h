// What a renderer draws before its first picture, small and to be thrown away:
// every kind of surface in every way of drawing one. The GL compiles a shader
// to machine code when it first draws with it, tens of milliseconds that the
// first picture would have to wait for.

#ifndef RENDERER_WARM_UP_H_
#define RENDERER_WARM_UP_H_

#include <vector>

#include "renderer/render_settings.h"
#include "renderer/scene/scene_view.h"

namespace goxel {

// A dull, a metallic, a glowing and a glass voxel.
SceneView WarmUpScene();

// The first is what a request gets that says nothing.
std::vector<RenderSettings> WarmUpSettings();

}  // namespace goxel

#endif  // RENDERER_WARM_UP_H_
