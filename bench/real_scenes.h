// The scenes that benchmarks load, mesh and draw:
//
//   demo    the built-in castle, some 150,000 voxels in many colours
//   block   mmmm_block_1264k.vox: streets of houses, 1.26 million voxels in few
//           colours
//   study   bevy_study.vox: a room with panes of glass and twenty materials
//   house   mmmm_obj_house3.vox: one small house
//
// All but the first are files of GOXEL_DATA_DIR, too large for this repository;
// benchmarks leave out those that are not there.
//
// Thread safety: none; benchmarks start on one thread.

#ifndef BENCH_REAL_SCENES_H_
#define BENCH_REAL_SCENES_H_

#include <filesystem>
#include <string>
#include <vector>

#include "ipc/status.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/scene_view.h"

namespace goxel {

// Those of `names` that are there.
std::vector<std::string> ScenesAtHand(const std::vector<std::string>& names);

// Where the file of a scene is. kNotFound when it is not, or the scene has
// none.
Result<std::filesystem::path> FileOfScene(const std::string& name);

// Loaded once and kept. "nothing" is an empty scene.
const Result<Scene>& SceneNamed(const std::string& name);

// What of it is drawn.
Result<SceneView> ViewNamed(const std::string& name);

}  // namespace goxel

#endif  // BENCH_REAL_SCENES_H_
