// Where a daemon has its renders, when nobody has said it.

#ifndef CLIENTS_CPP_RENDER_DIRECTORY_H_
#define CLIENTS_CPP_RENDER_DIRECTORY_H_

#include <filesystem>

#include "ipc/status.h"

namespace goxel {

// GOXEL_RENDER_DIR when it is set, whatever is there. Else, as with the socket,
// the first that has an index which this user may read: of the user's service
// ($XDG_RUNTIME_DIR/goxel/renders), of the system's (/run/goxel/renders), of a
// daemon without a service (/tmp/goxel_renders). kUnavailable, naming them,
// when none has.
Result<std::filesystem::path> FindRenderDirectory();

}  // namespace goxel

#endif  // CLIENTS_CPP_RENDER_DIRECTORY_H_
