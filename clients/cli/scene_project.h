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

// False for stdin and built-in scenes.
bool NamesFile(const std::string& scene);

// What file names call the scene: the file's name without its end, "demo" for
// builtin:demo, "stdin".
std::string SceneName(const std::string& scene);

struct SceneProject {
  std::string id;
  JsonDocument loaded;  // The reply of goxel.load_project.
};

// Of a project that no other run of goxelctl has.
std::string NewProjectId();

// Loads `scene` into the project `id`, in place of what is there. Where there
// is none, as after a restart of the daemon, it is made; it ends with the
// connection of `client`.
Result<JsonDocument> LoadSceneInto(Client& client, const std::string& scene,
                                   const std::string& id);

// Loads `scene` into a project that ends with the connection of `client`.
// kDataLoss, kNotFound and the like as goxel.load_project says.
Result<SceneProject> LoadScene(Client& client, const std::string& scene);

}  // namespace goxel

#endif  // CLIENTS_CLI_SCENE_PROJECT_H_
