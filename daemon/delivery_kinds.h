// One function for each way of delivering a picture; MakeDelivery() chooses.
// Each is in the .cc file of its name.

#ifndef DAEMON_DELIVERY_KINDS_H_
#define DAEMON_DELIVERY_KINDS_H_

#include <memory>

#include "daemon/delivery.h"

namespace goxel {

// A raw file of the store: the file is the picture's only copy.
std::unique_ptr<FileDelivery> MakeRawFileDelivery(
    DeliveryOrder order, const DeliveryResources& resources);

// An encoded, maybe encrypted file of the store, by way of a scratch frame.
std::unique_ptr<FileDelivery> MakeEncodedFileDelivery(
    DeliveryOrder order, const DeliveryResources& resources);

// A memfd that can never change again.
std::unique_ptr<Delivery> MakeDescriptorDelivery(
    DeliveryOrder order, const DeliveryResources& resources);

// Bytes for the reply itself: a PNG, or the pixels as they are.
std::unique_ptr<Delivery> MakeInlineDelivery(
    DeliveryOrder order, const DeliveryResources& resources);

// A file where the client said; the store knows nothing of it.
std::unique_ptr<Delivery> MakeExportDelivery(
    DeliveryOrder order, const DeliveryResources& resources);

// `file`, or the picture in one of the modes that the client accepts instead
// when the directory or the operator does not let a file be made.
std::unique_ptr<Delivery> MakeDegradableDelivery(
    std::unique_ptr<FileDelivery> file, DeliveryOrder order,
    const DeliveryResources& resources);

}  // namespace goxel

#endif  // DAEMON_DELIVERY_KINDS_H_
