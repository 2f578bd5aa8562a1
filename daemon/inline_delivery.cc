#include <fmt/format.h>

#include <utility>
#include <vector>

#include "daemon/delivery_kinds.h"
#include "daemon/picture.h"

namespace goxel {
namespace {

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

Status TooLargeForAReply(std::uint64_t bytes, std::uint64_t limit) {
  return Status(StatusCode::kTooLarge,
                fmt::format("the picture has {} bytes or more; max_inline_size "
                            "allows {} in a reply",
                            bytes, limit))
      .With("requested", static_cast<std::int64_t>(bytes))
      .With("limit", static_cast<std::int64_t>(limit));
}

class InlineDelivery : public Delivery {
 public:
  InlineDelivery(DeliveryOrder order, const DeliveryResources& resources)
      : request_(std::move(order.request)), resources_(resources) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    if (!encodes() && PixelBytes(request_) > resources_.max_inline_bytes) {
      return Fail(
          TooLargeForAReply(PixelBytes(request_), resources_.max_inline_bytes));
    }
    return PrepareFrame(request_, resources_.frames, zero_copy, frame_);
  }

  RenderId id() const override { return 0; }

  bool encodes() const override {
    return request_.format != RenderFormat::kPam;
  }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = DeliveryClock::now();
    RenderOutcome outcome;
    if (!encodes()) {
      outcome.inlined =
          std::make_shared<RawBytes>(std::move(frame_), PixelBytes(request_));
    } else {
      auto bytes = EncodeToMemory();
      if (!bytes) return Fail(std::move(bytes.error()));
      outcome.inlined = std::make_shared<EncodedBytes>(*std::move(bytes));
    }
    outcome.times = MakeTimes(drawn, start);
    return outcome;
  }

 private:
  Result<std::vector<std::byte>> EncodeToMemory() {
    std::vector<std::byte> file;
    const std::uint64_t limit = resources_.max_inline_bytes;
    const auto sink = [&](std::span<const std::byte> bytes) -> Status {
      if (bytes.size() > limit - file.size()) {
        return TooLargeForAReply(file.size() + bytes.size(), limit);
      }
      file.insert(file.end(), bytes.begin(), bytes.end());
      return {};
    };
    Status encoded =
        Encode(request_, MakeView(request_, frame_->frame().pixels()), nullptr,
               UntilGivenUp(resources_, sink));
    if (!encoded.ok()) return Fail(std::move(encoded));
    return file;
  }

  const SceneRenderRequest request_;
  const DeliveryResources resources_;
  std::shared_ptr<PooledFrame> frame_;
};

}  // namespace

std::unique_ptr<Delivery> MakeInlineDelivery(
    DeliveryOrder order, const DeliveryResources& resources) {
  return std::make_unique<InlineDelivery>(std::move(order), resources);
}

}  // namespace goxel
