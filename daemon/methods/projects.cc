#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/param_reader.h"
#include "daemon/result_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {
namespace {

constexpr std::int64_t kDefaultSide = 64;  // Voxels.

void WriteSize(ResultWriter& out, const ProjectSize& size) {
  out.Field("width", size[0]).Field("height", size[1]).Field("depth", size[2]);
}

// `described` is nullopt for a project that has no scene yet.
void WriteDescription(ResultWriter& out, std::string_view id,
                      const std::optional<Project::Description>& described) {
  const Project::Description facts = described.value_or(Project::Description{});
  out.Field("project_id", id)
      .Field("has_scene", described.has_value())
      .Field("name", facts.name);
  WriteSize(out, facts.size);
  out.Field("layer_count", facts.layers)
      .Field("voxels", facts.voxels)
      .Field("undo_steps", facts.undo_steps)
      .Field("redo_steps", facts.redo_steps);
}

// The default for what is missing, not positive or no integer, as existing
// clients know it.
Result<std::int64_t> ReadSide(const Params& params, const char* name,
                              std::size_t position) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();
  const auto value = params.Find(name, position);
  if (!value || (!value->is_int64() && !value->is_uint64())) {
    return kDefaultSide;
  }
  std::int64_t side = 0;
  if (value->get_int64().get(side) != simdjson::SUCCESS || side > kLargest) {
    return BadValue(name, *value, "an integer from 1 to 2147483647");
  }
  return side > 0 ? side : kDefaultSide;
}

Result<ProjectSize> ReadSize(const Params& params) {
  constexpr std::array<const char*, 3> kNames = {"width", "height", "depth"};
  ProjectSize size{};
  for (std::size_t axis = 0; axis < size.size(); ++axis) {
    const auto side = ReadSide(params, kNames[axis], 1 + axis);
    if (!side) return Fail(side.error());
    size[axis] = *side;
  }
  return size;
}

// Makes a project that is closed when the client goes that asked for it.
Result<std::shared_ptr<Project>> MakeEphemeral(const MethodContext& context,
                                               const MethodCall& call) {
  const auto id = ReadProjectId(call.params);
  if (!id) return Fail(id.error());
  if (!call.params.Find("project_id")) {
    return Fail(StatusCode::kInvalidArgument,
                "an ephemeral project needs a project_id; the default project "
                "is everybody's");
  }
  auto project = context.projects.Make(*id);
  if (!project) return project;
  call.peer->WhenGone([&projects = context.projects,
                       &worker = context.project_worker, id = std::string(*id),
                       made = std::weak_ptr(*project)] {
    // Not here: to free a large scene takes a while.
    worker.Post([&projects, id, project = made.lock()] {
      if (project) projects.Close(id, project);
    });
  });
  return project;
}

RpcResult CreateProject(const MethodContext& context, const MethodCall& call) {
  const Params& params = call.params;
  const std::string name(params.String("name", 0).value_or("New Project"));
  const auto size = ReadSize(params);
  if (!size) return RpcFail(size.error());
  ParamReader read(params);
  const bool ephemeral = read.Flag("ephemeral", kByName, false);
  if (!read.ok()) return RpcFail(read.status());
  const auto project = ephemeral ? MakeEphemeral(context, call)
                                 : ProjectToFill(context.projects, call);
  if (!project) return RpcFail(project.error());
  const Status made = (*project)->Replace(NewScene(), name, *size);
  if (!made.ok()) return RpcFail(made);
  ResultWriter out;
  out.BeginObject().Field("success", true).Field("name", name);
  WriteSize(out, *size);
  return out.EndObject().Reply();
}

RpcResult GetProjectInfo(const MethodContext&, const MethodCall& call) {
  const auto id = ReadProjectId(call.params);
  const auto described = call.project->Describe();
  if (!described) return RpcFail(NoProject());
  std::int32_t active_layer = 0;
  call.project->Read([&](const Scene& scene) {
    if (const Layer* active = scene.ActiveLayer()) active_layer = active->id;
  });
  ResultWriter out;
  out.BeginObject();
  WriteDescription(out, *id, described);
  out.Field("active_layer", active_layer);
  return out.EndObject().Reply();
}

RpcResult ListProjects(const MethodContext& context, const MethodCall&) {
  const auto entries = context.projects.List();
  ResultWriter out;
  out.BeginObject().Field("count", entries.size()).Key("projects");
  out.BeginArray();
  for (const auto& [id, project] : entries) {
    out.BeginObject();
    WriteDescription(out, id, project->Describe());
    out.EndObject();
  }
  return out.EndArray().EndObject().Reply();
}

RpcResult CloseProject(const MethodContext& context, const MethodCall& call) {
  ParamReader read(call.params);
  const auto id = read.Text("project_id", 0);
  if (!read.ok()) return RpcFail(read.status());
  if (!id) {
    return RpcFail({StatusCode::kInvalidArgument,
                    "Missing required parameter: project_id"});
  }
  const auto project = context.projects.Find(*id);
  if (!project) return RpcFail(project.error());
  context.projects.Close(*id, *project);
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("project_id", *id)
      .EndObject()
      .Reply();
}

}  // namespace

Result<std::shared_ptr<Project>> ProjectToFill(Projects& projects,
                                               const MethodCall& call) {
  if (call.project) return call.project;
  auto id = ReadProjectId(call.params);
  if (!id) return Fail(std::move(id.error()));
  return projects.FindOrMake(*id);
}

void AddProjectMethods(MethodTable& table, const MethodContext& context) {
  const auto add =
      [&](std::string name, std::string description, ProjectUse project_use,
          RpcResult (*answer)(const MethodContext&, const MethodCall&)) {
        table.Add({.name = std::move(name),
                   .description = std::move(description),
                   .runs_on = RunsOn::kWorker,
                   .project_use = project_use,
                   .call = [answer, &context](const MethodCall& call,
                                              const Responder& respond) {
                     respond(answer(context, call));
                   }});
      };
  add("goxel.create_project", "Create a new voxel project", ProjectUse::kMakes,
      CreateProject);
  add("goxel.get_project_info", "Tell about a project", ProjectUse::kNeeds,
      GetProjectInfo);
  add("goxel.list_projects", "List all projects", ProjectUse::kNone,
      ListProjects);
  add("goxel.close_project", "Close a project", ProjectUse::kNone,
      CloseProject);
}

}  // namespace goxel
