#include "transfer/staged_render.h"

#include <fmt/core.h>

#include <utility>

#include "ipc/lease.h"
#include "ipc/pam_header.h"

namespace goxel {
namespace {

class PixelFile final : public StagedPixels {
 public:
  PixelFile(std::unique_ptr<Reservation> reservation, SpareFrame file)
      : reservation_(std::move(reservation)),
        file_bytes_(file.frame.file_bytes()),
        name_(std::move(file.hidden_name)),
        leased_(file.leased),
        frame_(std::move(file.frame)) {}

  ~PixelFile() override {
    if (!committing_) {
      reservation_->Abandon({.frame = std::move(*frame_),
                             .hidden_name = std::move(name_),
                             .leased = leased_});
      return;
    }
    // After a failure it is unknown what the disk did to the file: not one to
    // use again. After a success there is nothing left to abandon.
    frame_.reset();
    reservation_->Abandon(name_);
  }

  const RenderRecord& record() const override { return reservation_->record(); }
  std::span<std::byte> pixels() override { return frame_->pixels(); }
  int fd() const override { return frame_->fd(); }
  std::size_t file_bytes() const override { return file_bytes_; }

  void SetRowsReady(std::uint32_t rows) override {
    reservation_->core().table.SetRowsReady(record().id, rows);
  }

  Result<RenderInfo> Commit(const RenderTimes& times,
                            const Checksum& checksum) override {
    committing_ = true;
    WritePamHeader(record(), frame_->header().first<kPamHeaderBytes>());
    const RenderInfo info =
        reservation_->Describe(file_bytes_, times, checksum);
    if (Status named = reservation_->NameFile(fd(), name_, info); !named.ok()) {
      return Fail(std::move(named));
    }
    name_ = RenderFileName(info);
    // Readers that hold the old name may lease the file from here on; they find
    // another id in its header.
    if (leased_) {
      (void)reservation_->core().directory.files().ReleaseLease(fd());
    }
    auto landed = reservation_->Land(info, frame_);
    if (landed) {
      frame_.reset();
    } else {
      reservation_->Unname(name_);
    }
    return landed;
  }

 private:
  const std::unique_ptr<Reservation> reservation_;
  const std::size_t file_bytes_;
  std::string name_;  // Empty: the file has no name.
  const bool leased_;
  std::optional<Frame> frame_;  // Empty once Commit() succeeded.
  bool committing_ = false;
};

class EncodedFile final : public StagedFile {
 public:
  EncodedFile(std::unique_ptr<Reservation> reservation,
              ManagedDirectory::NewFile file, std::uint64_t max_bytes)
      : reservation_(std::move(reservation)),
        file_(std::move(file)),
        max_bytes_(max_bytes) {}

  ~EncodedFile() override {
    file_.fd.reset();
    reservation_->Abandon(file_.hidden_name);
  }

  const RenderRecord& record() const override { return reservation_->record(); }

  Status Append(std::span<const std::byte> bytes) override {
    if (!failure_.ok()) return failure_;
    failure_ = WriteAll(bytes);
    if (failure_.code() == StatusCode::kStorageFailed) {
      reservation_->core().table.CountFailure(failure_);
    }
    return failure_;
  }

  Result<RenderInfo> Commit(const RenderTimes& times,
                            const Checksum& checksum) override {
    if (failure_.ok() && written_ == 0) {
      failure_ = Fail(StatusCode::kInvalidArgument,
                      "an empty file is no render; append its bytes first");
    }
    if (!failure_.ok()) return Fail(failure_);
    const RenderInfo info = reservation_->Describe(written_, times, checksum);
    failure_ = reservation_->NameFile(file_.fd.get(), file_.hidden_name, info);
    if (!failure_.ok()) return Fail(failure_);
    file_.hidden_name = RenderFileName(info);
    std::optional<Frame> no_frame;
    auto landed = reservation_->Land(info, no_frame);
    if (!landed) {
      failure_ = landed.error();
      reservation_->Unname(file_.hidden_name);
    }
    return landed;
  }

 private:
  Status WriteAll(std::span<const std::byte> bytes) {
    if (bytes.size() > max_bytes_ - written_) {
      return Fail(StatusCode::kResourceExhausted,
                  fmt::format("the encoded render grew over the {} bytes that "
                              "were reserved for it",
                              max_bytes_));
    }
    const StoreCore& core = reservation_->core();
    while (!bytes.empty()) {
      const auto count = core.directory.files().Write(file_.fd.get(), bytes);
      if (!count) {
        return core.directory.Failure("write a render in", count.error());
      }
      written_ += *count;
      bytes = bytes.subspan(*count);
    }
    return {};
  }

  const std::unique_ptr<Reservation> reservation_;
  ManagedDirectory::NewFile file_;
  const std::uint64_t max_bytes_;
  std::uint64_t written_ = 0;
  Status failure_;  // The first; the render is lost then.
};

}  // namespace

RenderInfo DescribeRecord(const RenderRecord& record) {
  RenderInfo info{.state = RenderState::kReady,
                  .id = record.id,
                  .key = record.key,
                  .session = record.session,
                  .format = record.format,
                  .width = record.width,
                  .height = record.height,
                  .created_unix_s = record.created_unix_s,
                  .ttl_s = record.ttl_s,
                  .checksum = {}};
  if (record.format == RenderFormat::kEnc) info.flags = kRenderEncrypted;
  if (record.format == RenderFormat::kPam) {
    info.pixel_format = record.pixel_format;
    info.stride_bytes = record.width * BytesPerPixel(record.pixel_format);
    info.pixel_offset = kPamHeaderBytes;
  }
  return info;
}

Reservation::Reservation(std::shared_ptr<StoreCore> core, RenderRecord record,
                         std::uint64_t charged_bytes, std::uint32_t flags)
    : core_(std::move(core)),
      record_(std::move(record)),
      charged_bytes_(charged_bytes),
      flags_(flags) {}

Reservation::~Reservation() { Abandon(std::string()); }

Status Reservation::Announce(std::uint64_t file_bytes) {
  RenderInfo pending = DescribeRecord(record_);
  pending.state = RenderState::kPending;
  pending.size_bytes = file_bytes;
  return core_->table.Announce(pending);
}

RenderInfo Reservation::Describe(std::uint64_t file_bytes,
                                 const RenderTimes& times,
                                 const Checksum& checksum) const {
  RenderInfo info = DescribeRecord(record_);
  const std::int64_t ttl_ns =
      std::int64_t{record_.ttl_s} * kNanosecondsPerSecond;
  info.size_bytes = file_bytes;
  info.expires_boottime_ns = core_->clock->BoottimeNs() + ttl_ns;
  info.expires_unix_ns = core_->clock->UnixNs() + ttl_ns;
  info.flags = flags_;
  info.rows_ready = record_.height;
  info.render_ns = times.render_ns;
  info.transfer_ns = times.transfer_ns;
  info.checksum = checksum;
  return info;
}

Status Reservation::NameFile(int fd, const std::string& hidden_name,
                             const RenderInfo& info) {
  Status status = core_->CheckPresent();
  if (status.ok()) status = Date(fd, info);
  if (status.ok()) {
    status = core_->directory.Name(fd, hidden_name, RenderFileName(info));
  }
  if (!status.ok()) core_->table.CountFailure(status);
  return status;
}

Status Reservation::Date(int fd, const RenderInfo& info) {
  const std::int64_t modified_ns =
      info.expires_unix_ns -
      std::int64_t{record_.ttl_s} * kNanosecondsPerSecond;
  const auto dated = core_->directory.files().SetModified(fd, modified_ns);
  if (dated) return {};
  return core_->directory.Failure("date a render in", dated.error());
}

Result<RenderInfo> Reservation::Land(const RenderInfo& info,
                                     std::optional<Frame>& frame) {
  LandedRender landed{.info = info, .file_ttl_s = record_.ttl_s, .frame = {}};
  const bool recyclable = (flags_ & kRenderRecyclable) != 0;
  if (recyclable) landed.frame = std::move(frame);
  if (Status shown = core_->table.Land(landed, charged_bytes_); !shown.ok()) {
    if (recyclable) frame = std::move(landed.frame);
    return Fail(std::move(shown));
  }
  settled_ = true;
  return info;
}

void Reservation::Unname(std::string& name) {
  if (core_->directory.Remove(name).ok()) name.clear();
}

void Reservation::Abandon(SpareFrame frame) {
  if (core_->table.AbandonToSpare(record_.id, charged_bytes_, frame)) {
    settled_ = true;
    return;
  }
  const std::string hidden_name = frame.hidden_name;
  { const SpareFrame unmapped = std::move(frame); }
  Abandon(hidden_name);
}

void Reservation::Abandon(const std::string& hidden_name) {
  if (std::exchange(settled_, true)) return;
  const bool removed =
      hidden_name.empty() || core_->directory.Remove(hidden_name).ok();
  if (removed) {
    core_->table.Abandon(record_.id, charged_bytes_);
  } else {
    core_->table.AbandonToOrphan(record_.id, charged_bytes_);
    core_->eviction.AddOrphan(hidden_name, charged_bytes_);
  }
}

Result<SpareFrame> MakeFreshFrame(const ManagedDirectory& directory,
                                  RenderId id, std::size_t file_bytes) {
  auto file = directory.CreateFile(id);
  if (!file) return Fail(std::move(file.error()));
  auto frame = directory.MakeFrame(std::move(file->fd), file_bytes);
  if (!frame) return Fail(std::move(frame.error()));
  return SpareFrame{.frame = std::move(*frame),
                    .hidden_name = std::move(file->hidden_name)};
}

Result<std::unique_ptr<StagedPixels>> MakeStagedPixels(
    std::unique_ptr<Reservation> reservation, std::optional<SpareFrame> spare,
    std::size_t file_bytes) {
  if (!spare) {
    const RenderId id = reservation->record().id;
    auto fresh = MakeFreshFrame(reservation->core().directory, id, file_bytes);
    if (!fresh) {
      reservation->Abandon(HiddenFileName(HiddenFile::kStaged, id));
      return Fail(std::move(fresh.error()));
    }
    spare = std::move(*fresh);
  }
  return std::make_unique<PixelFile>(std::move(reservation), std::move(*spare));
}

Result<std::unique_ptr<StagedFile>> MakeStagedFile(
    std::unique_ptr<Reservation> reservation, std::uint64_t max_file_bytes) {
  const RenderId id = reservation->record().id;
  auto file = reservation->core().directory.CreateFile(id);
  if (!file) {
    reservation->Abandon(HiddenFileName(HiddenFile::kStaged, id));
    return Fail(std::move(file.error()));
  }
  return std::make_unique<EncodedFile>(std::move(reservation), std::move(*file),
                                       max_file_bytes);
}

}  // namespace goxel
