#include <utility>

#include "daemon/delivery_kinds.h"
#include "daemon/picture.h"

namespace goxel {
namespace {

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

  RenderId id() const override { return 0; }

  bool encodes() const override { return true; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = DeliveryClock::now();
    const SceneRenderRequest& request = order_.request;
    auto record = MakeRecord(order_);
    if (!record) return Fail(std::move(record.error()));
    const bool carries_record = request.format == RenderFormat::kPam;
    auto written = ExportFile(
        request.output_path, resources_.export_rules,
        [&](const ByteSink& sink) {
          return Encode(request, MakeView(request, frame_->frame().pixels()),
                        carries_record ? &*record : nullptr,
                        UntilGivenUp(resources_, sink));
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

std::unique_ptr<Delivery> MakeExportDelivery(
    DeliveryOrder order, const DeliveryResources& resources) {
  return std::make_unique<ExportDelivery>(std::move(order), resources);
}

}  // namespace goxel
