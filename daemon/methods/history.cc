#include <utility>

#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"

namespace goxel {
namespace {

RpcResult Step(const MethodCall& call, Status (Project::*step)()) {
  if (Status stepped = (*call.project.*step)(); !stepped.ok()) {
    return RpcFail(std::move(stepped));
  }
  const auto described = call.project->Describe();
  // Another client may have closed the project meanwhile.
  if (!described) return RpcFail(NoProject());
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("undo_steps", described->undo_steps)
      .Field("redo_steps", described->redo_steps)
      .EndObject()
      .Reply();
}

}  // namespace

void AddHistoryMethods(MethodTable& table) {
  table.Add("goxel.undo", "Take back the last edit", RunsOn::kProject,
            [](const MethodCall& call) { return Step(call, &Project::Undo); });
  table.Add("goxel.redo", "Make the last edit that was taken back again",
            RunsOn::kProject,
            [](const MethodCall& call) { return Step(call, &Project::Redo); });
}

}  // namespace goxel
