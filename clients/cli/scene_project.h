// A scene in a project of one run of goxelctl: several runs at once, and
// whoever edits the default project, do not mix their scenes.

#ifndef CLIENTS_CLI_SCENE_PROJECT_H_
#define CLIENTS_CLI_SCENE_PROJECT_H_

#include <CLI/App.hpp>
#include <string>

#include "clients/cli/json_value.h"
#include "clients/cpp/client.h"
#include "ipc/status.h"

namespace goxel {

// Adds the argument `scene`: a voxel file, a built-in scene, or - for stdin.
void AddSceneArgument(CLI::App& command, std::string& scene);

// What file names call the scene: the file's name without its end, "demo" for
// builtin:demo, "stdin".
std::string SceneName(const std::string& scene);

struct SceneProject {
  std::string id;
  JsonDocument loaded;  // The reply of goxel.load_project.
};

// Loads `scene` into a project that ends with the connection of `client`.
// kDataLoss, kNotFound and the like as goxel.load_project says.
Result<SceneProject> LoadScene(Client& client, const std::string& scene);

}  // namespace goxel

#endif  // CLIENTS_CLI_SCENE_PROJECT_H_
