// The `sheet` of a goxel.render_views request.

#ifndef DAEMON_SHEET_OPTIONS_H_
#define DAEMON_SHEET_OPTIONS_H_

#include <cstddef>

#include "daemon/params.h"
#include "daemon/render_request.h"
#include "daemon/sheet_request.h"
#include "ipc/status.h"

namespace goxel {

struct SheetOptions {
  // With a cell for each view, of no camera yet; labels where they are given.
  SheetRequest sheet;
  bool own_labels = false;  // Else the labels are the names of the views.
  bool frames = false;      // The views are wanted as renders, too.
};

// Reads true, or an object. `frame` is the picture of one cell.
// kInvalidArgument naming the member.
Result<SheetOptions> ReadSheetOptions(Json value,
                                      const SceneRenderRequest& frame,
                                      std::size_t views);

// kTooLarge (requested, limit) when a sheet of `layout`, otherwise ordered as
// `frame`, is over a limit.
Status CheckSheetSize(const SheetLayout& layout,
                      const SceneRenderRequest& frame,
                      const RenderLimits& limits);

}  // namespace goxel

#endif  // DAEMON_SHEET_OPTIONS_H_
