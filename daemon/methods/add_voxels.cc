#include <cstddef>
#include <utility>

#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"
#include "daemon/voxel_list.h"

namespace goxel {
namespace {

RpcResult AddVoxels(const MethodCall& call) {
  // Read before the project is locked.
  const auto list = ReadVoxelList(call.text);
  if (!list) return RpcFail(list.error());
  std::size_t added = list->voxels.size();
  std::size_t failed = list->failed;
  const Status edited = call.project->SetVoxels(0, list->voxels);
  if (edited.code() == StatusCode::kFailedPrecondition) {
    failed += std::exchange(added, 0);
  } else if (!edited.ok()) {
    return RpcFail(edited);
  }
  return ResultWriter()
      .BeginObject()
      .Field("success", failed == 0)
      .Field("added", added)
      .Field("failed", failed)
      .EndObject()
      .Reply();
}

}  // namespace

void AddBulkVoxelMethods(MethodTable& table) {
  table.Add({.name = "add_voxels",
             .description = "Add multiple voxels in batch",
             .runs_on = RunsOn::kProject,
             .project_use = ProjectUse::kNeeds,
             .reads_text = true,
             .call = [](const MethodCall& call, const Responder& respond) {
               respond(AddVoxels(call));
             }});
}

}  // namespace goxel
