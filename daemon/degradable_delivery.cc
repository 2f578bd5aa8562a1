#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "daemon/delivery_kinds.h"
#include "daemon/picture.h"

namespace goxel {
namespace {

// True for what the client is not to blame for and could do without: the disk,
// the directory, the want of descriptors, the operator's switch. A full quota
// is none of these; its answer says when there is room again.
bool IsFaultOfFiles(const Status& status) {
  return status.code() == StatusCode::kStorageFailed ||
         status.code() == StatusCode::kFileTransferDisabled;
}

Status Disabled(ReturnMode mode) {
  return {StatusCode::kFileTransferDisabled,
          fmt::format("return_mode \"{}\" is switched off "
                      "(--disable-file-transfer)",
                      ToString(mode))};
}

void CopyPicture(const PixelView& picture, const PixelTarget& target) {
  std::ranges::copy(picture.pixels.first(target.pixels.size()),
                    target.pixels.begin());
}

// While files work, the file. When they do not, the picture is drawn into a
// scratch frame instead, or is already there, and is handed to a delivery of
// each mode that the client accepts until one succeeds.
class DegradableDelivery : public Delivery {
 public:
  DegradableDelivery(std::unique_ptr<FileDelivery> file, DeliveryOrder order,
                     const DeliveryResources& resources)
      : order_(std::move(order)),
        resources_(resources),
        file_(std::move(file)) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    auto target = resources_.file_transfer
                      ? file_->Prepare(zero_copy)
                      : Fail(Disabled(order_.request.mode));
    if (target || !IsFaultOfFiles(target.error())) return target;
    cause_ = std::move(target.error());
    file_.reset();
    if (Accepted().empty()) return Fail(Refusal());
    return PrepareFrame(order_.request, resources_.frames, zero_copy, frame_);
  }

  RenderId id() const override { return file_ ? file_->id() : 0; }

  void SetRowsReady(std::uint32_t rows) override {
    if (file_) file_->SetRowsReady(rows);
  }

  bool encodes() const override { return !file_ || file_->encodes(); }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    if (!file_) {
      return Degrade(MakeView(order_.request, frame_->frame().pixels()), drawn);
    }
    auto outcome = file_->Finish(drawn);
    if (outcome || !IsFaultOfFiles(outcome.error())) return outcome;
    cause_ = std::move(outcome.error());
    auto degraded = Degrade(file_->picture(), drawn);
    file_.reset();
    return degraded;
  }

 private:
  // An encrypted render has no lesser mode: all of them are in the clear.
  std::vector<ReturnMode> Accepted() const {
    if (order_.request.encrypt) return {};
    return order_.request.fallback.value_or(kDefaultFallback);
  }

  Result<RenderOutcome> Degrade(const PixelView& picture,
                                const DrawReport& drawn) {
    std::string failures;
    for (const ReturnMode mode : Accepted()) {
      auto outcome = DeliverAs(mode, picture, drawn);
      if (outcome) return outcome;
      failures += fmt::format("; as \"{}\": {}", ToString(mode),
                              outcome.error().message());
    }
    return Fail(Refusal(failures));
  }

  Result<RenderOutcome> DeliverAs(ReturnMode mode, const PixelView& picture,
                                  const DrawReport& drawn) {
    DeliveryOrder order = order_;
    order.request = InMode(order_.request, mode);
    const auto lesser = MakeDelivery(std::move(order), resources_);
    const auto target = lesser->Prepare(/*zero_copy=*/false);
    if (!target) return Fail(target.error());
    CopyPicture(picture, *target);
    auto outcome = lesser->Finish(drawn);
    if (outcome) {
      outcome->degraded = Degradation{order_.request.mode, mode, cause_};
    }
    return outcome;
  }

  Status Refusal(std::string_view failures = {}) const {
    std::vector<std::string> modes;
    if (!order_.request.encrypt) {
      for (const ReturnMode mode : kFallbackModes) {
        modes.emplace_back(ToString(mode));
      }
    }
    std::string message = cause_.message();
    if (!failures.empty()) {
      message += failures;
    } else if (modes.empty()) {
      message += "; an encrypted render needs a file";
    } else {
      message += fmt::format(
          "; to get the picture without a file, list \"{}\" "
          "in options.fallback",
          fmt::join(modes, "\" or \""));
    }
    return cause_.Retold(cause_.code(), std::move(message))
        .With("degraded_modes", std::move(modes));
  }

  const DeliveryOrder order_;
  const DeliveryResources resources_;
  std::unique_ptr<FileDelivery> file_;  // Null once no file can be made.
  Status cause_;                        // Why not.
  std::shared_ptr<PooledFrame> frame_;  // Drawn into when there is no file.
};

}  // namespace

std::unique_ptr<Delivery> MakeDegradableDelivery(
    std::unique_ptr<FileDelivery> file, DeliveryOrder order,
    const DeliveryResources& resources) {
  return std::make_unique<DegradableDelivery>(std::move(file), std::move(order),
                                              resources);
}

}  // namespace goxel
