// The `options` of a render request that say how the picture looks and how it
// is kept. What they say of format and return mode is render_request.h's.

#ifndef DAEMON_RENDER_OPTIONS_H_
#define DAEMON_RENDER_OPTIONS_H_

#include <filesystem>

#include "daemon/params.h"
#include "daemon/render_request.h"
#include "ipc/status.h"

namespace goxel {

// Reads the object `options` into `request`. Unknown options are left alone,
// those of later versions refused. kInvalidArgument naming the option.
Status ReadRenderOptions(Json options,
                         const std::filesystem::path& render_directory,
                         SceneRenderRequest& request);

}  // namespace goxel

#endif  // DAEMON_RENDER_OPTIONS_H_
