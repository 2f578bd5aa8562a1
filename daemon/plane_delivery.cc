#include "daemon/plane_delivery.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <utility>

#include "daemon/file_checksum.h"
#include "daemon/picture.h"
#include "daemon/plane_options.h"
#include "daemon/store_lease.h"
#include "ipc/mapped_region.h"
#include "ipc/pam_header.h"
#include "ipc/unique_fd.h"
#include "transfer/checksum.h"

namespace goxel {
namespace {

std::size_t PlaneBytes(const SceneRenderRequest& request, Plane plane) {
  return std::size_t{request.width} * request.height * BytesPerPixel(plane);
}

StageRequest MakeStageRequest(const DeliveryOrder& order, std::size_t plane) {
  const SceneRenderRequest& request = order.request;
  return {.key = order.plane_keys[plane],
          .session = order.session,
          .ttl = request.ttl,
          .format = RenderFormat::kPam,
          .pixel_format = PixelFormatOf(request.planes[plane]),
          .width = request.width,
          .height = request.height,
          .camera_json = order.camera_json,
          .settings_json = fmt::format("{{\"plane\":\"{}\"}}",
                                       ToString(request.planes[plane])),
          .recyclable = request.mode == ReturnMode::kMmap};
}

DeliveredPlane Delivered(const RenderStore& store, Plane plane,
                         const RenderInfo& info, bool cached) {
  return {.plane = plane,
          .info = info,
          .path = store.PathOf(info).string(),
          .cached = cached,
          .objects = {}};
}

// Reads all of the plane object_id, if it is among `planes`.
Status AddObjectExtents(RenderStore& store,
                        std::vector<DeliveredPlane>& planes) {
  const auto plane =
      std::ranges::find(planes, Plane::kObjectId, &DeliveredPlane::plane);
  if (plane == planes.end()) return {};
  const auto lease = StoreLease::Acquire(store, plane->info.id);
  if (!lease) return lease.error();
  const UniqueFd fd(
      ::open(plane->path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid()) return Status::FromErrno("open " + plane->path, errno);
  const auto file = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
  if (!file) return file.error();
  if (file->size() < plane->info.size_bytes) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("{} has {} bytes; expected {}", plane->path,
                            file->size(), plane->info.size_bytes));
  }
  plane->objects = MeasureObjects(
      file->bytes().subspan(plane->info.pixel_offset), plane->info.width);
  return {};
}

class PlaneDelivery : public Delivery {
 public:
  PlaneDelivery(DeliveryOrder order, RenderStore* store)
      : order_(std::move(order)),
        store_(store),
        checksum_(WantedChecksum(order_.request)) {}

  Result<PixelTarget> Prepare(bool /*zero_copy*/) override {
    const auto& planes = order_.request.planes;
    for (std::size_t i = 0; i < planes.size(); ++i) {
      Status ready = PreparePlane(i);
      if (!ready.ok()) return Fail(std::move(ready));
    }
    return PixelTarget{.pixels = {},
                       .width = order_.request.width,
                       .height = order_.request.height};
  }

  std::span<const PlaneTarget> planes() const override { return targets_; }

  RenderId id() const override { return 0; }

  bool encodes() const override { return checksum_ != ChecksumKind::kNone; }

  Result<RenderOutcome> Finish(const DrawReport& drawn) override {
    const auto start = DeliveryClock::now();
    RenderOutcome outcome;
    Status finished = FinishAll(drawn, start, outcome.planes);
    if (finished.ok())
      finished = CompletePlanes(*store_, order_.request, outcome.planes);
    if (!finished.ok()) {
      WithdrawPlanes(*store_, outcome.planes);
      return Fail(std::move(finished));
    }
    outcome.times = MakeTimes(drawn, start);
    return outcome;
  }

 private:
  // A plane on its way: one of the two.
  struct Room {
    std::optional<RenderInfo> existing;
    std::unique_ptr<StagedPixels> staged;
  };

  Status PreparePlane(std::size_t index) {
    const SceneRenderRequest& request = order_.request;
    const Plane plane = request.planes[index];
    Room& room = rooms_.emplace_back();
    if (request.cache == CacheUse::kUse) {
      const bool plain_reader = request.mode == ReturnMode::kFilePath;
      auto found =
          store_->Reuse(order_.plane_keys[index], request.ttl, plain_reader);
      if (found) {
        room.existing = *found;
        return {};
      }
    }
    auto staged = store_->StagePixels(MakeStageRequest(order_, index));
    if (!staged) return staged.error();
    room.staged = *std::move(staged);
    targets_.push_back(
        {.plane = plane,
         .pixels = room.staged->pixels().first(PlaneBytes(request, plane))});
    return {};
  }

  Status FinishAll(const DrawReport& drawn, DeliveryClock::time_point start,
                   std::vector<DeliveredPlane>& delivered) {
    for (std::size_t i = 0; i < rooms_.size(); ++i) {
      const Plane plane = order_.request.planes[i];
      Room& room = rooms_[i];
      if (room.existing) {
        delivered.push_back(
            Delivered(*store_, plane, *room.existing, /*cached=*/true));
        continue;
      }
      auto checksum = ComputeChecksum(*room.staged, plane);
      if (!checksum) return checksum.error();
      auto info = room.staged->Commit(MakeTimes(drawn, start), *checksum);
      if (!info) return info.error();
      delivered.push_back(Delivered(*store_, plane, *info, /*cached=*/false));
    }
    return {};
  }

  // Of the file as it will be: Commit() writes the same header.
  Result<Checksum> ComputeChecksum(StagedPixels& staged, Plane plane) const {
    if (checksum_ == ChecksumKind::kNone) return Checksum{};
    auto builder = ChecksumBuilder::Create(checksum_);
    if (!builder) return Fail(std::move(builder.error()));
    std::array<std::byte, kPamHeaderBytes> header;
    WritePamHeader(staged.record(), header);
    builder->Add(header);
    builder->Add(staged.pixels().first(PlaneBytes(order_.request, plane)));
    return builder->Finish();
  }

  const DeliveryOrder order_;
  RenderStore* const store_;
  const ChecksumKind checksum_;
  std::vector<Room> rooms_;  // By plane of the request.
  std::vector<PlaneTarget> targets_;
};

}  // namespace

std::unique_ptr<Delivery> MakePlaneDelivery(
    DeliveryOrder order, const DeliveryResources& resources) {
  return std::make_unique<PlaneDelivery>(std::move(order), resources.store);
}

Result<std::vector<DeliveredPlane>> ReusePlanes(
    RenderStore& store, const SceneRenderRequest& request,
    const std::vector<ContentKey>& keys,
    std::optional<std::chrono::seconds> ttl) {
  const bool plain_reader = request.mode == ReturnMode::kFilePath;
  // All of them or none: a miss must not renew what it does not hand out.
  for (const ContentKey& key : keys) {
    if (auto found = store.FindByKey(key); !found) return Fail(found.error());
  }
  std::vector<DeliveredPlane> planes;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto info = store.Reuse(keys[i], ttl, plain_reader);
    if (!info) return Fail(std::move(info.error()));
    planes.push_back(
        Delivered(store, request.planes[i], *info, /*cached=*/true));
  }
  return planes;
}

void WithdrawPlanes(RenderStore& store,
                    const std::vector<DeliveredPlane>& planes) {
  for (const DeliveredPlane& plane : planes) {
    // One that is gone already is what is wanted.
    if (!plane.cached) static_cast<void>(store.Withdraw(plane.info.id));
  }
}

Status CompletePlanes(RenderStore& store, const SceneRenderRequest& request,
                      std::vector<DeliveredPlane>& planes) {
  const ChecksumKind wanted = WantedChecksum(request);
  for (DeliveredPlane& plane : planes) {
    if (wanted == ChecksumKind::kNone || plane.info.checksum.kind == wanted) {
      continue;
    }
    auto checksum = ChecksumOfRender(store, plane.info, wanted);
    if (!checksum) return checksum.error();
    plane.info.checksum = *checksum;
  }
  return AddObjectExtents(store, planes);
}

}  // namespace goxel
