#include <fmt/format.h>

#include <string>
#include <utility>

#include "daemon/demo_scene.h"
#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"
#include "renderer/formats/scene_file.h"
#include "renderer/scene/scene.h"

namespace goxel {
namespace {

constexpr int kLoadFailed = -1002;
constexpr std::int32_t kDefaultSide = 64;  // Voxels.

RpcResult CreateProject(Project& project, const MethodCall& call) {
  const Params& params = call.params;
  const std::string name(params.String("name", 0).value_or("New Project"));
  const auto side = [&](std::string_view key, std::size_t position) {
    const std::int32_t value = params.Integer(key, position);
    return value > 0 ? value : kDefaultSide;
  };
  const ProjectSize size = {side("width", 1), side("height", 2),
                            side("depth", 3)};
  project.Replace(NewScene(), name, size);
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("name", name)
      .Field("width", size[0])
      .Field("height", size[1])
      .Field("depth", size[2])
      .EndObject()
      .Reply();
}

// What a loaded scene calls its size: its image box, else what it fills.
ProjectSize SizeOf(const Scene& scene) {
  const auto box =
      scene.image_box ? scene.image_box : Composite(scene).Bounds();
  if (!box) return {kDefaultSide, kDefaultSide, kDefaultSide};
  return {box->max[0] - box->min[0], box->max[1] - box->min[1],
          box->max[2] - box->min[2]};
}

Result<Scene> ReadProject(std::string_view path) {
  if (path == kDemoScenePath) return MakeDemoScene();
  return LoadScene(path);
}

RpcResult LoadProject(Project& project, const MethodCall& call) {
  const auto path = call.params.String("path", 0);
  if (!path) {
    return RpcFail(
        {StatusCode::kInvalidArgument, "Missing required parameter: path"});
  }
  auto scene = ReadProject(*path);
  if (!scene) {
    return LegacyError(kLoadFailed,
                       Status(scene.error().code(),
                              fmt::format("Failed to load project '{}': {}",
                                          *path, scene.error().message())));
  }
  const ProjectSize size = SizeOf(*scene);
  const auto name = std::filesystem::path(*path).stem().string();
  project.Replace(*std::move(scene), name, size);
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("path", *path)
      .EndObject()
      .Reply();
}

}  // namespace

void AddProjectMethods(MethodTable& table, const MethodContext& context) {
  Project& project = context.project;
  table.Add(
      "goxel.create_project", "Create a new voxel project", RunsOn::kProject,
      [&](const MethodCall& call) { return CreateProject(project, call); });
  table.Add("goxel.load_project", "Load a project from file", RunsOn::kWorker,
            [&](const MethodCall& call) { return LoadProject(project, call); });
}

}  // namespace goxel
