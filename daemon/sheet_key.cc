#include "daemon/sheet_key.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "daemon/render_key.h"
#include "daemon/sheet_request.h"
#include "ipc/content_key.h"

namespace goxel {
namespace {

void AddColor(std::string& text, std::string_view name, Color color) {
  fmt::format_to(std::back_inserter(text), "{} {:02x}{:02x}{:02x}{:02x}\n",
                 name, color.r, color.g, color.b, color.a);
}

}  // namespace

SceneRenderRequest CellRequest(const SceneRenderRequest& sheet,
                               const CameraRequest& camera) {
  SceneRenderRequest cell = sheet;
  cell.width = sheet.sheet->shape.cell_width;
  cell.height = sheet.sheet->shape.cell_height;
  cell.camera = camera;
  cell.sheet = nullptr;
  return cell;
}

ContentKey MakeSheetKey(const SceneRenderRequest& request,
                        const Hash128& volume_hash, std::string_view build_id) {
  const SheetRequest& sheet = *request.sheet;
  const SheetLayout layout(sheet.shape);
  std::string text =
      fmt::format("goxel-sheet 1\ncells {} {} {} {} {}\n", sheet.cells.size(),
                  layout.columns(), layout.cell_width(), layout.cell_height(),
                  sheet.shape.gap);
  AddColor(text, "background", sheet.background);
  if (sheet.shape.labels) AddColor(text, "labels", sheet.label_color);
  SceneRenderRequest cell = CellRequest(request, {});
  for (const SheetCell& shown : sheet.cells) {
    cell.camera = shown.camera;
    const ContentKey key = MakeContentKey(cell, volume_hash, build_id);
    if (key.empty()) return {};
    text += FormatContentKey(key);
    // The length keeps a line feed in a label from passing for the next cell.
    if (sheet.shape.labels) {
      fmt::format_to(std::back_inserter(text), " {} {}", shown.label.size(),
                     shown.label);
    }
    text += '\n';
  }
  return HashKeyText(text, VariantOf(request));
}

}  // namespace goxel
