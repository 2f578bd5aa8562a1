// The built-in scene: a castle on a hill above a lake, grown from noise, so
// that there is something to render before any file is at hand.

#ifndef DAEMON_DEMO_SCENE_H_
#define DAEMON_DEMO_SCENE_H_

#include <string_view>

#include "renderer/scene/scene.h"

namespace goxel {

// The path under which load_project knows it.
inline constexpr std::string_view kDemoScenePath = "builtin:demo";

// The same voxels every time; some 100,000 to 200,000 of them.
Scene MakeDemoScene();

}  // namespace goxel

#endif  // DAEMON_DEMO_SCENE_H_
