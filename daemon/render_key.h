// The content key of a render: a hash of everything that decides its bytes.

#ifndef DAEMON_RENDER_KEY_H_
#define DAEMON_RENDER_KEY_H_

#include <string_view>

#include "daemon/render_request.h"
#include "ipc/render_record.h"
#include "renderer/camera.h"
#include "renderer/scene/scene.h"

namespace goxel {

// XXH3-128 over the volume's hash, the resolved camera, the size, the settings,
// the file format with its compression, and Renderer::build_id(). Requests that
// differ only in how the bytes reach the client have equal keys. Never empty.
ContentKey MakeContentKey(const SceneRenderRequest& request,
                          const Hash128& volume_hash, const Camera& camera,
                          std::string_view build_id);

}  // namespace goxel

#endif  // DAEMON_RENDER_KEY_H_
