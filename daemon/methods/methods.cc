#include "daemon/methods/methods.h"

namespace goxel {

void AddAllMethods(MethodTable& table, const MethodContext& context) {
  AddCoreMethods(table, context);
  AddBulkVoxelMethods(table);
  AddProjectMethods(table, context);
  AddFileMethods(table, context);
  AddHistoryMethods(table);
  AddReadingMethods(table);
  AddColorMethods(table);
  AddRenderSceneMethod(table, context);
  AddVoxelMethods(table);
  AddShapeMethods(table, context);
  AddBatchMethod(table, context);
  AddLayerMethods(table, context);
  AddServiceMethods(table, context);
  AddRenderMethods(table, context);
  AddLeaseMethods(table, context);
  AddScriptMethod(table, context);
  AddWaitMethod(table, context);
  AddEncodeMethod(table, context);
  AddReloadMethod(table, context);
  AddViewStateMethods(table);
  AddViewsMethods(table, context);
}

}  // namespace goxel
