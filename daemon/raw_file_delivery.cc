#include <array>
#include <utility>

#include "daemon/delivery_kinds.h"
#include "daemon/picture.h"
#include "ipc/pam_header.h"
#include "transfer/checksum.h"

namespace goxel {
namespace {

StageRequest MakeStageRequest(const DeliveryOrder& order) {
  const SceneRenderRequest& request = order.request;
  return {.key = order.key,
          .session = order.session,
          .ttl = request.ttl,
          .format = RenderFormat::kPam,
          .width = request.width,
          .height = request.height,
          .camera_json = order.camera_json,
          .settings_json = order.settings_json,
          .recyclable = request.mode == ReturnMode::kMmap};
}

class RawFileDelivery : public FileDelivery {
 public:
  RawFileDelivery(DeliveryOrder order, RenderStore* store)
      : order_(std::move(order)),
        store_(store),
        checksum_(WantedChecksum(order_.request)) {}

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

  RenderId id() const override { return staged_->record().id; }
  void SetRowsReady(std::uint32_t rows) override {
    staged_->SetRowsReady(rows);
  }
  PixelView picture() override {
    return MakeView(order_.request, staged_->pixels());
  }

  bool encodes() const override { return checksum_ != ChecksumKind::kNone; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = DeliveryClock::now();
    auto checksum = ComputeChecksum();
    if (!checksum) return Fail(std::move(checksum.error()));
    auto info = staged_->Commit(MakeTimes(drawn, start), *checksum);
    if (!info) return Fail(std::move(info.error()));
    RenderOutcome outcome;
    outcome.info = *info;
    outcome.path = store_->PathOf(*info).string();
    outcome.id = info->id;
    outcome.times = MakeTimes(drawn, start);
    return outcome;
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
  const ChecksumKind checksum_;
  std::unique_ptr<StagedPixels> staged_;
};

}  // namespace

std::unique_ptr<FileDelivery> MakeRawFileDelivery(
    DeliveryOrder order, const DeliveryResources& resources) {
  return std::make_unique<RawFileDelivery>(std::move(order), resources.store);
}

}  // namespace goxel
