#include "daemon/delivery.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>

#include "daemon/pooled_frame.h"
#include "ipc/pam_header.h"
#include "transfer/checksum.h"
#include "transfer/png_encoder.h"
#include "transfer/raw_encoders.h"
#include "transfer/token.h"

namespace goxel {
namespace {

using Clock = std::chrono::steady_clock;

std::uint64_t NanosecondsSince(Clock::time_point start) {
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(Clock::now() - start).count());
}

std::size_t PixelBytes(const SceneRenderRequest& request) {
  return std::size_t{request.width} * request.height * 4;
}

PixelTarget MakeTarget(const SceneRenderRequest& request,
                       std::span<std::byte> pixels, ImportableMemory memory,
                       bool zero_copy) {
  PixelTarget target{.pixels = pixels.first(PixelBytes(request)),
                     .width = request.width,
                     .height = request.height,
                     .stride_bytes = request.width * 4,
                     .memory = std::nullopt};
  if (zero_copy && SupportsZeroCopy(request.width, request.height)) {
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

// Takes a frame of the pool for a picture that is going to be encoded.
Result<PixelTarget> PrepareFrame(const SceneRenderRequest& request,
                                 FramePool* frames, bool zero_copy,
                                 std::shared_ptr<PooledFrame>& frame) {
  auto acquired = PooledFrame::Acquire(frames, PixelBytes(request));
  if (!acquired) return Fail(std::move(acquired.error()));
  frame = *std::move(acquired);
  return MakeTarget(request, frame->frame(), zero_copy);
}

PixelView MakeView(const SceneRenderRequest& request, Frame& frame) {
  return {.pixels = frame.pixels().first(PixelBytes(request)),
          .width = request.width,
          .height = request.height,
          .stride_bytes = request.width * 4};
}

// What a read-back took belongs to the transfer: a zero-copy render saves it.
RenderTimes MakeTimes(const DrawReport& drawn, Clock::time_point start) {
  return {.render_ns = drawn.mesh_ns + drawn.draw_ns,
          .transfer_ns = drawn.read_ns + NanosecondsSince(start)};
}

StageRequest MakeStageRequest(const DeliveryOrder& order) {
  const SceneRenderRequest& request = order.request;
  return {.key = order.key,
          .session = order.session,
          .ttl = request.ttl,
          .format = request.format,
          .width = request.width,
          .height = request.height,
          .camera_json = order.camera_json,
          .settings_json = order.settings_json,
          .recyclable = request.mode == ReturnMode::kMmap};
}

// The self-description of a picture that the store does not know.
Result<RenderRecord> MakeRecord(const DeliveryOrder& order) {
  auto id = MakeRenderId();
  if (!id) return Fail(std::move(id.error()));
  return RenderRecord{.id = *id,
                      .key = {},
                      .session = order.session,
                      .created_unix_s = std::time(nullptr),
                      .ttl_s = 0,
                      .format = RenderFormat::kPam,
                      .width = order.request.width,
                      .height = order.request.height,
                      .camera_json = order.camera_json,
                      .settings_json = order.settings_json};
}

Status Encode(const SceneRenderRequest& request, const PixelView& view,
              const RenderRecord* record, const ByteSink& sink) {
  if (request.format == RenderFormat::kPpm) return EncodePpm(view, sink);
  return EncodePng(view, record, request.compression, sink);
}

// At most this many bytes come out of Encode().
std::uint64_t MaxEncodedBytes(const SceneRenderRequest& request) {
  constexpr std::uint64_t kPpmHeaderBytes = 64;
  if (request.format == RenderFormat::kPpm) {
    return kPpmHeaderBytes + std::uint64_t{request.width} * request.height * 3;
  }
  return MaxPngBytes(request.width, request.height);
}

RenderOutcome Committed(const RenderInfo& info, const RenderStore& store,
                        const RenderTimes& times) {
  RenderOutcome outcome;
  outcome.info = info;
  outcome.path = store.PathOf(info).string();
  outcome.id = info.id;
  outcome.times = times;
  return outcome;
}

// A raw file of the store: the file is the picture's only copy.
class RawFileDelivery : public Delivery {
 public:
  RawFileDelivery(DeliveryOrder order, RenderStore* store)
      : order_(std::move(order)), store_(store) {
    const auto by_default = order_.request.mode == ReturnMode::kFilePath
                                ? ChecksumKind::kSha256
                                : ChecksumKind::kNone;
    checksum_ = order_.request.checksum.value_or(by_default);
  }

  Result<PixelTarget> Prepare(bool zero_copy) override {
    auto staged = store_->StagePixels(MakeStageRequest(order_));
    if (!staged) return Fail(std::move(staged.error()));
    staged_ = *std::move(staged);
    return MakeTarget(order_.request, staged_->pixels(),
                      {.fd = staged_->fd(),
                       .size_bytes = staged_->file_bytes(),
                       .pixel_offset = kFramePixelOffset},
                      zero_copy);
  }

  bool encodes() const override { return checksum_ != ChecksumKind::kNone; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = Clock::now();
    auto checksum = ComputeChecksum();
    if (!checksum) return Fail(std::move(checksum.error()));
    auto info = staged_->Commit(MakeTimes(drawn, start), *checksum);
    if (!info) return Fail(std::move(info.error()));
    return Committed(*info, *store_, MakeTimes(drawn, start));
  }

 private:
  // Of the file as it will be: Commit() writes the same header.
  Result<Checksum> ComputeChecksum() {
    if (checksum_ == ChecksumKind::kNone) return Checksum{};
    auto builder = ChecksumBuilder::Create(checksum_);
    if (!builder) return Fail(std::move(builder.error()));
    std::array<std::byte, kPamHeaderBytes> header;
    WritePamHeader(staged_->record(), header);
    builder->Add(header);
    builder->Add(staged_->pixels().first(PixelBytes(order_.request)));
    return builder->Finish();
  }

  const DeliveryOrder order_;
  RenderStore* const store_;
  ChecksumKind checksum_;
  std::unique_ptr<StagedPixels> staged_;
};

// An encoded file of the store, by way of a scratch frame.
class EncodedFileDelivery : public Delivery {
 public:
  EncodedFileDelivery(DeliveryOrder order, const DeliveryResources& resources)
      : order_(std::move(order)), resources_(resources) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    auto staged = resources_.store->StageFile(MakeStageRequest(order_),
                                              MaxEncodedBytes(order_.request));
    if (!staged) return Fail(std::move(staged.error()));
    staged_ = *std::move(staged);
    return PrepareFrame(order_.request, resources_.frames, zero_copy, frame_);
  }

  bool encodes() const override { return true; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = Clock::now();
    auto checksum = ChecksumBuilder::Create(
        order_.request.checksum.value_or(ChecksumKind::kSha256));
    if (!checksum) return Fail(std::move(checksum.error()));
    const auto sink = [&](std::span<const std::byte> bytes) {
      checksum->Add(bytes);
      return staged_->Append(bytes);
    };
    Status encoded =
        Encode(order_.request, MakeView(order_.request, frame_->frame()),
               &staged_->record(), sink);
    if (!encoded.ok()) return Fail(std::move(encoded));
    auto info = staged_->Commit(MakeTimes(drawn, start), checksum->Finish());
    if (!info) return Fail(std::move(info.error()));
    return Committed(*info, *resources_.store, MakeTimes(drawn, start));
  }

 private:
  const DeliveryOrder order_;
  const DeliveryResources resources_;
  std::unique_ptr<StagedFile> staged_;
  std::shared_ptr<PooledFrame> frame_;
};

// A memfd that can never change again.
class DescriptorDelivery : public Delivery {
 public:
  explicit DescriptorDelivery(DeliveryOrder order) : order_(std::move(order)) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    auto frame =
        Frame::CreateAnonymous(kFramePixelOffset + PixelBytes(order_.request));
    if (!frame) return Fail(std::move(frame.error()));
    frame_ = *std::move(frame);
    return MakeTarget(order_.request, *frame_, zero_copy);
  }

  bool encodes() const override { return false; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = Clock::now();
    auto record = MakeRecord(order_);
    if (!record) return Fail(std::move(record.error()));
    WritePamHeader(*record, frame_->header().first<kPamHeaderBytes>());
    // A writable mapping would forbid the seal.
    UniqueFd fd = (*std::exchange(frame_, std::nullopt)).Release();
    constexpr int kSeals =
        F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) {
      return Fail(Status::FromErrno("seal the memfd of a render", errno));
    }
    RenderOutcome outcome;
    outcome.descriptor = std::move(fd);
    outcome.id = record->id;
    outcome.times = MakeTimes(drawn, start);
    return outcome;
  }

 private:
  const DeliveryOrder order_;
  std::optional<Frame> frame_;
};

class EncodedBytes : public InlineBytes {
 public:
  explicit EncodedBytes(std::vector<std::byte> bytes)
      : bytes_(std::move(bytes)) {}
  std::span<const std::byte> bytes() const override { return bytes_; }

 private:
  const std::vector<std::byte> bytes_;
};

class RawBytes : public InlineBytes {
 public:
  RawBytes(std::shared_ptr<PooledFrame> frame, std::size_t size)
      : frame_(std::move(frame)),
        bytes_(frame_->frame().pixels().first(size)) {}
  std::span<const std::byte> bytes() const override { return bytes_; }

 private:
  const std::shared_ptr<PooledFrame> frame_;
  const std::span<const std::byte> bytes_;
};

// Bytes for the reply itself: a PNG, or the pixels as they are.
class InlineDelivery : public Delivery {
 public:
  InlineDelivery(DeliveryOrder order, FramePool* frames)
      : request_(std::move(order.request)), frames_(frames) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    return PrepareFrame(request_, frames_, zero_copy, frame_);
  }

  bool encodes() const override {
    return request_.format != RenderFormat::kPam;
  }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = Clock::now();
    RenderOutcome outcome;
    if (!encodes()) {
      outcome.inlined =
          std::make_shared<RawBytes>(std::move(frame_), PixelBytes(request_));
    } else {
      std::vector<std::byte> text;
      const auto sink = [&](std::span<const std::byte> bytes) {
        text.insert(text.end(), bytes.begin(), bytes.end());
        return Status();
      };
      Status encoded =
          Encode(request_, MakeView(request_, frame_->frame()), nullptr, sink);
      if (!encoded.ok()) return Fail(std::move(encoded));
      outcome.inlined = std::make_shared<EncodedBytes>(std::move(text));
    }
    outcome.times = MakeTimes(drawn, start);
    return outcome;
  }

 private:
  const SceneRenderRequest request_;
  FramePool* const frames_;
  std::shared_ptr<PooledFrame> frame_;
};

// A file where the client said; the store knows nothing of it.
class ExportDelivery : public Delivery {
 public:
  ExportDelivery(DeliveryOrder order, const DeliveryResources& resources)
      : order_(std::move(order)), resources_(resources) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    Status path =
        CheckExportPath(order_.request.output_path, resources_.export_rules);
    if (!path.ok()) return Fail(std::move(path));
    return PrepareFrame(order_.request, resources_.frames, zero_copy, frame_);
  }

  bool encodes() const override { return true; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = Clock::now();
    auto record = MakeRecord(order_);
    if (!record) return Fail(std::move(record.error()));
    const PixelView view = MakeView(order_.request, frame_->frame());
    auto written =
        ExportFile(order_.request.output_path, resources_.export_rules,
                   [&](const ByteSink& sink) {
                     return order_.request.format == RenderFormat::kPam
                                ? EncodePam(view, *record, sink)
                                : Encode(order_.request, view, nullptr, sink);
                   });
    if (!written) return Fail(std::move(written.error()));
    RenderOutcome outcome;
    outcome.times = MakeTimes(drawn, start);
    return outcome;
  }

 private:
  const DeliveryOrder order_;
  const DeliveryResources resources_;
  std::shared_ptr<PooledFrame> frame_;
};

}  // namespace

Result<RenderOutcome> RenderOutcome::Share() const {
  RenderOutcome shared;
  shared.info = info;
  shared.path = path;
  shared.inlined = inlined;
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
  switch (order.request.mode) {
    case ReturnMode::kFd:
      return std::make_unique<DescriptorDelivery>(std::move(order));
    case ReturnMode::kBase64:
      return std::make_unique<InlineDelivery>(std::move(order),
                                              resources.frames);
    case ReturnMode::kOutputPath:
      return std::make_unique<ExportDelivery>(std::move(order), resources);
    case ReturnMode::kFilePath:
    case ReturnMode::kMmap:
      break;
  }
  if (order.request.format == RenderFormat::kPam) {
    return std::make_unique<RawFileDelivery>(std::move(order), resources.store);
  }
  return std::make_unique<EncodedFileDelivery>(std::move(order), resources);
}

}  // namespace goxel
