#include "transfer/healing_store.h"

#include <fmt/core.h>

#include <utility>

#include "transfer/storage_failure.h"

namespace goxel {
namespace {

constexpr std::int64_t kRetryNs = 1'000'000'000;

// Opened again by the path that clients were told, wherever the process is.
RenderStoreOptions AtPath(RenderStoreOptions options,
                          const std::filesystem::path& path) {
  options.directory = path;
  return options;
}

}  // namespace

HealingStore::HealingStore(RenderStoreOptions options,
                           std::shared_ptr<FileSystem> files,
                           std::shared_ptr<const Clock> clock,
                           std::shared_ptr<StoreCore> core)
    : path_(core->directory.path()),
      options_(AtPath(std::move(options), path_)),
      files_(std::move(files)),
      clock_(std::move(clock)),
      current_(Make(std::move(core))) {}

HealingStore::OpenedPtr HealingStore::Make(
    std::shared_ptr<StoreCore> core) const {
  auto store = MakeDirectoryStore(options_, core);
  return std::make_shared<Opened>(
      Opened{.core = std::move(core), .store = std::move(store)});
}

HealingStore::OpenedPtr HealingStore::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

Result<HealingStore::OpenedPtr> HealingStore::Present() {
  OpenedPtr opened = Current();
  if (opened->core->lost()) return OpenAgain(opened);
  if (Status present = opened->core->CheckPresent(); !present.ok()) {
    opened->core->table.CountFailure(present);
    return Fail(std::move(present));
  }
  return opened;
}

Result<HealingStore::OpenedPtr> HealingStore::OpenAgain(const OpenedPtr& lost) {
  const std::unique_lock lock(healing_, std::try_to_lock);
  if (!lock.owns_lock()) return Fail(lost->core->directory.Lost());
  if (OpenedPtr current = Current(); current != lost) return current;
  const std::int64_t now_ns = clock_->BoottimeNs();
  if (last_try_ns_ && now_ns - *last_try_ns_ < kRetryNs) {
    return Fail(last_failure_);
  }
  last_try_ns_ = now_ns;
  auto core = StoreCore::Open(options_, files_, clock_, lost->core->epoch);
  if (!core) {
    last_failure_ = Retell(core.error());
    lost->core->table.CountFailure(last_failure_);
    return Fail(last_failure_);
  }
  last_failure_ = (*core)->directory.Lost();
  (*core)->table.Inherit(lost->core->table);
  OpenedPtr opened = Make(std::move(*core));
  const std::lock_guard swap(mutex_);
  opened->store->ShowScene(shown_.scene_high, shown_.scene_low);
  opened->store->ShowBuild(shown_.build_hash);
  current_ = opened;
  return opened;
}

Status HealingStore::Retell(const Status& why) const {
  Status status =
      why.Retold(StatusCode::kStorageFailed,
                 fmt::format("the render directory {} was removed or replaced "
                             "while in use, and cannot be opened again: {}",
                             path_.string(), why.message()));
  if (!ErrnoOf(status).empty()) return status;
  return std::move(status).With("errno", "ENOENT");
}

Result<std::unique_ptr<StagedPixels>> HealingStore::StagePixels(
    const StageRequest& request) {
  const auto opened = Present();
  if (!opened) return Fail(opened.error());
  return (*opened)->store->StagePixels(request);
}

Result<std::unique_ptr<StagedFile>> HealingStore::StageFile(
    const StageRequest& request, std::uint64_t max_file_bytes) {
  const auto opened = Present();
  if (!opened) return Fail(opened.error());
  return (*opened)->store->StageFile(request, max_file_bytes);
}

Result<RenderInfo> HealingStore::Reuse(ContentKey key,
                                       std::optional<std::chrono::seconds> ttl,
                                       bool plain_reader) {
  const OpenedPtr before = Current();
  auto info = before->store->Reuse(key, ttl, plain_reader);
  if (info) return info;
  // A miss may mean that the directory is gone.
  const auto opened = Present();
  if (!opened) return Fail(opened.error());
  if (*opened == before) return info;
  return (*opened)->store->Reuse(key, ttl, plain_reader);
}

// Nobody has to be told, so a loss is made up for at once.
std::optional<std::chrono::nanoseconds> HealingStore::Sweep() {
  const OpenedPtr opened = Current();
  if (!opened->core->CheckPresent().ok() && opened->core->lost()) {
    (void)OpenAgain(opened);
  }
  return Current()->store->Sweep();
}

Result<RenderInfo> HealingStore::Find(RenderId id) const {
  return Current()->store->Find(id);
}

Result<RenderInfo> HealingStore::FindByKey(ContentKey key) const {
  return Current()->store->FindByKey(key);
}

Result<RenderInfo> HealingStore::FindByPath(std::string_view path) const {
  return Current()->store->FindByPath(path);
}

RenderStore::RenderPage HealingStore::ListFrom(std::uint64_t from,
                                               std::size_t max) const {
  return Current()->store->ListFrom(from, max);
}

std::vector<RenderInfo> HealingStore::List() const {
  return Current()->store->List();
}

Result<RenderRecord> HealingStore::ReadRecord(RenderId id) const {
  return Current()->store->ReadRecord(id);
}

Result<RenderInfo> HealingStore::Touch(RenderId id, std::chrono::seconds ttl) {
  return Current()->store->Touch(id, ttl);
}

Result<RenderInfo> HealingStore::Pin(RenderId id) {
  return Current()->store->Pin(id);
}

Result<RenderInfo> HealingStore::Unpin(
    RenderId id, std::optional<std::chrono::seconds> ttl) {
  return Current()->store->Unpin(id, ttl);
}

Result<RenderInfo> HealingStore::AcquireLease(RenderId id) {
  return Current()->store->AcquireLease(id);
}

void HealingStore::ReleaseLease(RenderId id) {
  Current()->store->ReleaseLease(id);
}

bool HealingStore::IsLeased(const RenderInfo& info) const {
  return Current()->store->IsLeased(info);
}

std::uint64_t HealingStore::CountLeasedBytes() {
  return Current()->store->CountLeasedBytes();
}

Status HealingStore::SetChecksum(RenderId id, const Checksum& checksum) {
  return Current()->store->SetChecksum(id, checksum);
}

void HealingStore::MarkUsed(RenderId id) { Current()->store->MarkUsed(id); }

Result<std::uint64_t> HealingStore::Withdraw(RenderId id) {
  return Current()->store->Withdraw(id);
}

void HealingStore::PrepareSpare() { Current()->store->PrepareSpare(); }

void HealingStore::Purge() { Current()->store->Purge(); }

void HealingStore::Count(IndexCounter counter, std::uint64_t amount) {
  Current()->store->Count(counter, amount);
}

void HealingStore::Record(IndexHistogram histogram,
                          std::chrono::nanoseconds time) {
  Current()->store->Record(histogram, time);
}

void HealingStore::ShowScene(std::uint64_t high, std::uint64_t low) {
  const std::lock_guard lock(mutex_);
  shown_.scene_high = high;
  shown_.scene_low = low;
  current_->store->ShowScene(high, low);
}

void HealingStore::ShowBuild(std::uint64_t build_hash) {
  const std::lock_guard lock(mutex_);
  shown_.build_hash = build_hash;
  current_->store->ShowBuild(build_hash);
}

RenderStoreStats HealingStore::Stats() const {
  return Current()->store->Stats();
}

const std::filesystem::path& HealingStore::directory() const { return path_; }

std::filesystem::path HealingStore::PathOf(const RenderInfo& info) const {
  return path_ / RenderFileName(info);
}

Result<std::unique_ptr<RenderStore>> RenderStore::Open(
    RenderStoreOptions options) {
  return Open(std::move(options), std::make_shared<FileSystem>(),
              std::make_shared<SystemClock>());
}

Result<std::unique_ptr<RenderStore>> RenderStore::Open(
    RenderStoreOptions options, std::shared_ptr<FileSystem> files,
    std::shared_ptr<const Clock> clock) {
  if (Status valid = CheckStoreOptions(options); !valid.ok()) {
    return Fail(std::move(valid));
  }
  auto core = StoreCore::Open(options, files, clock, /*after_epoch=*/0);
  if (!core) return Fail(std::move(core.error()));
  return std::make_unique<HealingStore>(std::move(options), std::move(files),
                                        std::move(clock), std::move(*core));
}

}  // namespace goxel
