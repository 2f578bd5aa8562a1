#include <utility>

#include "daemon/delivery_kinds.h"
#include "daemon/picture.h"
#include "transfer/checksum.h"

namespace goxel {
namespace {

class ExportDelivery : public Delivery {
 public:
  ExportDelivery(DeliveryOrder order, const DeliveryResources& resources)
      : order_(std::move(order)), resources_(resources) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    auto record = MakeRecord(order_);
    if (!record) return Fail(std::move(record.error()));
    record_ = *std::move(record);
    const auto& directory = order_.request.output_directory;
    path_ = directory.empty() ? order_.request.output_path
                              : directory / RenderFileName(record_);
    Status path = CheckExportPath(path_, resources_.export_rules);
    if (!path.ok()) return Fail(std::move(path));
    return PrepareFrame(order_.request, resources_.frames, zero_copy, frame_);
  }

  RenderId id() const override { return 0; }

  bool encodes() const override { return true; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = DeliveryClock::now();
    const SceneRenderRequest& request = order_.request;
    auto checksum = ChecksumBuilder::Create(WantedChecksum(request));
    if (!checksum) return Fail(std::move(checksum.error()));
    const bool carries_record = request.format == RenderFormat::kPam;
    auto written =
        ExportFile(path_, resources_.export_rules, [&](const ByteSink& sink) {
          return Encode(
              request, MakeView(request, frame_->frame().pixels()),
              carries_record ? &record_ : nullptr,
              UntilGivenUp(resources_, [&](std::span<const std::byte> bytes) {
                checksum->Add(bytes);
                return sink(bytes);
              }));
        });
    if (!written) return Fail(std::move(written.error()));
    RenderOutcome outcome;
    outcome.times = MakeTimes(drawn, start);
    if (!request.output_directory.empty()) {
      outcome.path = path_.string();
      outcome.exported = Describe(*written, checksum->Finish());
    }
    return outcome;
  }

 private:
  // Its time never ends: nobody but the client removes such a file.
  RenderInfo Describe(std::uint64_t size_bytes,
                      const Checksum& checksum) const {
    RenderInfo info;
    info.size_bytes = size_bytes;
    info.format = record_.format;
    info.width = record_.width;
    info.height = record_.height;
    info.checksum = checksum;
    info.created_unix_s = record_.created_unix_s;
    return info;
  }

  const DeliveryOrder order_;
  const DeliveryResources resources_;
  RenderRecord record_;
  std::filesystem::path path_;
  std::shared_ptr<PooledFrame> frame_;
};

}  // namespace

std::unique_ptr<Delivery> MakeExportDelivery(
    DeliveryOrder order, const DeliveryResources& resources) {
  return std::make_unique<ExportDelivery>(std::move(order), resources);
}

}  // namespace goxel
