// Locking. Two mutexes, always taken in this order:
//
//   Eviction     guards the choice of renders that leave. Only who has to make
//                room, or removes something, takes it; let go while a file is
//                removed.
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
#include <chrono>
#include <thread>
#include <utility>

#include "ipc/lease.h"
#include "transfer/directory_store.h"
#include "transfer/file_examination.h"
#include "transfer/staged_render.h"
#include "transfer/token.h"

namespace goxel {
namespace {

constexpr std::uint32_t kMaxSession = 0xffffff;
constexpr std::uint32_t kMaxRenders = kMaxIndexCapacity / 2;
// As many as the table copies while others wait for it.
constexpr std::size_t kPageRenders = 128;

Status CheckTtl(std::chrono::seconds ttl) {
  if (ttl.count() >= 1 && ttl.count() <= kMaxTtlSeconds) return {};
  return Fail(
      StatusCode::kInvalidArgument,
      fmt::format("a time to live of {} s is out of range; give 1 to {}",
                  ttl.count(), kMaxTtlSeconds));
}

bool IsOneLine(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

std::uint32_t FlagsOf(const StageRequest& request) {
  return (request.recyclable ? kRenderRecyclable : 0) |
         (request.encrypted ? kRenderEncrypted : 0);
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
  Result<RenderInfo> FindByKey(ContentKey key) const override;
  Result<RenderInfo> FindByPath(std::string_view path) const override;
  Result<RenderInfo> Reuse(ContentKey key,
                           std::optional<std::chrono::seconds> ttl,
                           bool plain_reader) override;
  RenderPage ListFrom(std::uint64_t from, std::size_t max) const override;
  std::vector<RenderInfo> List() const override;
  Result<RenderRecord> ReadRecord(RenderId id) const override;
  Result<RenderInfo> Touch(RenderId id, std::chrono::seconds ttl) override;
  Result<RenderInfo> Pin(RenderId id) override;
  Result<RenderInfo> Unpin(RenderId id,
                           std::optional<std::chrono::seconds> ttl) override;
  Result<RenderInfo> AcquireLease(RenderId id) override;
  void ReleaseLease(RenderId id) override;
  bool IsLeased(const RenderInfo& info) const override;
  std::uint64_t CountLeasedBytes() override;
  Status SetChecksum(RenderId id, const Checksum& checksum) override;
  void MarkUsed(RenderId id) override;
  Result<std::uint64_t> Withdraw(RenderId id) override;
  std::optional<std::chrono::nanoseconds> Sweep() override;
  void PrepareSpare() override;
  void Purge() override;
  void Count(IndexCounter counter, std::uint64_t amount) override;
  void Record(IndexHistogram histogram, std::chrono::nanoseconds time) override;
  void ShowScene(std::uint64_t high, std::uint64_t low) override;
  void ShowBuild(std::uint64_t build_hash) override;
  RenderStoreStats Stats() const override;
  const std::filesystem::path& directory() const override;
  std::filesystem::path PathOf(const RenderInfo& info) const override;

 private:
  Status CheckRequest(const StageRequest& request) const;
  Result<RenderRecord> MakeRecord(const StageRequest& request) const;
  template <typename T>
  Result<T> Counted(Result<T> result);

  const RenderStoreOptions options_;
  const std::shared_ptr<StoreCore> core_;
  std::atomic<bool> preparing_spare_{false};
};

DirectoryStore::~DirectoryStore() {
  core_->table.Close();
  core_->eviction.Close();
}

Status DirectoryStore::CheckRequest(const StageRequest& request) const {
  if (request.pixel_format == PixelFormat::kEncoded) {
    return Fail(StatusCode::kInvalidArgument,
                "a render's pixel format is encoded; give that of its pixels");
  }
  if (request.width == 0 || request.height == 0) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("a render of {} x {} pixels is empty; give at "
                            "least 1 x 1",
                            request.width, request.height));
  }
  const std::uint64_t pixels = std::uint64_t{request.width} * request.height;
  const std::uint64_t limit =
      std::min(options_.max_render_bytes, options_.max_cache_bytes);
  const std::uint64_t pixel_bytes = BytesPerPixel(request.pixel_format);
  if (pixels > limit / pixel_bytes) {
    return Status(StatusCode::kTooLarge,
                  fmt::format("{} x {} pixels are more than the {} bytes "
                              "allowed for one render; ask for a smaller "
                              "picture or raise max_render_size",
                              request.width, request.height, limit))
        .With("requested", static_cast<std::int64_t>(pixels * pixel_bytes))
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
                      .pixel_format = request.pixel_format,
                      .width = request.width,
                      .height = request.height,
                      .camera_json = request.camera_json,
                      .settings_json = request.settings_json};
}

template <typename T>
Result<T> DirectoryStore::Counted(Result<T> result) {
  if (!result) core_->table.CountFailure(result.error());
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
  const std::uint64_t file_bytes =
      RawSize(record->width, record->height, record->pixel_format);
  const std::uint64_t charged = ChargedBytes(file_bytes);
  core_->table.NoteStaged(file_bytes);
  auto spare = core_->eviction.Admit(charged, file_bytes);
  if (!spare) return Fail(std::move(spare.error()));
  auto reservation = std::make_unique<Reservation>(core_, std::move(*record),
                                                   charged, FlagsOf(request));
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
  auto reservation =
      std::make_unique<Reservation>(core_, std::move(*record), charged,
                                    FlagsOf(request) & ~kRenderRecyclable);
  if (Status shown = reservation->Announce(max_file_bytes); !shown.ok()) {
    return Fail(std::move(shown));
  }
  return Counted(MakeStagedFile(std::move(reservation), max_file_bytes));
}

Result<RenderInfo> DirectoryStore::Find(RenderId id) const {
  return core_->table.Find(id);
}

Result<RenderInfo> DirectoryStore::FindByKey(ContentKey key) const {
  return core_->table.FindByKey(key);
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
  return core_->lifetime.Reuse(key, life, plain_reader);
}

Result<RenderInfo> DirectoryStore::Touch(RenderId id,
                                         std::chrono::seconds ttl) {
  if (Status valid = CheckTtl(ttl); !valid.ok()) return Fail(std::move(valid));
  return core_->lifetime.Touch(id, ttl);
}

Result<RenderInfo> DirectoryStore::Pin(RenderId id) {
  return core_->lifetime.Pin(id);
}

Result<RenderInfo> DirectoryStore::Unpin(
    RenderId id, std::optional<std::chrono::seconds> ttl) {
  if (ttl) {
    if (Status valid = CheckTtl(*ttl); !valid.ok()) {
      return Fail(std::move(valid));
    }
  }
  return core_->lifetime.Unpin(id, ttl);
}

Result<RenderInfo> DirectoryStore::AcquireLease(RenderId id) {
  return core_->table.Hold(id);
}

void DirectoryStore::ReleaseLease(RenderId id) { core_->table.Release(id); }

// A page at a time, and nothing is locked while the kernel is asked.
std::uint64_t DirectoryStore::CountLeasedBytes() {
  std::uint64_t bytes = 0;
  RenderPage page;
  do {
    page = ListFrom(page.next, kPageRenders);
    for (const RenderInfo& info : page.renders) {
      if (IsLeased(info)) bytes += ChargedBytes(info.size_bytes);
    }
  } while (page.next != 0);
  core_->table.ShowLeasedBytes(bytes);
  return bytes;
}

bool DirectoryStore::IsLeased(const RenderInfo& info) const {
  if (core_->table.IsHeld(info.id)) return true;
  const auto fd = core_->directory.OpenFile(RenderFileName(info), O_RDONLY);
  if (!fd) return false;
  return core_->directory.files().IsReadLeased(fd->get()).value_or(false);
}

Status DirectoryStore::SetChecksum(RenderId id, const Checksum& checksum) {
  return core_->table.SetChecksum(id, checksum);
}

void DirectoryStore::MarkUsed(RenderId id) { core_->table.MarkUsed(id); }

RenderStore::RenderPage DirectoryStore::ListFrom(std::uint64_t from,
                                                 std::size_t max) const {
  return core_->table.ListFrom(from, max);
}

std::vector<RenderInfo> DirectoryStore::List() const {
  std::vector<RenderInfo> renders;
  RenderPage page;
  do {
    page = ListFrom(page.next, kPageRenders);
    renders.insert(renders.end(), page.renders.begin(), page.renders.end());
  } while (page.next != 0);
  return renders;
}

Result<RenderRecord> DirectoryStore::ReadRecord(RenderId id) const {
  constexpr int kTries = 1000;
  constexpr std::chrono::microseconds kPause{50};
  FileSystem& files = core_->directory.files();
  for (int tries = 0; tries < kTries; ++tries) {
    const auto info = core_->table.Find(id);
    if (!info) return Fail(info.error());
    const auto fd = core_->directory.OpenFile(RenderFileName(*info), O_RDONLY);
    if (!fd) return Fail(fd.error());
    // Without the lease a recycled file could change under the read. Where
    // there are no leases, no file is recycled.
    const auto lease = files.TryReadLease(fd->get());
    auto record = ReadFileRecord(files, fd->get(), info->format);
    if (!record) return record;
    const bool busy = lease && *lease == LeaseResult::kBusy;
    if (!busy && record->id == id) return record;
    if (!busy) break;
    // An evictor has it: it removes the render or, when that is in use again,
    // lets go of the file.
    std::this_thread::sleep_for(kPause);
  }
  return Fail(
      StatusCode::kNotFound,
      fmt::format("render {} has just been removed", FormatRenderId(id)));
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
  if (!core_->policy.recycle || preparing_spare_.exchange(true)) return;
  while (const auto file_bytes = core_->table.ReserveMissingSpare()) {
    const RenderId id = MakeRenderId().value_or(0);
    auto frame = MakeFreshFrame(core_->directory, id, *file_bytes);
    if (!frame) {
      core_->table.CountFailure(frame.error());
      core_->eviction.DiscardUnmade(id, *file_bytes);
      break;
    }
    if (auto surplus = core_->table.AddSpare(std::move(*frame))) {
      core_->eviction.Discard(std::move(*surplus));
    }
  }
  preparing_spare_ = false;
}

void DirectoryStore::Purge() { core_->eviction.Purge(); }

void DirectoryStore::Count(IndexCounter counter, std::uint64_t amount) {
  core_->table.Count(counter, amount);
}

void DirectoryStore::Record(IndexHistogram histogram,
                            std::chrono::nanoseconds time) {
  core_->table.Record(histogram, time);
}

void DirectoryStore::ShowScene(std::uint64_t high, std::uint64_t low) {
  core_->table.ShowScene(high, low);
}

void DirectoryStore::ShowBuild(std::uint64_t build_hash) {
  core_->table.ShowBuild(build_hash);
}

RenderStoreStats DirectoryStore::Stats() const { return core_->table.Stats(); }

const std::filesystem::path& DirectoryStore::directory() const {
  return core_->directory.path();
}

std::filesystem::path DirectoryStore::PathOf(const RenderInfo& info) const {
  return core_->directory.path() / RenderFileName(info);
}

}  // namespace

Status CheckStoreOptions(const RenderStoreOptions& options) {
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

std::unique_ptr<RenderStore> MakeDirectoryStore(
    RenderStoreOptions options, std::shared_ptr<StoreCore> core) {
  return std::make_unique<DirectoryStore>(std::move(options), std::move(core));
}

}  // namespace goxel
