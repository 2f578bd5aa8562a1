#include "daemon/view_rendering.h"

#include <utility>
#include <vector>

#include "daemon/plane_delivery.h"

namespace goxel {
namespace {

// The picture alone. One without its planes is of no use, so that it has no
// lesser mode either.
SceneRenderRequest PictureOf(SceneRenderRequest request) {
  request.planes.clear();
  request.fallback.emplace();
  return request;
}

}  // namespace

void RenderView(RenderService& renders, RenderStore& store,
                SceneRenderRequest request,
                std::shared_ptr<const SceneSnapshot> snapshot,
                std::shared_ptr<Peer> peer, RenderDone done) {
  if (request.planes.empty() || !request.color) {
    return renders.Render(std::move(request), std::move(snapshot),
                          std::move(peer), std::move(done));
  }
  auto with_planes = [=, &renders, &store](Result<RenderOutcome> drawn) {
    if (!drawn) return done(std::move(drawn));
    auto planes =
        std::make_shared<std::vector<DeliveredPlane>>(std::move(drawn->planes));
    renders.Render(PictureOf(request), snapshot, peer,
                   [=, &store](Result<RenderOutcome> picture) {
                     if (picture) {
                       picture->planes = std::move(*planes);
                     } else {
                       WithdrawPlanes(store, *planes);
                     }
                     done(std::move(picture));
                   });
  };
  renders.Render(request, snapshot, peer, std::move(with_planes));
}

}  // namespace goxel
