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

// The project to fill: made now, when the one that the request names is not
// there.
Result<std::shared_ptr<Project>> TargetOf(Projects& projects,
                                          const MethodCall& call) {
  if (call.project) return call.project;
  auto id = ReadProjectId(call.params);
  if (!id) return Fail(std::move(id.error()));
  return projects.FindOrMake(*id);
}

RpcResult CreateProject(Projects& projects, const MethodCall& call) {
  const Params& params = call.params;
  const std::string name(params.String("name", 0).value_or("New Project"));
  const auto side = [&](std::string_view key, std::size_t position) {
    const std::int32_t value = params.Integer(key, position);
    return value > 0 ? value : kDefaultSide;
  };
  const ProjectSize size = {side("width", 1), side("height", 2),
                            side("depth", 3)};
  const auto project = TargetOf(projects, call);
  if (!project) return RpcFail(project.error());
  const Status made = (*project)->Replace(NewScene(), name, size);
  if (!made.ok()) return RpcFail(made);
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

RpcResult LoadProject(Projects& projects, const MethodCall& call) {
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
  const auto project = TargetOf(projects, call);
  if (!project) return RpcFail(project.error());
  const Status loaded = (*project)->Replace(*std::move(scene), name, size);
  if (!loaded.ok()) return RpcFail(loaded);
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("path", *path)
      .EndObject()
      .Reply();
}

}  // namespace

void AddProjectMethods(MethodTable& table, const MethodContext& context) {
  const auto add = [&](std::string name, std::string description,
                       RunsOn runs_on,
                       RpcResult (*answer)(Projects&, const MethodCall&)) {
    table.Add({.name = std::move(name),
               .description = std::move(description),
               .runs_on = runs_on,
               .project_use = ProjectUse::kMakes,
               .call = [answer, &projects = context.projects](
                           const MethodCall& call, const Responder& respond) {
                 respond(answer(projects, call));
               }});
  };
  add("goxel.create_project", "Create a new voxel project", RunsOn::kProject,
      CreateProject);
  add("goxel.load_project", "Load a project from file", RunsOn::kWorker,
      LoadProject);
}

}  // namespace goxel
