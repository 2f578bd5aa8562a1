// The edits that requests ask for, by themselves or as the operations of one
// goxel.batch_operations: params are read first, then the scene is changed.
//
// Thread safety: readers may be called from any thread.

#ifndef DAEMON_METHODS_SCENE_EDITS_H_
#define DAEMON_METHODS_SCENE_EDITS_H_

#include <functional>
#include <string>

#include "daemon/method_table.h"
#include "daemon/result_writer.h"
#include "renderer/scene/scene.h"

namespace goxel {

// Changes the scene and writes the members of the reply that stand behind
// "success". On an error the scene is as it was.
using SceneEdit = std::function<Status(Scene& scene, ResultWriter& reply)>;

// Reads the params of one kind of edit. What would need more than `limits`
// allow is refused here, before any work, with kTooLarge.
using EditReader = Result<SceneEdit> (*)(const Params& params,
                                         const ProjectLimits& limits);

// voxels.cc. In a batch, params that name no layer mean layer 1, as existing
// clients know it.
Result<SceneEdit> ReadAddVoxel(const Params& params, const ProjectLimits&);
Result<SceneEdit> ReadRemoveVoxel(const Params& params, const ProjectLimits&);
Result<SceneEdit> ReadPaintVoxels(const Params& params, const ProjectLimits&);

// shapes.cc. An unknown shape is kNotFound.
Result<SceneEdit> ReadFloodFill(const Params& params,
                                const ProjectLimits& limits);
Result<SceneEdit> ReadProceduralShape(const Params& params,
                                      const ProjectLimits& limits);

// layers.cc.
Result<SceneEdit> ReadCreateLayer(const Params& params, const ProjectLimits&);
Result<SceneEdit> ReadDeleteLayer(const Params& params, const ProjectLimits&);
Result<SceneEdit> ReadMergeLayers(const Params& params, const ProjectLimits&);
Result<SceneEdit> ReadSetVisibility(const Params& params, const ProjectLimits&);
Result<SceneEdit> ReadSetActiveLayer(const Params& params,
                                     const ProjectLimits&);
Result<SceneEdit> ReadUpdateLayer(const Params& params, const ProjectLimits&);

// How existing clients know that there is no project or no such layer; code 0
// where they know nothing of the kind.
struct KnownFailure {
  int code = 0;
  const char* message = "";
};

// Makes the edit in the project of `call` and answers.
RpcResult MakeEdit(const MethodCall& call, const SceneEdit& edit,
                   KnownFailure failure = {});

// Adds a method that makes one edit, on the worker.
void AddEditMethod(MethodTable& table, const ProjectLimits& limits,
                   std::string name, std::string description, EditReader read,
                   KnownFailure failure = {});

}  // namespace goxel

#endif  // DAEMON_METHODS_SCENE_EDITS_H_
