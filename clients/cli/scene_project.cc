#include "clients/cli/scene_project.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>

#include "clients/cli/picture_output.h"
#include "clients/cli/scratch_directory.h"
#include "clients/cpp/request.h"
#include "ipc/unique_fd.h"

namespace goxel {
namespace {

constexpr char kStdinName[] = "-";
constexpr std::string_view kBuiltinPrefix = "builtin:";

Result<JsonDocument> Load(Client& client, const std::string& path,
                          const std::string& project_id) {
  const auto reply = client.Call(
      "goxel.load_project",
      WriteStringParams({{"path", path}, {"project_id", project_id}}));
  if (!reply) return Fail(reply.error());
  return JsonDocument::Parse(reply->view());
}

// By way of a file, since the daemon reads nothing else.
Result<JsonDocument> LoadStdin(Client& client, const std::string& project_id) {
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  const auto scratch = ScratchDirectory::Create(parent, "goxelctl-");
  if (!scratch) return Fail(scratch.error());
  const std::filesystem::path path = scratch->path() / "stdin";
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) {
    return Fail(
        Status::FromErrno(fmt::format("make '{}'", path.native()), errno));
  }
  Status copied = CopyBytes(STDIN_FILENO, file.get());
  if (!copied.ok()) return Fail(std::move(copied));
  return Load(client, path.native(), project_id);
}

Result<JsonDocument> LoadNamed(Client& client, const std::string& scene,
                               const std::string& project_id) {
  if (scene.starts_with(kBuiltinPrefix)) return Load(client, scene, project_id);
  // The daemon has another working directory.
  std::error_code error;
  const auto path = std::filesystem::absolute(scene, error);
  if (error) {
    return Fail(Status::FromErrno(fmt::format("make '{}' absolute", scene),
                                  error.value()));
  }
  return Load(client, path.native(), project_id);
}

}  // namespace

void AddSceneArgument(CLI::App& command, std::string& scene) {
  command
      .add_option("scene", scene,
                  "Voxel file (.gox, .vox, .qb, .txt, .ply, .obj), "
                  "builtin:demo, or - for stdin")
      ->required();
}

bool NamesFile(const std::string& scene) {
  return scene != kStdinName && !scene.starts_with(kBuiltinPrefix);
}

std::string SceneName(const std::string& scene) {
  if (scene == kStdinName) return "stdin";
  if (scene.starts_with(kBuiltinPrefix)) {
    return scene.substr(kBuiltinPrefix.size());
  }
  return std::filesystem::path(scene).stem();
}

std::string NewProjectId() {
  return fmt::format(
      "goxelctl-{}-{}", ::getpid(),
      std::chrono::steady_clock::now().time_since_epoch().count());
}

Result<JsonDocument> LoadSceneInto(Client& client, const std::string& scene,
                                   const std::string& id) {
  Status made = client.CreateEphemeralProject(id);
  const bool is_there = made.code() == StatusCode::kFailedPrecondition;
  if (!made.ok() && !is_there) return Fail(std::move(made));
  return scene == kStdinName ? LoadStdin(client, id)
                             : LoadNamed(client, scene, id);
}

Result<SceneProject> LoadScene(Client& client, const std::string& scene) {
  std::string id = NewProjectId();
  auto loaded = LoadSceneInto(client, scene, id);
  if (!loaded) return Fail(loaded.error());
  return SceneProject{std::move(id), *std::move(loaded)};
}

}  // namespace goxel
