// One view as a request wants it: a picture, its planes (options.aov), or both
// together.

#ifndef DAEMON_VIEW_RENDERING_H_
#define DAEMON_VIEW_RENDERING_H_

#include <memory>

#include "daemon/project.h"
#include "daemon/render_request.h"
#include "daemon/render_service.h"
#include "transfer/render_store.h"

namespace goxel {

// Answers through `done`, on any thread; the outcome of a request for both is
// that of its picture, with the planes. When the picture fails, the planes that
// were made for it are withdrawn: there is all of it or nothing. `renders` and
// `store` must outlive the answer.
void RenderView(RenderService& renders, RenderStore& store,
                SceneRenderRequest request,
                std::shared_ptr<const SceneSnapshot> snapshot,
                std::shared_ptr<Peer> peer, RenderDone done);

}  // namespace goxel

#endif  // DAEMON_VIEW_RENDERING_H_
