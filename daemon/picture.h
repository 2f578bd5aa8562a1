// What every way of delivering a picture needs: memory to draw it into, and its
// bytes in the format that was asked for.

#ifndef DAEMON_PICTURE_H_
#define DAEMON_PICTURE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "daemon/delivery.h"
#include "daemon/pooled_frame.h"
#include "daemon/render_request.h"
#include "ipc/render_record.h"
#include "ipc/status.h"
#include "renderer/renderer.h"
#include "transfer/frame.h"
#include "transfer/pixel_view.h"
#include "transfer/render_store.h"

namespace goxel {

using DeliveryClock = std::chrono::steady_clock;

std::size_t PixelBytes(const SceneRenderRequest& request);

// A target in `pixels`, whose file is `memory`.
PixelTarget MakeTarget(const SceneRenderRequest& request,
                       std::span<std::byte> pixels,
                       const ImportableMemory& memory, bool zero_copy);

// A target in `frame`, which may have no file.
PixelTarget MakeTarget(const SceneRenderRequest& request, Frame& frame,
                       bool zero_copy);

PixelView MakeView(const SceneRenderRequest& request,
                   std::span<const std::byte> pixels);

// Takes a frame of the pool into `frame`.
Result<PixelTarget> PrepareFrame(const SceneRenderRequest& request,
                                 FramePool* frames, bool zero_copy,
                                 std::shared_ptr<PooledFrame>& frame);

// The file of the request's format. `record` may be null where the format is
// not kPam.
Status Encode(const SceneRenderRequest& request, const PixelView& view,
              const RenderRecord* record, const ByteSink& sink);

// At most this many bytes come out of Encode().
std::uint64_t MaxEncodedBytes(const SceneRenderRequest& request);

// `sink`, which fails with kUnavailable once the pictures are given up.
ByteSink UntilGivenUp(const DeliveryResources& resources, ByteSink sink);

// What a read-back took belongs to the transfer: a zero-copy render saves it.
// `start` is when Finish() was called.
RenderTimes MakeTimes(const DrawReport& drawn, DeliveryClock::time_point start);

// The self-description of a picture that the store does not know.
Result<RenderRecord> MakeRecord(const DeliveryOrder& order);

}  // namespace goxel

#endif  // DAEMON_PICTURE_H_
