// A contact sheet as it is ordered: one render whose picture is many views of
// the scene.

#ifndef DAEMON_SHEET_REQUEST_H_
#define DAEMON_SHEET_REQUEST_H_

#include <string>
#include <vector>

#include "renderer/camera.h"
#include "renderer/scene/volume.h"
#include "renderer/sheet.h"

namespace goxel {

struct SheetCell {
  CameraRequest camera;
  std::string label;  // UTF-8; not looked at without labels.
};

struct SheetRequest {
  std::vector<SheetCell> cells;  // At least one.
  SheetShape shape;              // Of as many cells.
  Color background{};
  Color label_color{};
};

}  // namespace goxel

#endif  // DAEMON_SHEET_REQUEST_H_
