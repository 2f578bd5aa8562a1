#include "daemon/render_conversion.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <span>
#include <utility>

#include "daemon/checksum_on_demand.h"
#include "daemon/store_lease.h"
#include "ipc/content_key.h"
#include "ipc/mapped_region.h"
#include "ipc/unique_fd.h"
#include "transfer/checksum.h"
#include "transfer/clock.h"
#include "transfer/picture_encoder.h"
#include "transfer/pixel_view.h"
#include "transfer/png_decoder.h"

namespace goxel {
namespace {

using SteadyClock = std::chrono::steady_clock;

ContentKey TargetKey(const RenderInfo& source, const ConversionOrder& order) {
  // Of a JPEG of another quality, the key does not follow from the source's.
  const bool unknown =
      order.format == RenderFormat::kJpg && order.quality != kDefaultJpgQuality;
  if (source.key.empty() || unknown) return {};
  return WithVariant(source.key, VariantOf(order.format, order.compression));
}

ChecksumKind WantedChecksum(const ConversionOrder& order) {
  return order.checksum.value_or(order.format == RenderFormat::kPam
                                     ? ChecksumKind::kNone
                                     : ChecksumKind::kSha256);
}

// Whole seconds, so that the result never dies before its source.
std::chrono::seconds RemainingLife(const RenderInfo& source) {
  const std::chrono::nanoseconds left(source.expires_boottime_ns -
                                      SystemClock().BoottimeNs());
  return std::clamp(std::chrono::ceil<std::chrono::seconds>(left),
                    std::chrono::seconds(1),
                    std::chrono::seconds(kMaxTtlSeconds));
}

bool IsPlane(const RenderInfo& source) {
  return source.format == RenderFormat::kPam &&
         source.pixel_format != PixelFormat::kRgba8;
}

Status CheckSource(const RenderInfo& source) {
  const bool encrypted = (source.flags & kRenderEncrypted) != 0;
  if (!encrypted && !IsPlane(source) &&
      (source.format == RenderFormat::kPam ||
       source.format == RenderFormat::kPng)) {
    return {};
  }
  const std::string id = FormatRenderId(source.id);
  if (IsPlane(source)) {
    return Fail(StatusCode::kFailedPrecondition,
                fmt::format("render {} is a plane of {} values, which no "
                            "picture format holds; map it, or read its file",
                            id, ToString(source.pixel_format)));
  }
  return Fail(StatusCode::kFailedPrecondition,
              encrypted
                  ? fmt::format("render {} is encrypted, and the daemon has no "
                                "key to it; decrypt the file instead",
                                id)
                  : fmt::format("render {} is a {}, from which its picture "
                                "cannot be restored; expected png or pam",
                                id, ToString(source.format)));
}

Result<MappedRegion> MapFile(const std::filesystem::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid()) {
    return Fail(Status::FromErrno("open " + path.string(), errno));
  }
  return MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
}

// A picture to read: the pixels of a raw file where they are, those of a PNG
// decoded.
class Picture {
 public:
  static Result<Picture> Read(const RenderInfo& info,
                              const std::filesystem::path& path) {
    auto file = MapFile(path);
    if (!file) return Fail(std::move(file.error()));
    Picture picture(info, *std::move(file));
    const std::uint64_t pixel_bytes =
        std::uint64_t{info.width} * info.height * 4;
    if (info.format == RenderFormat::kPam &&
        picture.file_.size() < info.pixel_offset + pixel_bytes) {
      return Fail(
          StatusCode::kDataLoss,
          fmt::format("{} has {} bytes; expected {}", path.string(),
                      picture.file_.size(), info.pixel_offset + pixel_bytes));
    }
    return picture;
  }

  // REQUIRES: room for width * height * 4 bytes.
  Status CopyTo(std::span<std::byte> pixels) const {
    if (info_.format == RenderFormat::kPng) {
      return DecodePng(file_.bytes(), info_.width, info_.height, pixels);
    }
    std::ranges::copy(RawPixels(), pixels.begin());
    return {};
  }

  // Calls `use` with a view of the pixels.
  template <typename Use>
  Status View(const Use& use) const {
    PixelView view{.pixels = {},
                   .width = info_.width,
                   .height = info_.height,
                   .stride_bytes = info_.width * 4};
    if (info_.format == RenderFormat::kPam) {
      view.pixels = RawPixels();
      return use(view);
    }
    const auto decoded =
        std::make_unique_for_overwrite<std::byte[]>(PixelBytes());
    const std::span<std::byte> pixels(decoded.get(), PixelBytes());
    if (Status read = CopyTo(pixels); !read.ok()) return read;
    view.pixels = pixels;
    return use(view);
  }

 private:
  Picture(const RenderInfo& info, MappedRegion file)
      : info_(info), file_(std::move(file)) {}

  std::size_t PixelBytes() const {
    return std::size_t{info_.width} * info_.height * 4;
  }
  std::span<const std::byte> RawPixels() const {
    return file_.bytes().subspan(info_.pixel_offset, PixelBytes());
  }

  RenderInfo info_;
  MappedRegion file_;
};

StageRequest MakeStageRequest(const RenderInfo& source,
                              const RenderRecord& record,
                              const ConversionOrder& order) {
  return {.key = TargetKey(source, order),
          .session = order.session,
          .ttl = RemainingLife(source),
          .format = order.format,
          .width = source.width,
          .height = source.height,
          .camera_json = record.camera_json,
          .settings_json = record.settings_json,
          .recyclable = order.format == RenderFormat::kPam};
}

RenderTimes MakeTimes(const RenderInfo& source, SteadyClock::time_point start) {
  const std::chrono::nanoseconds took = SteadyClock::now() - start;
  return {.render_ns = source.render_ns,
          .transfer_ns = static_cast<std::uint64_t>(took.count())};
}

Result<RenderInfo> MakeRaw(RenderStore& store, const RenderInfo& source,
                           const Picture& picture,
                           const StageRequest& request) {
  const auto start = SteadyClock::now();
  auto staged = store.StagePixels(request);
  if (!staged) return Fail(std::move(staged.error()));
  Status copied = picture.CopyTo((*staged)->pixels());
  if (!copied.ok()) return Fail(std::move(copied));
  return (*staged)->Commit(MakeTimes(source, start), {});
}

Result<RenderInfo> MakeEncoded(RenderStore& store, const RenderInfo& source,
                               const Picture& picture,
                               const StageRequest& request,
                               const ConversionOrder& order) {
  const auto start = SteadyClock::now();
  const auto compression = ParsePngCompression(order.compression);
  if (!compression) return Fail(compression.error());
  auto checksum = ChecksumBuilder::Create(WantedChecksum(order));
  if (!checksum) return Fail(std::move(checksum.error()));
  auto staged = store.StageFile(
      request, MaxPictureBytes(order.format, source.width, source.height));
  if (!staged) return Fail(std::move(staged.error()));
  const auto sink = [&](std::span<const std::byte> bytes) {
    checksum->Add(bytes);
    return (*staged)->Append(bytes);
  };
  Status encoded = picture.View([&](const PixelView& view) {
    return EncodePicture(view, &(*staged)->record(),
                         {.format = order.format,
                          .compression = *compression,
                          .quality = order.quality},
                         sink);
  });
  if (!encoded.ok()) return Fail(std::move(encoded));
  return (*staged)->Commit(MakeTimes(source, start), checksum->Finish());
}

// What exists already: the source itself, or its sibling.
Result<RenderInfo> FindConverted(RenderStore& store, const RenderInfo& source,
                                 const ConversionOrder& order) {
  const ContentKey key = TargetKey(source, order);
  if (order.format == source.format && key == source.key) return source;
  if (key.empty()) return Fail(StatusCode::kNotFound, "nobody shares it");
  const bool plain_reader = order.format != RenderFormat::kPam;
  return store.Reuse(key, RemainingLife(source), plain_reader);
}

Result<RenderInfo> MakeConverted(RenderStore& store, const RenderInfo& source,
                                 const RenderRecord& record,
                                 const ConversionOrder& order) {
  const auto picture = Picture::Read(source, store.PathOf(source));
  if (!picture) return Fail(picture.error());
  const StageRequest request = MakeStageRequest(source, record, order);
  return order.format == RenderFormat::kPam
             ? MakeRaw(store, source, *picture, request)
             : MakeEncoded(store, source, *picture, request, order);
}

}  // namespace

Result<ConvertedRender> ConvertRender(RenderStore& store,
                                      const ConversionOrder& order) {
  const auto lease = StoreLease::Acquire(store, order.source);
  if (!lease) return Fail(lease.error());
  const RenderInfo& source = lease->info();
  if (Status fit = CheckSource(source); !fit.ok()) return Fail(std::move(fit));
  const auto record = store.ReadRecord(source.id);
  if (!record) return Fail(record.error());
  auto info = FindConverted(store, source, order);
  const bool cached = info.has_value();
  if (!cached) info = MakeConverted(store, source, *record, order);
  if (info) info = WithChecksum(store, *std::move(info), WantedChecksum(order));
  if (!info) return Fail(std::move(info.error()));
  return ConvertedRender{.info = *std::move(info),
                         .cached = cached,
                         .camera_json = record->camera_json};
}

}  // namespace goxel
