// The content keys of planes: what decides the values of each, and nothing of
// how the picture beside it looks (docs/content-keys.md).

#ifndef DAEMON_PLANE_KEY_H_
#define DAEMON_PLANE_KEY_H_

#include <string_view>
#include <vector>

#include "daemon/project.h"
#include "daemon/render_request.h"
#include "ipc/render_record.h"

namespace goxel {

// Of each of request.planes. Looks at the snapshot's view.
std::vector<ContentKey> MakePlaneKeys(const SceneRenderRequest& request,
                                      const SceneSnapshot& snapshot,
                                      std::string_view build_id);

// Of all of them together, for requests in flight. Empty where one is.
ContentKey CombineKeys(const std::vector<ContentKey>& keys);

}  // namespace goxel

#endif  // DAEMON_PLANE_KEY_H_
