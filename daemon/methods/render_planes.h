// goxel.render_scene with options.aov: a picture and its planes, or planes
// alone, in one reply.

#ifndef DAEMON_METHODS_RENDER_PLANES_H_
#define DAEMON_METHODS_RENDER_PLANES_H_

#include <functional>
#include <memory>
#include <optional>

#include "daemon/delivery.h"
#include "daemon/methods/methods.h"
#include "daemon/project.h"
#include "daemon/render_request.h"
#include "ipc/status.h"

namespace goxel {

struct PlanesOutcome {
  RenderOutcome planes;
  std::optional<RenderOutcome> picture;  // When the request wants color.
};

// Answers through `done`, on any thread. When the picture fails, the planes
// that were made for it are withdrawn: there is all of it or nothing.
// REQUIRES: `request` names planes.
void RenderWithPlanes(const MethodContext& context,
                      const SceneRenderRequest& request,
                      std::shared_ptr<const SceneSnapshot> snapshot,
                      std::shared_ptr<Peer> peer,
                      std::function<void(Result<PlanesOutcome>)> done);

// The reply to such a request.
RpcReply MakePlanesReply(const SceneRenderRequest& request,
                         const SceneSnapshot& snapshot,
                         const PlanesOutcome& outcome);

}  // namespace goxel

#endif  // DAEMON_METHODS_RENDER_PLANES_H_
