// Delivers the planes of a view: a raw file of the store for each, all of them
// or none.

#ifndef DAEMON_PLANE_DELIVERY_H_
#define DAEMON_PLANE_DELIVERY_H_

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/delivery.h"
#include "ipc/render_record.h"
#include "ipc/status.h"
#include "transfer/render_store.h"

namespace goxel {

// Room for all planes is reserved before anything is drawn; those that exist
// already are used, unless the request says otherwise, and not drawn again.
// REQUIRES: the order's request names planes.
std::unique_ptr<Delivery> MakePlaneDelivery(DeliveryOrder order,
                                            const DeliveryResources& resources);

// The planes of `request`, when all of them exist, without what
// CompletePlanes() adds. `keys` are theirs, in their order. kNotFound.
Result<std::vector<DeliveredPlane>> ReusePlanes(
    RenderStore& store, const SceneRenderRequest& request,
    const std::vector<ContentKey>& keys,
    std::optional<std::chrono::seconds> ttl);

// Takes those back that were made for this request.
void WithdrawPlanes(RenderStore& store,
                    const std::vector<DeliveredPlane>& planes);

// Adds what the reply tells and files have to be read for: where objects are
// seen, and checksums that the planes were kept without. kNotFound when a plane
// is gone.
Status CompletePlanes(RenderStore& store, const SceneRenderRequest& request,
                      std::vector<DeliveredPlane>& planes);

}  // namespace goxel

#endif  // DAEMON_PLANE_DELIVERY_H_
