#include <array>
#include <optional>
#include <utility>

#include "daemon/delivery_kinds.h"
#include "daemon/picture.h"
#include "transfer/checksum.h"
#include "transfer/encryption.h"

namespace goxel {
namespace {

StageRequest MakeStageRequest(const DeliveryOrder& order) {
  const SceneRenderRequest& request = order.request;
  return {.key = request.encrypt ? ContentKey{} : order.key,
          .session = order.session,
          .ttl = request.ttl,
          .format = request.encrypt ? RenderFormat::kEnc : request.format,
          .width = request.width,
          .height = request.height,
          .camera_json = order.camera_json,
          .settings_json = order.settings_json,
          .encrypted = request.encrypt};
}

std::uint64_t MaxFileBytes(const SceneRenderRequest& request) {
  return MaxEncodedBytes(request) +
         (request.encrypt ? kEncryptionOverheadBytes : 0);
}

class EncodedFileDelivery : public FileDelivery {
 public:
  EncodedFileDelivery(DeliveryOrder order, const DeliveryResources& resources)
      : order_(std::move(order)), resources_(resources) {}

  Result<PixelTarget> Prepare(bool zero_copy) override {
    auto staged = resources_.store->StageFile(MakeStageRequest(order_),
                                              MaxFileBytes(order_.request));
    if (!staged) return Fail(std::move(staged.error()));
    staged_ = *std::move(staged);
    return PrepareFrame(order_.request, resources_.frames, zero_copy, frame_);
  }

  RenderId id() const override { return staged_->record().id; }
  PixelView picture() override {
    return MakeView(order_.request, frame_->frame().pixels());
  }

  bool encodes() const override { return true; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = DeliveryClock::now();
    auto checksum = ChecksumBuilder::Create(WantedChecksum(order_.request));
    if (!checksum) return Fail(std::move(checksum.error()));
    RenderOutcome outcome;
    const ByteSink sink =
        UntilGivenUp(resources_, [&](std::span<const std::byte> bytes) {
          checksum->Add(bytes);
          return staged_->Append(bytes);
        });
    Status written =
        order_.request.encrypt
            ? WriteEncrypted(sink, outcome.encryption)
            : Encode(order_.request, picture(), &staged_->record(), sink);
    if (!written.ok()) return Fail(std::move(written));
    auto info = staged_->Commit(MakeTimes(drawn, start), checksum->Finish());
    if (!info) return Fail(std::move(info.error()));
    outcome.info = *info;
    outcome.path = resources_.store->PathOf(*info).string();
    outcome.id = info->id;
    outcome.times = MakeTimes(drawn, start);
    return outcome;
  }

 private:
  // Header, ciphertext, tag: what is encrypted is the whole file that the
  // render would otherwise have been.
  Status WriteEncrypted(const ByteSink& sink,
                        std::optional<RenderEncryption>& encryption) {
    const RenderFormat inner_format = order_.request.format;
    auto secret = MakeRenderSecret();
    if (!secret) return secret.error();
    encryption.emplace(*secret, inner_format);

    std::array<std::byte, kEncryptedHeaderBytes> header;
    WriteEncryptedHeader(
        {.record = staged_->record(), .inner_format = inner_format}, header);
    if (Status written = sink(header); !written.ok()) return written;
    auto encryptor = RenderEncryptor::Create(*secret, header, sink);
    if (!encryptor) return encryptor.error();

    RenderRecord inner = staged_->record();
    inner.format = inner_format;
    Status encoded = Encode(order_.request, picture(), &inner,
                            [&](std::span<const std::byte> bytes) {
                              return encryptor->Add(bytes);
                            });
    return encoded.ok() ? encryptor->Finish() : encoded;
  }

  const DeliveryOrder order_;
  const DeliveryResources resources_;
  std::unique_ptr<StagedFile> staged_;
  std::shared_ptr<PooledFrame> frame_;
};

}  // namespace

std::unique_ptr<FileDelivery> MakeEncodedFileDelivery(
    DeliveryOrder order, const DeliveryResources& resources) {
  return std::make_unique<EncodedFileDelivery>(std::move(order), resources);
}

}  // namespace goxel
