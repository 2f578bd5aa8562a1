// Locking. Two mutexes, always taken in this order:
//
//   Eviction     serializes whatever makes renders leave, and admission, which
//                may have to. Held while files are unlinked.
//   RenderTable  guards what is known: entries, books, spares, index. Held for
//                microseconds, never across a call that can reach a disk.
//
// The slow work of making a render holds neither: blocks are allocated and
// pages faulted in after admission, against bytes that are already booked, and
// a finished file is named before the table hears of it. So a look-up waits for
// other look-ups and for table updates only.

#include "transfer/render_store.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "ipc/lease.h"
#include "ipc/render_index_reader.h"
#include "transfer/adoption.h"
#include "transfer/staged_render.h"
#include "transfer/store_core.h"
#include "transfer/token.h"

namespace goxel {
namespace {

constexpr std::uint32_t kMaxSession = 0xffffff;
constexpr std::uint32_t kMaxRenders = kMaxIndexCapacity / 2;

Status CheckTtl(std::chrono::seconds ttl) {
  if (ttl.count() >= 1 && ttl.count() <= kMaxTtlSeconds) return {};
  return Fail(
      StatusCode::kInvalidArgument,
      fmt::format("a time to live of {} s is out of range; give 1 to {}",
                  ttl.count(), kMaxTtlSeconds));
}

Status CheckOptions(const RenderStoreOptions& options) {
  if (options.max_renders < 1 || options.max_renders > kMaxRenders) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("max_renders {} is out of range; give 1 to {}",
                            options.max_renders, kMaxRenders));
  }
  if ((options.file_mode & 0600) != 0600 || (options.file_mode & ~0644u) != 0) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format("file mode {:o} does not do; give 600, 640 or 644: others "
                    "may read renders but never write them",
                    options.file_mode));
  }
  return CheckTtl(options.default_ttl);
}

bool IsOneLine(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// The epoch has to grow even when the clock was set back.
std::uint64_t NextEpoch(int directory_fd, const Clock& clock) {
  const auto now_ns = static_cast<std::uint64_t>(clock.UnixNs());
  const auto old_index = RenderIndexReader::Open(directory_fd);
  return old_index ? std::max(now_ns, old_index->epoch() + 1) : now_ns;
}

class DirectoryStore final : public RenderStore {
 public:
  DirectoryStore(RenderStoreOptions options, std::shared_ptr<StoreCore> core)
      : options_(std::move(options)), core_(std::move(core)) {}
  ~DirectoryStore() override;

  Result<std::unique_ptr<StagedPixels>> StagePixels(
      const StageRequest& request) override;
  Result<std::unique_ptr<StagedFile>> StageFile(
      const StageRequest& request, std::uint64_t max_file_bytes) override;
  Result<RenderInfo> Find(RenderId id) const override;
  Result<RenderInfo> FindByPath(std::string_view path) const override;
  Result<RenderInfo> Reuse(ContentKey key,
                           std::optional<std::chrono::seconds> ttl,
                           bool plain_reader) override;
  std::vector<RenderInfo> List() const override;
  Result<RenderRecord> ReadRecord(RenderId id) const override;
  Result<RenderInfo> Touch(RenderId id, std::chrono::seconds ttl) override;
  Result<std::uint64_t> Withdraw(RenderId id) override;
  std::optional<std::chrono::nanoseconds> Sweep() override;
  void PrepareSpare() override;
  void Purge() override;
  void Count(IndexCounter counter) override;
  RenderStoreStats Stats() const override;
  const std::filesystem::path& directory() const override;
  std::filesystem::path PathOf(const RenderInfo& info) const override;

 private:
  Status CheckRequest(const StageRequest& request) const;
  Result<RenderRecord> MakeRecord(const StageRequest& request) const;
  Result<RenderInfo> DateFile(const RenderTable::Renewal& renewal);
  template <typename T>
  Result<T> Counted(Result<T> result);

  const RenderStoreOptions options_;
  const std::shared_ptr<StoreCore> core_;
  // The size of frame that PrepareSpare() makes; 0 before the first.
  std::atomic<std::size_t> wanted_spare_bytes_{0};
  std::atomic<bool> preparing_spare_{false};
};

DirectoryStore::~DirectoryStore() {
  core_->table.Close();
  core_->eviction.Close();
}

Status DirectoryStore::CheckRequest(const StageRequest& request) const {
  if (request.width == 0 || request.height == 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("a render of {} x {} pixels is empty; give at "
                            "least 1 x 1",
                            request.width, request.height));
  }
  const std::uint64_t pixels = std::uint64_t{request.width} * request.height;
  const std::uint64_t limit =
      std::min(options_.max_render_bytes, options_.max_cache_bytes);
  if (pixels > limit / 4) {
    return Status(StatusCode::kTooLarge,
                  fmt::format("{} x {} pixels are more than the {} bytes "
                              "allowed for one render; ask for a smaller "
                              "picture or raise max_render_size",
                              request.width, request.height, limit))
        .With("requested", static_cast<std::int64_t>(pixels) * 4)
        .With("limit", static_cast<std::int64_t>(limit));
  }
  if (request.session > kMaxSession) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format("session {} has more than 24 bits", request.session));
  }
  if (!IsOneLine(request.camera_json) || !IsOneLine(request.settings_json)) {
    return Fail(StatusCode::kInvalidArgument,
                "camera and settings of a record are one line each, without "
                "control characters");
  }
  return request.ttl ? CheckTtl(*request.ttl) : Status();
}

Result<RenderRecord> DirectoryStore::MakeRecord(
    const StageRequest& request) const {
  if (Status valid = CheckRequest(request); !valid.ok()) {
    return Fail(std::move(valid));
  }
  const auto id = MakeRenderId();
  if (!id) return Fail(id.error());
  const auto ttl = request.ttl.value_or(options_.default_ttl);
  return RenderRecord{.id = *id,
                      .key = request.key,
                      .session = request.session,
                      .created_unix_s = core_->clock->UnixNs() / 1'000'000'000,
                      .ttl_s = static_cast<std::uint32_t>(ttl.count()),
                      .format = request.format,
                      .width = request.width,
                      .height = request.height,
                      .camera_json = request.camera_json,
                      .settings_json = request.settings_json};
}

template <typename T>
Result<T> DirectoryStore::Counted(Result<T> result) {
  if (!result) core_->table.Count(IndexCounter::kStorageErrors);
  return result;
}

Result<std::unique_ptr<StagedPixels>> DirectoryStore::StagePixels(
    const StageRequest& request) {
  if (request.format != RenderFormat::kPam) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("pixels are staged as pam, not as {}",
                            ToString(request.format)));
  }
  auto record = MakeRecord(request);
  if (!record) return Fail(std::move(record.error()));
  const std::uint64_t file_bytes = RawSize(record->width, record->height);
  const std::uint64_t charged = ChargedBytes(file_bytes);
  wanted_spare_bytes_ = file_bytes;
  auto spare = core_->eviction.Admit(charged, file_bytes);
  if (!spare) return Fail(std::move(spare.error()));
  auto reservation = std::make_unique<Reservation>(core_, std::move(*record),
                                                   charged, request.recyclable);
  if (Status shown = reservation->Announce(file_bytes); !shown.ok()) {
    if (*spare) reservation->Abandon(std::move(**spare));
    return Fail(std::move(shown));
  }
  return Counted(
      MakeStagedPixels(std::move(reservation), std::move(*spare), file_bytes));
}

Result<std::unique_ptr<StagedFile>> DirectoryStore::StageFile(
    const StageRequest& request, std::uint64_t max_file_bytes) {
  if (request.format == RenderFormat::kPam) {
    return Fail(StatusCode::kInvalidArgument,
                "pam renders are staged as pixels, not as an encoded file");
  }
  if (max_file_bytes == 0 || max_file_bytes > options_.max_cache_bytes) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("an encoded render of up to {} bytes does not fit; "
                            "give 1 to {}",
                            max_file_bytes, options_.max_cache_bytes));
  }
  auto record = MakeRecord(request);
  if (!record) return Fail(std::move(record.error()));
  const std::uint64_t charged = ChargedBytes(max_file_bytes);
  auto admitted = core_->eviction.Admit(charged, /*frame_bytes=*/0);
  if (!admitted) return Fail(std::move(admitted.error()));
  auto reservation = std::make_unique<Reservation>(
      core_, std::move(*record), charged, /*recyclable=*/false);
  if (Status shown = reservation->Announce(max_file_bytes); !shown.ok()) {
    return Fail(std::move(shown));
  }
  return Counted(MakeStagedFile(std::move(reservation), max_file_bytes));
}

Result<RenderInfo> DirectoryStore::Find(RenderId id) const {
  return core_->table.Find(id);
}

Result<RenderInfo> DirectoryStore::FindByPath(std::string_view path) const {
  const auto clean = std::filesystem::path(path).lexically_normal();
  const auto parts = ParseRenderFileName(clean.filename().string());
  if (parts && clean.parent_path() == core_->directory.path()) {
    auto info = core_->table.Find(parts->id);
    if (info && RenderFileName(*info) == clean.filename()) return info;
  }
  return Fail(StatusCode::kNotFound,
              fmt::format("{} is no render of {}", path,
                          core_->directory.path().string()));
}

Result<RenderInfo> DirectoryStore::Reuse(
    ContentKey key, std::optional<std::chrono::seconds> ttl,
    bool plain_reader) {
  const auto life = ttl.value_or(options_.default_ttl);
  if (Status valid = CheckTtl(life); !valid.ok()) return Fail(std::move(valid));
  const auto renewal = core_->table.Reuse(key, life, plain_reader);
  if (!renewal) return Fail(renewal.error());
  return DateFile(*renewal);
}

Result<RenderInfo> DirectoryStore::Touch(RenderId id,
                                         std::chrono::seconds ttl) {
  if (Status valid = CheckTtl(ttl); !valid.ok()) return Fail(std::move(valid));
  const auto renewal = core_->table.Touch(id, ttl);
  if (!renewal) return Fail(renewal.error());
  return DateFile(*renewal);
}

// A file that somebody removed behind our back is found out here, before its
// path is handed to anybody.
Result<RenderInfo> DirectoryStore::DateFile(
    const RenderTable::Renewal& renewal) {
  const RenderInfo& info = renewal.info;
  const Status dated = core_->directory.SetModified(RenderFileName(info),
                                                    renewal.modified_unix_ns);
  if (dated.code() == StatusCode::kNotFound) {
    (void)core_->eviction.Withdraw(info.id);
    return Fail(dated);
  }
  // Otherwise only the next start would take it for older than it is.
  if (!dated.ok()) core_->table.Count(IndexCounter::kStorageErrors);
  return info;
}

std::vector<RenderInfo> DirectoryStore::List() const {
  return core_->table.List();
}

Result<RenderRecord> DirectoryStore::ReadRecord(RenderId id) const {
  const auto info = core_->table.Find(id);
  if (!info) return Fail(info.error());
  const auto fd = core_->directory.OpenFile(RenderFileName(*info), O_RDONLY);
  if (!fd) return Fail(fd.error());
  // Without the lease a recycled file could change under the read; busy means
  // that this is happening.
  const auto lease = TakeReadLease(fd->get());
  if (!lease) return Fail(lease.error());
  auto record =
      ReadFileRecord(core_->directory.files(), fd->get(), info->format);
  if (!record) return record;
  if (*lease == LeaseResult::kBusy || record->id != id) {
    return Fail(
        StatusCode::kNotFound,
        fmt::format("render {} has just been removed", FormatRenderId(id)));
  }
  return record;
}

Result<std::uint64_t> DirectoryStore::Withdraw(RenderId id) {
  return core_->eviction.Withdraw(id);
}

std::optional<std::chrono::nanoseconds> DirectoryStore::Sweep() {
  core_->eviction.Sweep();
  const auto expiry = core_->table.NextExpiry();
  if (!expiry) return std::nullopt;
  const std::int64_t left_ns = *expiry - core_->clock->BoottimeNs();
  return std::chrono::nanoseconds(std::max<std::int64_t>(left_ns, 0));
}

void DirectoryStore::PrepareSpare() {
  const std::size_t file_bytes = wanted_spare_bytes_;
  if (!options_.recycle || file_bytes == 0 ||
      core_->table.CountSpares(file_bytes) != 0 ||
      preparing_spare_.exchange(true)) {
    return;
  }
  const std::uint64_t charged = ChargedBytes(file_bytes);
  if (core_->table.ReserveSpare(charged)) {
    const auto id = MakeRenderId();
    auto frame = id ? MakeFreshFrame(core_->directory, *id, file_bytes)
                    : Fail(id.error());
    if (!frame) {
      core_->table.DropSpare(charged);
    } else if (auto surplus = core_->table.AddSpare(std::move(*frame))) {
      core_->eviction.Discard(std::move(*surplus));
    }
  }
  preparing_spare_ = false;
}

void DirectoryStore::Purge() { core_->eviction.Purge(); }

void DirectoryStore::Count(IndexCounter counter) {
  core_->table.Count(counter);
}

RenderStoreStats DirectoryStore::Stats() const { return core_->table.Stats(); }

const std::filesystem::path& DirectoryStore::directory() const {
  return core_->directory.path();
}

std::filesystem::path DirectoryStore::PathOf(const RenderInfo& info) const {
  return core_->directory.path() / RenderFileName(info);
}

}  // namespace

Result<std::unique_ptr<RenderStore>> RenderStore::Open(
    RenderStoreOptions options) {
  return Open(std::move(options), std::make_shared<SystemFileSystem>(),
              std::make_shared<SystemClock>());
}

Result<std::unique_ptr<RenderStore>> RenderStore::Open(
    RenderStoreOptions options, std::shared_ptr<FileSystem> files,
    std::shared_ptr<const Clock> clock) {
  if (Status valid = CheckOptions(options); !valid.ok()) {
    return Fail(std::move(valid));
  }
  auto directory = ManagedDirectory::Open(options.directory, options.file_mode,
                                          std::move(files));
  if (!directory) return Fail(std::move(directory.error()));
  const int fd = directory->fd();
  const std::uint64_t epoch = NextEpoch(fd, *clock);
  auto lock = DirectoryLock::Acquire(fd, epoch, options.file_mode);
  if (!lock) return Fail(std::move(lock.error()));
  auto index = RenderIndexWriter::Create(fd, options.max_renders * 2, epoch,
                                         options.file_mode);
  if (!index) return Fail(std::move(index.error()));
  // Where a mapping does not hold its lease, a file may never be used again.
  const auto leases = MappingsHoldLeases(fd);
  options.recycle = options.recycle && leases && *leases;

  auto core = std::make_shared<StoreCore>(
      std::move(*directory), std::move(*lock), std::move(clock),
      RetentionLimits{.max_bytes = options.max_cache_bytes,
                      .max_renders = options.max_renders},
      std::move(*index), options.recycle);
  if (Status adopted = AdoptRenders(*core); !adopted.ok()) {
    return Fail(std::move(adopted));
  }
  if (Status live = core->table.MakeLive(); !live.ok()) {
    return Fail(std::move(live));
  }
  return std::make_unique<DirectoryStore>(std::move(options), std::move(core));
}

}  // namespace goxel
