#include "daemon/picture.h"

#include <ctime>
#include <utility>

#include "transfer/picture_encoder.h"
#include "transfer/token.h"

namespace goxel {

std::size_t PixelBytes(const SceneRenderRequest& request) {
  return std::size_t{request.width} * request.height * 4;
}

PixelTarget MakeTarget(const SceneRenderRequest& request,
                       std::span<std::byte> pixels,
                       const ImportableMemory& memory, bool zero_copy) {
  PixelTarget target{.pixels = pixels.first(PixelBytes(request)),
                     .width = request.width,
                     .height = request.height,
                     .stride_bytes = request.width * 4};
  if (zero_copy && memory.fd >= 0 &&
      SupportsZeroCopy(request.width, request.height)) {
    target.memory = memory;
  }
  return target;
}

PixelTarget MakeTarget(const SceneRenderRequest& request, Frame& frame,
                       bool zero_copy) {
  return MakeTarget(request, frame.pixels(),
                    {.fd = frame.fd(),
                     .size_bytes = frame.file_bytes(),
                     .pixel_offset = kFramePixelOffset},
                    zero_copy);
}

PixelView MakeView(const SceneRenderRequest& request,
                   std::span<const std::byte> pixels) {
  return {.pixels = pixels.first(PixelBytes(request)),
          .width = request.width,
          .height = request.height,
          .stride_bytes = request.width * 4};
}

Result<PixelTarget> PrepareFrame(const SceneRenderRequest& request,
                                 FramePool* frames, bool zero_copy,
                                 std::shared_ptr<PooledFrame>& frame) {
  auto acquired = PooledFrame::Acquire(frames, PixelBytes(request));
  if (!acquired) return Fail(std::move(acquired.error()));
  frame = *std::move(acquired);
  return MakeTarget(request, frame->frame(), zero_copy);
}

Status Encode(const SceneRenderRequest& request, const PixelView& view,
              const RenderRecord* record, const ByteSink& sink) {
  return EncodePicture(view, record,
                       {.format = request.format,
                        .compression = request.compression,
                        .quality = request.quality},
                       sink);
}

std::uint64_t MaxEncodedBytes(const SceneRenderRequest& request) {
  return MaxPictureBytes(request.format, request.width, request.height);
}

ByteSink UntilGivenUp(const DeliveryResources& resources, ByteSink sink) {
  return [given_up = resources.given_up,
          sink = std::move(sink)](std::span<const std::byte> bytes) -> Status {
    if (*given_up) {
      return {StatusCode::kUnavailable,
              "the daemon is shutting down and gives this render up"};
    }
    return sink(bytes);
  };
}

RenderTimes MakeTimes(const DrawReport& drawn,
                      DeliveryClock::time_point start) {
  const std::chrono::nanoseconds took = DeliveryClock::now() - start;
  return {
      .render_ns = drawn.mesh_ns + drawn.draw_ns,
      .transfer_ns = drawn.read_ns + static_cast<std::uint64_t>(took.count())};
}

Result<RenderRecord> MakeRecord(const DeliveryOrder& order) {
  auto id = MakeRenderId();
  if (!id) return Fail(std::move(id.error()));
  return RenderRecord{.id = *id,
                      .key = {},
                      .session = order.session,
                      .created_unix_s = std::time(nullptr),
                      .ttl_s = 0,
                      .format = order.request.format,
                      .width = order.request.width,
                      .height = order.request.height,
                      .camera_json = order.camera_json,
                      .settings_json = order.settings_json};
}

}  // namespace goxel
