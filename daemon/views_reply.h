// The reply of goxel.render_views, and what clients hear of each view before
// it. The reply is written a view at a time while the client takes it.

#ifndef DAEMON_VIEWS_REPLY_H_
#define DAEMON_VIEWS_REPLY_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/delivery.h"
#include "daemon/project.h"
#include "daemon/rpc.h"
#include "daemon/views_request.h"

namespace goxel {

// A finished request for views.
struct ViewsOutcome {
  ViewsRequest request;
  std::shared_ptr<const SceneSnapshot> snapshot;
  std::vector<RenderOutcome> views;  // By index; none without frames.
  std::optional<RenderOutcome> sheet;
};

RpcReply MakeViewsReply(std::shared_ptr<const ViewsOutcome> outcome);

// The params of the notification goxel.view_ready: the view's entry of the
// reply, without a picture's text, and `count` of views. `view` is the one of
// that index, which may not be in `outcome` yet.
std::string ViewReadyParams(const ViewsOutcome& outcome, std::size_t index,
                            const RenderOutcome& view);

}  // namespace goxel

#endif  // DAEMON_VIEWS_REPLY_H_
