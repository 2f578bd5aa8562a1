#include "bench/real_scenes.h"

#include <map>

#include "daemon/demo_scene.h"
#include "renderer/formats/scene_file.h"

namespace goxel {
namespace {

const std::map<std::string, std::string>& FileNames() {
  static const std::map<std::string, std::string> names = {
      {"block", "mmmm_block_1264k.vox"},
      {"study", "bevy_study.vox"},
      {"house", "mmmm_obj_house3.vox"}};
  return names;
}

Result<Scene> Load(const std::string& name) {
  if (name == "nothing") return NewScene();
  if (name == "demo") return MakeDemoScene();
  const auto path = FileOfScene(name);
  if (!path) return Fail(path.error());
  return LoadScene(*path);
}

}  // namespace

Result<std::filesystem::path> FileOfScene(const std::string& name) {
  const auto file = FileNames().find(name);
  if (file == FileNames().end()) {
    return Fail(StatusCode::kNotFound, "the scene " + name + " is no file");
  }
  const auto path = std::filesystem::path(GOXEL_DATA_DIR) / file->second;
  if (!std::filesystem::is_regular_file(path)) {
    return Fail(StatusCode::kNotFound, path.string() + " is not there");
  }
  return path;
}

std::vector<std::string> ScenesAtHand(const std::vector<std::string>& names) {
  std::vector<std::string> at_hand;
  for (const std::string& name : names) {
    if (!FileNames().contains(name) || FileOfScene(name)) {
      at_hand.push_back(name);
    }
  }
  return at_hand;
}

const Result<Scene>& SceneNamed(const std::string& name) {
  static std::map<std::string, Result<Scene>> scenes;
  const auto known = scenes.find(name);
  if (known != scenes.end()) return known->second;
  return scenes.emplace(name, Load(name)).first->second;
}

Result<SceneView> ViewNamed(const std::string& name) {
  const auto& scene = SceneNamed(name);
  if (!scene) return Fail(scene.error());
  return ViewOf(*scene);
}

}  // namespace goxel
