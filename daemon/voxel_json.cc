#include "daemon/voxel_json.h"

#include <fmt/compile.h>

#include <iterator>

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

void AppendCell(std::string& text, Cell cell) {
  fmt::format_to(std::back_inserter(text),
                 FMT_COMPILE(R"({{"x":{},"y":{},"z":{})"), cell.x, cell.y,
                 cell.z);
}

void AppendVoxel(std::string& text, Cell cell, Color color) {
  AppendCell(text, cell);
  fmt::format_to(std::back_inserter(text),
                 FMT_COMPILE(R"(,"color":[{},{},{},{}]}})"), color.r, color.g,
                 color.b, color.a);
}

}  // namespace goxel
