#include "daemon/delivery.h"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "daemon/delivery_kinds.h"
#include "daemon/plane_delivery.h"

namespace goxel {

Result<RenderOutcome> RenderOutcome::Share() const {
  RenderOutcome shared;
  shared.info = info;
  shared.path = path;
  shared.inlined = inlined;
  shared.degraded = degraded;
  shared.planes = planes;
  shared.id = id;
  shared.key = key;
  shared.cached = cached;
  shared.camera = camera;
  shared.times = times;
  shared.pixel_path = pixel_path;
  if (descriptor.valid()) {
    shared.descriptor = UniqueFd(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0));
    if (!shared.descriptor.valid()) {
      return Fail(Status::FromErrno("duplicate the memfd of a render", errno));
    }
  }
  return shared;
}

std::unique_ptr<Delivery> MakeDelivery(DeliveryOrder order,
                                       const DeliveryResources& resources) {
  if (!order.request.planes.empty()) {
    return MakePlaneDelivery(std::move(order), resources);
  }
  switch (order.request.mode) {
    case ReturnMode::kFd:
      return MakeDescriptorDelivery(std::move(order), resources);
    case ReturnMode::kBase64:
      return MakeInlineDelivery(std::move(order), resources);
    case ReturnMode::kOutputPath:
      return MakeExportDelivery(std::move(order), resources);
    case ReturnMode::kFilePath:
    case ReturnMode::kMmap:
      break;
  }
  const bool raw =
      order.request.format == RenderFormat::kPam && !order.request.encrypt;
  auto file = raw ? MakeRawFileDelivery(order, resources)
                  : MakeEncodedFileDelivery(order, resources);
  return MakeDegradableDelivery(std::move(file), std::move(order), resources);
}

}  // namespace goxel
