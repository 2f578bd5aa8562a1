#include "daemon/methods/methods.h"

namespace goxel {

void AddAllMethods(MethodTable& table, const MethodContext& context) {
  AddCoreMethods(table, context);
  AddBulkVoxelMethods(table);
  AddProjectMethods(table, context);
  AddRenderSceneMethod(table, context);
  AddVoxelMethods(table);
  AddServiceMethods(table, context);
  AddRenderMethods(table, context);
  AddLeaseMethods(table, context);
  AddWaitMethod(table, context);
  AddEncodeMethod(table, context);
}

}  // namespace goxel
