#include "daemon/methods/render_planes.h"

#include <utility>

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

void RenderWithPlanes(const MethodContext& context,
                      const SceneRenderRequest& request,
                      std::shared_ptr<const SceneSnapshot> snapshot,
                      std::shared_ptr<Peer> peer,
                      std::function<void(Result<PlanesOutcome>)> done) {
  auto& renders = context.renders;
  auto& store = context.store;
  auto with_planes = [=, &renders, &store](Result<RenderOutcome> planes) {
    if (!planes) return done(Fail(std::move(planes.error())));
    auto outcome = std::make_shared<PlanesOutcome>();
    outcome->planes = *std::move(planes);
    if (!request.color) return done(std::move(*outcome));
    renders.Render(PictureOf(request), snapshot, peer,
                   [=, &store](Result<RenderOutcome> picture) {
                     if (!picture) {
                       WithdrawPlanes(store, outcome->planes.planes);
                       return done(Fail(std::move(picture.error())));
                     }
                     outcome->picture = *std::move(picture);
                     done(std::move(*outcome));
                   });
  };
  renders.Render(request, snapshot, peer, std::move(with_planes));
}

}  // namespace goxel
