// Where a daemon has its renders, when nobody has said it.

#ifndef CLIENTS_CPP_RENDER_DIRECTORY_H_
#define CLIENTS_CPP_RENDER_DIRECTORY_H_

#include <filesystem>
#include <vector>

namespace goxel {

// The places that FindRenderDirectory() looks at: GOXEL_RENDER_DIR alone when
// it is set, else, as with the socket, that of the user's service
// ($XDG_RUNTIME_DIR/goxel/renders), that of the system's (/run/goxel/renders)
// and that of a daemon without a service (/tmp/goxel_renders). Never empty.
std::vector<std::filesystem::path> RenderDirectoryPlaces();

// The first place with an index that this user may read, else the last.
std::filesystem::path FindRenderDirectory();

}  // namespace goxel

#endif  // CLIENTS_CPP_RENDER_DIRECTORY_H_
