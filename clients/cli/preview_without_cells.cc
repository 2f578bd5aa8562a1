// Preview where libchafa is missing.

#include "clients/cli/preview.h"

namespace goxel {

Status PreviewInCells(const RgbaPicture&) {
  return {StatusCode::kFailedPrecondition,
          "this terminal does not speak kitty's graphics protocol, and this "
          "goxelctl was built without libchafa; build it where libchafa-dev is "
          "installed"};
}

}  // namespace goxel
