// The content key of a request: what decides the bytes of its render, in the
// words of ipc/content_key.h.

#ifndef DAEMON_RENDER_KEY_H_
#define DAEMON_RENDER_KEY_H_

#include <cstdint>
#include <string_view>

#include "daemon/render_request.h"
#include "ipc/content_key.h"
#include "renderer/scene/scene.h"

namespace goxel {

// Of Renderer::build_id(), as the index shows it to those who make keys
// themselves. Never 0.
std::uint64_t BuildHashOf(std::string_view build_id);

// What the picture shows: the scene as `volume_hash` tells it, and those
// parameters of the request that change pixels. How the bytes reach the client,
// and how long they are kept, does not enter.
KeyFields KeyFieldsOf(const SceneRenderRequest& request,
                      const Hash128& volume_hash, std::string_view build_id);

// Which file the picture is made into.
KeyVariant VariantOf(const SceneRenderRequest& request);

// Requests with equal keys are answered by one render.
ContentKey MakeContentKey(const SceneRenderRequest& request,
                          const Hash128& volume_hash,
                          std::string_view build_id);

}  // namespace goxel

#endif  // DAEMON_RENDER_KEY_H_
