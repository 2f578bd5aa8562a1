#include "transfer/eviction.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "ipc/lease.h"

namespace goxel {
namespace {

constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr std::int64_t kMaxRetryMs = 60'000;
// What to suggest when no render is going to expire: a lease may end any time.
constexpr std::int64_t kDefaultRetryMs = 1'000;

}  // namespace

Eviction::Eviction(const ManagedDirectory* directory, RenderTable* table,
                   const Clock* clock, bool recycle)
    : directory_(directory), table_(table), clock_(clock), recycle_(recycle) {}

Result<std::optional<SpareFrame>> Eviction::Admit(std::uint64_t charged_bytes,
                                                  std::size_t frame_bytes) {
  const std::lock_guard lock(mutex_);
  Expire();
  std::uint64_t leased_bytes = 0;
  bool recounted = false;
  // A leased render goes to the end of the queue, so one look at each is
  // enough.
  std::uint64_t looks = table_->Stats().renders;
  while (true) {
    auto reservation = table_->Reserve(charged_bytes, frame_bytes);
    if (reservation.granted) return std::move(reservation.spare);
    if (!recounted) {
      RecountOrphans();
      recounted = true;
      continue;
    }
    if (reservation.hopeless) break;
    if (auto spare = table_->TakeSpare(charged_bytes)) {
      DiscardLocked(std::move(*spare));
      continue;
    }
    if (looks-- == 0 || !EvictOne(&leased_bytes)) break;
  }
  return Fail(Full(charged_bytes, leased_bytes));
}

Status Eviction::Full(std::uint64_t charged_bytes, std::uint64_t leased_bytes) {
  table_->Count(IndexCounter::kStoreFull);
  const RenderStoreStats stats = table_->Stats();
  const std::uint64_t current = stats.reserved_bytes + stats.committed_bytes +
                                stats.spare_bytes + stats.orphaned_bytes;
  std::int64_t retry_ms = kDefaultRetryMs;
  if (const auto expiry = table_->NextExpiry()) {
    const std::int64_t wait_ns = *expiry - clock_->BoottimeNs();
    retry_ms =
        std::clamp(wait_ns / kMillisecondNs + 1, std::int64_t{1}, kMaxRetryMs);
  }
  leased_bytes += stats.orphaned_bytes;
  return Status(
             StatusCode::kResourceExhausted,
             fmt::format("no room for a render of {} bytes: {} of {} bytes and "
                         "{} of {} renders are in use, {} bytes by readers",
                         charged_bytes, current, stats.max_cache_bytes,
                         stats.renders + stats.pending_renders,
                         stats.max_renders, leased_bytes))
      .With("current_size", static_cast<std::int64_t>(current))
      .With("max_size", static_cast<std::int64_t>(stats.max_cache_bytes))
      .With("leased_size", static_cast<std::int64_t>(leased_bytes))
      .With("renders",
            std::int64_t{stats.renders} + std::int64_t{stats.pending_renders})
      .With("max_renders", std::int64_t{stats.max_renders})
      .With("retry_after_ms", retry_ms)
      .With("hint",
            "unmap renders that are no longer needed, ask for a shorter "
            "ttl_seconds, or raise max_cache_size or max_renders");
}

Result<std::uint64_t> Eviction::Withdraw(RenderId id) {
  const std::lock_guard lock(mutex_);
  Expire();
  while (const auto candidate = table_->Get(id)) {
    Probe probe =
        TryLease(RenderFileName(candidate->info), candidate->frame_fd);
    const std::uint64_t given_back =
        probe.hold == Hold::kLeased ? 0 : candidate->info.size_bytes;
    if (Leave(*candidate, std::move(probe), IndexCounter::kWithdrawn)) {
      return given_back;
    }
  }
  return Fail(
      StatusCode::kNotFound,
      fmt::format("there is no render {} to remove", FormatRenderId(id)));
}

void Eviction::Sweep() {
  const std::lock_guard lock(mutex_);
  Expire();
  RecountOrphans();
}

void Eviction::Purge() {
  const std::lock_guard lock(mutex_);
  while (const auto candidate = table_->LeastRecentlyUsed()) {
    Leave(*candidate,
          TryLease(RenderFileName(candidate->info), candidate->frame_fd),
          IndexCounter::kWithdrawn);
  }
  while (auto spare = table_->TakeSpare(0)) DiscardLocked(std::move(*spare));
}

void Eviction::RemoveStray(const std::string& name, RenderId id) {
  const std::lock_guard lock(mutex_);
  const Probe probe = TryLease(name, /*kept_fd=*/-1);
  if (probe.hold == Hold::kLeased && probe.fd.valid()) {
    const auto status = directory_->files().Stat(probe.fd.get());
    const std::uint64_t bytes =
        status ? static_cast<std::uint64_t>(status->st_size) : 0;
    table_->AddOrphan(ChargedBytes(bytes));
    Orphanize(name, id, ChargedBytes(bytes));
    return;
  }
  // A link or a FIFO cannot be opened for writing, but it can be removed.
  if (!directory_->Remove(name).ok()) {
    table_->Count(IndexCounter::kStorageErrors);
  }
}

void Eviction::AddOrphan(std::string name, std::uint64_t file_bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t charged = ChargedBytes(file_bytes);
  table_->AddOrphan(charged);
  orphans_.push_back({.name = std::move(name), .charged_bytes = charged});
}

void Eviction::Discard(SpareFrame spare) {
  const std::lock_guard lock(mutex_);
  DiscardLocked(std::move(spare));
}

void Eviction::Close() {
  const std::lock_guard lock(mutex_);
  while (auto spare = table_->TakeSpare(0)) DiscardLocked(std::move(*spare));
  // Readers keep the bytes that they have mapped.
  for (const Orphan& orphan : orphans_) (void)directory_->Remove(orphan.name);
}

void Eviction::Expire() {
  while (const auto candidate = table_->FirstExpired()) {
    Leave(*candidate,
          TryLease(RenderFileName(candidate->info), candidate->frame_fd),
          IndexCounter::kEvictedTtl);
  }
}

void Eviction::RecountOrphans() {
  std::erase_if(orphans_, [this](const Orphan& orphan) {
    const Hold hold = TryLease(orphan.name, /*kept_fd=*/-1).hold;
    if (hold == Hold::kLeased) return false;
    if (!directory_->Remove(orphan.name).ok()) return false;
    table_->Free(orphan.charged_bytes);
    return true;
  });
}

bool Eviction::EvictOne(std::uint64_t* leased_bytes) {
  const auto candidate = table_->LeastRecentlyUsed();
  if (!candidate) return false;
  Probe probe = TryLease(RenderFileName(candidate->info), candidate->frame_fd);
  if (probe.hold == Hold::kLeased) {
    *leased_bytes += ChargedBytes(candidate->info.size_bytes);
    table_->MarkUsed(candidate->info.id);
  } else {
    Leave(*candidate, std::move(probe), IndexCounter::kEvictedQuota);
  }
  return true;
}

Eviction::Probe Eviction::TryLease(const std::string& name, int kept_fd) {
  Probe probe;
  if (kept_fd < 0) {
    auto opened = directory_->OpenFile(name, O_RDWR);
    if (!opened) {
      const bool gone = opened.error().code() == StatusCode::kNotFound;
      probe.hold = gone ? Hold::kGone : Hold::kLeased;
      return probe;
    }
    probe.fd = std::move(*opened);
    kept_fd = probe.fd.get();
  }
  const auto lease = directory_->files().TryWriteLease(kept_fd);
  // What cannot be asked has to be taken for leased.
  const bool granted = lease && *lease == LeaseResult::kGranted;
  probe.hold = granted ? Hold::kFree : Hold::kLeased;
  return probe;
}

bool Eviction::Leave(const Candidate& candidate, Probe probe,
                     IndexCounter reason) {
  auto departure = table_->Detach(candidate, reason);
  if (departure) {
    Finish(std::move(*departure), std::move(probe));
    return true;
  }
  // It was handed out in between: give the lease back.
  if (candidate.frame_fd >= 0 && probe.hold == Hold::kFree) {
    (void)ReleaseLease(candidate.frame_fd);
  }
  return false;
}

void Eviction::Finish(Departure departure, Probe probe) {
  const RenderInfo& info = departure.render.info;
  const std::string name = RenderFileName(info);
  if (probe.hold == Hold::kLeased) {
    Orphanize(name, info.id, departure.charged_bytes);
    return;
  }
  if (Recycle(departure, probe)) return;
  const Status removed = directory_->Remove(name);
  // The pages are free once nothing of ours refers to the file.
  departure.render.frame.reset();
  probe.fd.reset();
  Settle(removed, name, departure.charged_bytes);
}

void Eviction::Orphanize(const std::string& name, RenderId id,
                         std::uint64_t charged_bytes) {
  const std::string hidden = HiddenFileName(HiddenFile::kOrphan, id);
  const bool hide = !IsHiddenFileName(name);
  const bool renamed = hide && directory_->Rename(name, hidden).ok();
  orphans_.push_back(
      {.name = renamed ? hidden : name, .charged_bytes = charged_bytes});
}

void Eviction::Settle(const Status& removed, const std::string& name,
                      std::uint64_t charged_bytes) {
  if (removed.ok()) {
    table_->Free(charged_bytes);
    return;
  }
  table_->Count(IndexCounter::kStorageErrors);
  orphans_.push_back({.name = name, .charged_bytes = charged_bytes});
}

bool Eviction::Recycle(Departure& departure, Probe& probe) {
  const RenderInfo& info = departure.render.info;
  if (!recycle_ || probe.hold != Hold::kFree ||
      (info.flags & kRenderRecyclable) == 0 ||
      table_->CountSpares(info.size_bytes) >= RenderTable::kMaxSpares) {
    return false;
  }
  std::optional<Frame>& frame = departure.render.frame;
  if (!frame) {
    auto made = directory_->MakeFrame(std::move(probe.fd), info.size_bytes);
    if (!made) return false;
    frame = std::move(*made);
  }
  const std::string hidden = HiddenFileName(HiddenFile::kSpare, info.id);
  if (!directory_->Rename(RenderFileName(info), hidden).ok()) return false;
  auto surplus = table_->RecycleDeparture(
      {.frame = std::move(*frame), .hidden_name = hidden, .leased = true});
  if (surplus) DiscardLocked(std::move(*surplus));
  return true;
}

void Eviction::DiscardLocked(SpareFrame spare) {
  const std::uint64_t charged = ChargedBytes(spare.frame.file_bytes());
  const std::string name = spare.hidden_name;
  const Status removed = name.empty() ? Status() : directory_->Remove(name);
  { const Frame unmapped = std::move(spare.frame); }
  table_->DropSpare(charged);
  if (!removed.ok()) {
    table_->AddOrphan(charged);
    Settle(removed, name, charged);
  }
}

}  // namespace goxel
