#include "daemon/methods/scene_edits.h"

#include <utility>

namespace goxel {

RpcResult MakeEdit(const MethodCall& call, const SceneEdit& edit,
                   KnownFailure failure) {
  ResultWriter out;
  out.BeginObject().Field("success", true);
  Status edited =
      call.project->Edit([&](Scene& scene) { return edit(scene, out); });
  if (edited.ok()) return out.EndObject().Reply();
  if (failure.code == 0) return RpcFail(std::move(edited));
  return EditError(failure.code, failure.message, std::move(edited));
}

void AddEditMethod(MethodTable& table, const ProjectLimits& limits,
                   std::string name, std::string description, EditReader read,
                   KnownFailure failure) {
  table.Add(std::move(name), std::move(description), RunsOn::kWorker,
            [&limits, read, failure](const MethodCall& call) -> RpcResult {
              const auto edit = read(call.params, limits);
              if (!edit) return RpcFail(edit.error());
              return MakeEdit(call, *edit, failure);
            });
}

}  // namespace goxel
