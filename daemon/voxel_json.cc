#include "daemon/voxel_json.h"

namespace goxel {

void WriteCell(ResultWriter& out, Cell cell) {
  out.Field("x", cell.x).Field("y", cell.y).Field("z", cell.z);
}

void WriteColor(ResultWriter& out, Color color) {
  out.BeginArray();
  for (const auto channel : {color.r, color.g, color.b, color.a}) {
    out.Value(channel);
  }
  out.EndArray();
}

}  // namespace goxel
