// The ways in which pixels leave the daemon. A delivery makes room for a
// picture, lends that room to the renderer, and then hands the picture on: as a
// render of the store, as a sealed descriptor, as bytes for a reply, or as a
// file where the client said.
//
// A delivery that is destroyed before Finish() leaves nothing behind.
//
// Thread safety: one thread at a time; Prepare() and Finish() may run on
// different ones.

#ifndef DAEMON_DELIVERY_H_
#define DAEMON_DELIVERY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/render_request.h"
#include "ipc/encrypted_file.h"
#include "ipc/render_info.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"
#include "renderer/object_extents.h"
#include "renderer/renderer.h"
#include "transfer/export_file.h"
#include "transfer/frame.h"
#include "transfer/pixel_view.h"
#include "transfer/render_store.h"

namespace goxel {

// Bytes of a picture that a reply carries; any number of replies may share
// them.
class InlineBytes {
 public:
  virtual ~InlineBytes() = default;
  virtual std::span<const std::byte> bytes() const = 0;
};

// Why a picture came in another mode than the one that was asked for.
struct Degradation {
  ReturnMode requested = ReturnMode::kFilePath;
  ReturnMode delivered = ReturnMode::kBase64;
  Status cause;  // Of code kStorageFailed or kFileTransferDisabled.
};

// A plane of a view, as a render of the store.
struct DeliveredPlane {
  Plane plane = Plane::kDepth;
  RenderInfo info;
  std::string path;
  bool cached = false;
  std::vector<ObjectExtent> objects;  // Of kObjectId.
};

// What became of a render: one of `info`, `descriptor`, `inlined`, `exported`
// for a file that the daemon named in the client's directory, `planes` for a
// request that names some, or none of them for a file at output_path.
struct RenderOutcome {
  std::optional<RenderInfo> info;
  std::string path;     // Of `info`'s file, or of `exported`.
  UniqueFd descriptor;  // Sealed; a PAM header page, then pixels.
  std::shared_ptr<const InlineBytes> inlined;
  std::optional<RenderInfo> exported;
  std::optional<Degradation> degraded;
  std::optional<RenderEncryption> encryption;  // The only copy of the key.
  std::vector<DeliveredPlane> planes;          // In the request's order.

  RenderId id = 0;
  ContentKey key;  // Empty: shared with nobody.
  bool cached = false;
  Camera camera;
  RenderTimes times;
  std::optional<PixelPath> pixel_path;  // Unset: not drawn for this request.

  // The same outcome for another client; the descriptor is duplicated.
  // REQUIRES: not encrypted.
  Result<RenderOutcome> Share() const;
};

class Delivery {
 public:
  virtual ~Delivery() = default;

  // Makes room. The target is valid until Finish(); it offers its memory for
  // import when `zero_copy` and the size allow it.
  virtual Result<PixelTarget> Prepare(bool zero_copy) = 0;

  // After Prepare(): where the planes of the request go that are yet to be
  // drawn. Valid until Finish().
  virtual std::span<const PlaneTarget> planes() const { return {}; }

  // The picture's render id after Prepare(); 0 for bytes of a reply and for a
  // file at output_path, which have none.
  virtual RenderId id() const = 0;

  // Tells readers of the index that rows [0, rows) are final.
  virtual void SetRowsReady(std::uint32_t rows) { static_cast<void>(rows); }

  // True when Finish() encodes, and so belongs on another thread than the one
  // that draws.
  virtual bool encodes() const = 0;

  // Hands the drawn picture on. The caller fills in key and camera.
  virtual Result<RenderOutcome> Finish(const DrawReport& drawn) = 0;
};

// A delivery into the render directory.
class FileDelivery : public Delivery {
 public:
  // The picture that was drawn, also when Finish() has failed.
  // REQUIRES: Prepare() has succeeded and Finish() has not.
  virtual PixelView picture() = 0;
};

// What deliveries use; must outlive them. Thread safe.
struct DeliveryResources {
  RenderStore* store;
  FramePool* frames;
  ExportRules export_rules;
  std::uint64_t max_inline_bytes;  // Of a picture in a reply, before base64.
  bool file_transfer;              // The operator allows file_path and mmap.
  // Set when nobody waits for pictures any more: encoding ends early then.
  const std::atomic<bool>* given_up;
};

struct DeliveryOrder {
  SceneRenderRequest request;
  ContentKey key;
  std::vector<ContentKey> plane_keys;  // Of request.planes, in their order.
  std::uint32_t session = 0;
  std::string camera_json;
  std::string settings_json;
};

// The delivery of the request's return mode.
std::unique_ptr<Delivery> MakeDelivery(DeliveryOrder order,
                                       const DeliveryResources& resources);

}  // namespace goxel

#endif  // DAEMON_DELIVERY_H_
