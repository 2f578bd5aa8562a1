// The content key of a contact sheet: what its cells show, as their own content
// keys tell it, and how they are put together (docs/content-keys.md).

#ifndef DAEMON_SHEET_KEY_H_
#define DAEMON_SHEET_KEY_H_

#include <string_view>

#include "daemon/render_request.h"
#include "ipc/render_record.h"
#include "renderer/scene/scene.h"

namespace goxel {

// The request for the picture in one cell. REQUIRES: `sheet` is one of a sheet.
SceneRenderRequest CellRequest(const SceneRenderRequest& sheet,
                               const CameraRequest& camera);

// Empty where the pictures of the cells have no key.
// REQUIRES: `request` is one of a sheet.
ContentKey MakeSheetKey(const SceneRenderRequest& request,
                        const Hash128& volume_hash, std::string_view build_id);

}  // namespace goxel

#endif  // DAEMON_SHEET_KEY_H_
