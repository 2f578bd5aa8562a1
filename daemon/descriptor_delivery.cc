#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "daemon/delivery_kinds.h"
#include "daemon/picture.h"
#include "ipc/pam_header.h"

namespace goxel {
namespace {

// Makes the memfd end behind its pixels and forbids every further change. A
// writable mapping would forbid the seal.
Status Seal(int fd, std::size_t file_bytes) {
  constexpr int kSeals =
      F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  if (::ftruncate(fd, static_cast<off_t>(file_bytes)) != 0 ||
      ::fcntl(fd, F_ADD_SEALS, kSeals) != 0) {
    return Status::FromErrno("seal the memfd of a render", errno);
  }
  return {};
}

class DescriptorDelivery : public Delivery {
 public:
  DescriptorDelivery(DeliveryOrder order, FramePool* frames)
      : order_(std::move(order)), frames_(frames) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    auto record = MakeRecord(order_);
    if (!record) return Fail(std::move(record.error()));
    record_ = *std::move(record);
    auto frame = frames_->AcquireSealable(PixelBytes(order_.request));
    if (!frame) return Fail(std::move(frame.error()));
    frame_ = *std::move(frame);
    return MakeTarget(order_.request, *frame_, zero_copy);
  }

  RenderId id() const override { return record_.id; }

  bool encodes() const override { return false; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = DeliveryClock::now();
    WritePamHeader(record_, frame_->header().first<kPamHeaderBytes>());
    UniqueFd fd = (*std::exchange(frame_, std::nullopt)).Release();
    Status sealed =
        Seal(fd.get(), kFramePixelOffset + PixelBytes(order_.request));
    if (!sealed.ok()) return Fail(std::move(sealed));
    RenderOutcome outcome;
    outcome.descriptor = std::move(fd);
    outcome.id = record_.id;
    outcome.times = MakeTimes(drawn, start);
    return outcome;
  }

 private:
  const DeliveryOrder order_;
  FramePool* const frames_;
  RenderRecord record_;
  std::optional<Frame> frame_;
};

}  // namespace

std::unique_ptr<Delivery> MakeDescriptorDelivery(
    DeliveryOrder order, const DeliveryResources& resources) {
  return std::make_unique<DescriptorDelivery>(std::move(order),
                                              resources.frames);
}

}  // namespace goxel
