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

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/render_request.h"
#include "ipc/render_info.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"
#include "renderer/renderer.h"
#include "transfer/export_file.h"
#include "transfer/frame.h"
#include "transfer/render_store.h"

namespace goxel {

// Bytes of a picture that a reply carries; any number of replies may share
// them.
class InlineBytes {
 public:
  virtual ~InlineBytes() = default;
  virtual std::span<const std::byte> bytes() const = 0;
};

// What became of a render: one of `info`, `descriptor`, `inlined`, or none of
// them for a file at output_path.
struct RenderOutcome {
  std::optional<RenderInfo> info;
  std::string path;     // Of `info`'s file.
  UniqueFd descriptor;  // Sealed; a PAM header page, then pixels.
  std::shared_ptr<const InlineBytes> inlined;

  RenderId id = 0;
  ContentKey key;  // Empty: shared with nobody.
  bool cached = false;
  Camera camera;
  RenderTimes times;
  std::optional<PixelPath> pixel_path;  // Unset: not drawn for this request.

  // The same outcome for another client; the descriptor is duplicated.
  Result<RenderOutcome> Share() const;
};

class Delivery {
 public:
  virtual ~Delivery() = default;

  // Makes room. The target is valid until Finish(); it offers its memory for
  // import when `zero_copy` and the size allow it.
  virtual Result<PixelTarget> Prepare(bool zero_copy) = 0;

  // True when Finish() encodes, and so belongs on another thread than the one
  // that draws.
  virtual bool encodes() const = 0;

  // Hands the drawn picture on. The caller fills in key and camera.
  virtual Result<RenderOutcome> Finish(const DrawReport& drawn) = 0;
};

// What deliveries use; must outlive them. Thread safe.
struct DeliveryResources {
  RenderStore* store;
  FramePool* frames;
  ExportRules export_rules;
};

struct DeliveryOrder {
  SceneRenderRequest request;
  ContentKey key;
  std::uint32_t session = 0;
  std::string camera_json;
  std::string settings_json;
};

std::unique_ptr<Delivery> MakeDelivery(DeliveryOrder order,
                                       const DeliveryResources& resources);

}  // namespace goxel

#endif  // DAEMON_DELIVERY_H_
