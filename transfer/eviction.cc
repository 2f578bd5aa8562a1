#include "transfer/eviction.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "ipc/lease.h"

namespace goxel {
namespace {

constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr std::int64_t kMaxRetryMs = 60'000;
// What to suggest when no render is going to expire: a lease may end any time.
constexpr std::int64_t kDefaultRetryMs = 1'000;
// And when not every render was looked at.
constexpr std::int64_t kSearchOnMs = 10;

using SteadyClock = std::chrono::steady_clock;

}  // namespace

Eviction::Eviction(const ManagedDirectory* directory, RenderTable* table,
                   const Clock* clock, EvictionPolicy policy)
    : directory_(directory), table_(table), clock_(clock), policy_(policy) {}

Result<std::optional<SpareFrame>> Eviction::Admit(std::uint64_t charged_bytes,
                                                  std::size_t frame_bytes) {
  const auto start = SteadyClock::now();
  auto reservation = table_->Reserve(charged_bytes, frame_bytes);
  Result<std::optional<SpareFrame>> admitted = std::move(reservation.spare);
  if (!reservation.granted) {
    Lock lock(mutex_);
    admitted = MakeRoom(charged_bytes, frame_bytes, lock);
  }
  table_->Record(IndexHistogram::kAdmit, SteadyClock::now() - start);
  return admitted;
}

Result<std::optional<SpareFrame>> Eviction::MakeRoom(
    std::uint64_t charged_bytes, std::size_t frame_bytes, Lock& lock) {
  // Nothing has to go for a render that could not be made anyway.
  if (Status writable = directory_->CheckWritable(); !writable.ok()) {
    table_->CountFailure(writable);
    return Fail(std::move(writable));
  }
  // A leased render goes to the end of the queue, so one look at each is
  // enough.
  const std::size_t renders = table_->accounts().renders;
  Search search{.charged_bytes = charged_bytes,
                .frame_bytes = frame_bytes,
                .looks_left = std::min(renders, kMaxLooks),
                .orphans_left = std::min(orphans_.size(), kMaxLooks)};
  while (true) {
    auto reservation = table_->Reserve(charged_bytes, frame_bytes);
    if (reservation.granted) return std::move(reservation.spare);
    const bool hopeless = reservation.hopeless && search.orphans_left == 0;
    if (!hopeless && MakeSomeRoom(search, lock)) continue;
    if (removals_ == 0) return Fail(Full(search));
    removal_done_.wait(lock);
  }
}

// What nobody misses goes first.
bool Eviction::MakeSomeRoom(Search& search, Lock& lock) {
  if (ExpireOne(lock)) return true;
  if (search.orphans_left > 0) {
    --search.orphans_left;
    RecountOrphan(lock);
    return true;
  }
  auto spare =
      table_->TakeUnwantedSpare(search.charged_bytes, search.frame_bytes);
  if (!spare && search.looks_left > 0 && EvictOne(search, lock)) return true;
  constexpr std::size_t kNoFrame = 0;
  if (!spare) spare = table_->TakeUnwantedSpare(search.charged_bytes, kNoFrame);
  if (!spare) return false;
  Discard(std::move(*spare), lock);
  return true;
}

bool Eviction::EvictOne(Search& search, Lock& lock) {
  const auto candidate = table_->LeastRecentlyUsed();
  if (!candidate) return false;
  const auto start = SteadyClock::now();
  Probe probe = TryLease(*candidate);
  if (probe.use == Use::kLeased) {
    --search.looks_left;
    search.leased_bytes += ChargedBytes(candidate->info.size_bytes);
    table_->KeepLeased(candidate->info.id);
    return true;
  }
  const auto given_back =
      Leave(*candidate, std::move(probe), IndexCounter::kEvictedQuota, lock,
            search.frame_bytes);
  if (!given_back) return true;  // It is in use again; try another.
  table_->Record(IndexHistogram::kEvict, SteadyClock::now() - start);
  // A directory that does not let go of this file keeps the others, too.
  return *given_back > 0;
}

Status Eviction::Full(const Search& search) {
  table_->Count(IndexCounter::kStoreFull);
  const Retention::Accounts accounts = table_->accounts();
  const RetentionLimits& limits = table_->limits();
  const std::uint64_t leased_bytes =
      search.leased_bytes + accounts.held + accounts.orphaned;
  std::int64_t retry_ms = kDefaultRetryMs;
  if (const auto expiry = table_->NextExpiry()) {
    const std::int64_t wait_ns = *expiry - clock_->BoottimeNs();
    retry_ms =
        std::clamp(wait_ns / kMillisecondNs + 1, std::int64_t{1}, kMaxRetryMs);
  }
  // The next request looks at those that this one left out.
  if (search.looks_left == 0 && accounts.renders > kMaxLooks) {
    retry_ms = std::min(retry_ms, kSearchOnMs);
  }
  return Status(
             StatusCode::kResourceExhausted,
             fmt::format("no room for a render of {} bytes: {} of {} bytes "
                         "and {} of {} renders are in use, {} bytes by "
                         "readers and {} bytes pinned",
                         search.charged_bytes, accounts.total(),
                         limits.max_bytes, accounts.renders + accounts.pending,
                         limits.max_renders, leased_bytes, accounts.pinned))
      .With("current_size", static_cast<std::int64_t>(accounts.total()))
      .With("max_size", static_cast<std::int64_t>(limits.max_bytes))
      .With("leased_size", static_cast<std::int64_t>(leased_bytes))
      .With("pinned_size", static_cast<std::int64_t>(accounts.pinned))
      .With("renders", std::int64_t{accounts.renders} + accounts.pending)
      .With("max_renders", std::int64_t{limits.max_renders})
      .With("retry_after_ms", retry_ms)
      .With("hint",
            "unmap or unpin renders that are no longer needed, ask for a "
            "shorter ttl_seconds, or raise max_cache_size or max_renders");
}

Result<std::uint64_t> Eviction::Withdraw(RenderId id) {
  Lock lock(mutex_);
  while (const auto candidate = table_->Get(id)) {
    if (candidate->info.expires_boottime_ns <= clock_->BoottimeNs()) break;
    const auto given_back =
        Leave(*candidate, TryLease(*candidate), IndexCounter::kWithdrawn, lock);
    if (given_back) return *given_back;
  }
  return Fail(
      StatusCode::kNotFound,
      fmt::format("there is no render {} to remove", FormatRenderId(id)));
}

void Eviction::Sweep() {
  Lock lock(mutex_);
  while (ExpireOne(lock)) continue;
  for (std::size_t left = orphans_.size(); left > 0; --left) {
    RecountOrphan(lock);
  }
}

void Eviction::Purge() {
  Lock lock(mutex_);
  while (const auto candidate = table_->First()) {
    Leave(*candidate, TryLease(*candidate), IndexCounter::kWithdrawn, lock);
  }
  while (auto spare = table_->TakeSpare()) Discard(std::move(*spare), lock);
}

void Eviction::RemoveStray(const std::string& name, RenderId id) {
  const Lock lock(mutex_);
  const Probe probe = TryLease(name, /*kept_fd=*/-1);
  if (probe.use == Use::kLeased && probe.fd.valid()) {
    Orphanize(BookStray(name, id));
    return;
  }
  // A link or a FIFO cannot be opened for writing, but it can be removed.
  if (!directory_->Remove(name).ok()) {
    table_->Count(IndexCounter::kStorageErrors);
    orphans_.push_back(BookStray(name, id));
  }
}

Eviction::Orphan Eviction::BookStray(const std::string& name, RenderId id) {
  const auto status = directory_->files().StatAt(directory_->fd(), name);
  const std::uint64_t bytes =
      ChargedBytes(status ? static_cast<std::uint64_t>(status->st_size) : 0);
  table_->AddOrphan(bytes);
  return {.id = id, .name = name, .charged_bytes = bytes};
}

void Eviction::AddOrphan(std::string name, std::uint64_t charged_bytes) {
  const Lock lock(mutex_);
  orphans_.push_back(
      {.id = 0, .name = std::move(name), .charged_bytes = charged_bytes});
}

void Eviction::Discard(SpareFrame spare) {
  Lock lock(mutex_);
  Discard(std::move(spare), lock);
}

void Eviction::DiscardUnmade(RenderId id, std::uint64_t file_bytes) {
  Lock lock(mutex_);
  Orphan file{.id = id,
              .name = HiddenFileName(HiddenFile::kStaged, id),
              .charged_bytes = ChargedBytes(file_bytes)};
  const Status removed = Remove(file.name, UniqueFd(), lock);
  SettleSpare(removed, std::move(file));
}

void Eviction::Lose(Status why) {
  Lock lock(mutex_);
  table_->Lose(std::move(why));
  while (auto spare = table_->TakeSpare()) Discard(std::move(*spare), lock);
  for (const Orphan& orphan : orphans_) {
    (void)directory_->Remove(orphan.name);
    table_->Free(orphan.charged_bytes);
  }
  orphans_.clear();
}

void Eviction::Close() {
  Lock lock(mutex_);
  while (auto spare = table_->TakeSpare()) Discard(std::move(*spare), lock);
  // Readers keep the bytes that they have mapped.
  for (const Orphan& orphan : orphans_) (void)directory_->Remove(orphan.name);
}

bool Eviction::ExpireOne(Lock& lock) {
  const auto candidate = table_->FirstExpired();
  if (!candidate) return false;
  Leave(*candidate, TryLease(*candidate), IndexCounter::kEvictedTtl, lock);
  return true;
}

void Eviction::RecountOrphan(Lock& lock) {
  if (orphans_.empty()) return;
  Orphan orphan = std::move(orphans_.front());
  orphans_.pop_front();
  const bool held = table_->IsHeld(orphan.id);
  if (held || TryLease(orphan.name, /*kept_fd=*/-1).use == Use::kLeased) {
    orphans_.push_back(std::move(orphan));
    return;
  }
  const Status removed = Remove(orphan.name, UniqueFd(), lock);
  Settle(removed, std::move(orphan));
}

Eviction::Probe Eviction::TryLease(const Candidate& candidate) {
  return TryLease(RenderFileName(candidate.info), candidate.frame_fd);
}

Eviction::Probe Eviction::TryLease(const std::string& name, int kept_fd) {
  Probe probe;
  if (!policy_.leases_hold) return probe;
  if (kept_fd < 0) {
    auto opened = directory_->OpenFile(name, O_RDWR);
    if (!opened) {
      const bool gone = opened.error().code() == StatusCode::kNotFound;
      probe.use = gone ? Use::kGone : Use::kLeased;
      return probe;
    }
    probe.fd = std::move(*opened);
    kept_fd = probe.fd.get();
  }
  const auto lease = directory_->files().TryWriteLease(kept_fd);
  // What cannot be asked has to be taken for leased.
  const bool granted = lease && *lease == LeaseResult::kGranted;
  probe.use = granted ? Use::kFree : Use::kLeased;
  return probe;
}

std::optional<std::uint64_t> Eviction::Leave(
    const Candidate& candidate, Probe probe, IndexCounter reason, Lock& lock,
    std::optional<std::size_t> staged_bytes) {
  auto departure = table_->Detach(candidate, reason);
  if (departure) {
    return Finish(std::move(*departure), std::move(probe), lock, staged_bytes);
  }
  // It was handed out in between: give the lease back.
  if (candidate.frame_fd >= 0 && probe.use == Use::kFree) {
    (void)directory_->files().ReleaseLease(candidate.frame_fd);
  }
  return std::nullopt;
}

std::uint64_t Eviction::Finish(Departure departure, Probe probe, Lock& lock,
                               std::optional<std::size_t> staged_bytes) {
  const RenderInfo info = departure.render.info;
  Orphan file{.id = info.id,
              .name = RenderFileName(info),
              .charged_bytes = departure.charged_bytes};
  if (probe.use == Use::kLeased || departure.held) {
    Orphanize(std::move(file));
    return 0;
  }
  if (Recycle(departure, probe, lock, staged_bytes)) return info.size_bytes;
  const Status removed = Remove(
      file.name, std::pair(std::move(departure.render.frame), std::move(probe)),
      lock);
  Settle(removed, std::move(file));
  return removed.ok() ? info.size_bytes : 0;
}

template <typename Hold>
Status Eviction::Remove(const std::string& name, Hold hold, Lock& lock) {
  ++removals_;
  lock.unlock();
  const Status removed = name.empty() ? Status() : directory_->Remove(name);
  { const Hold dropped = std::move(hold); }
  lock.lock();
  --removals_;
  removal_done_.notify_all();
  return removed;
}

void Eviction::Orphanize(Orphan orphan) {
  const std::string hidden = HiddenFileName(HiddenFile::kOrphan, orphan.id);
  const bool hide = !IsHiddenFileName(orphan.name);
  if (hide && directory_->Rename(orphan.name, hidden).ok()) {
    orphan.name = hidden;
  }
  orphans_.push_back(std::move(orphan));
}

void Eviction::Settle(const Status& removed, Orphan orphan) {
  if (removed.ok()) {
    table_->Free(orphan.charged_bytes);
    return;
  }
  table_->Count(IndexCounter::kStorageErrors);
  orphans_.push_back(std::move(orphan));
}

bool Eviction::Recycle(Departure& departure, Probe& probe, Lock& lock,
                       std::optional<std::size_t> staged_bytes) {
  const RenderInfo& info = departure.render.info;
  if (!policy_.recycle || probe.use != Use::kFree ||
      (info.flags & kRenderRecyclable) == 0 ||
      !table_->WantsSpare(info.size_bytes, staged_bytes)) {
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
  // A reader that has opened the file and gets its lease only when we are
  // killed in mid-picture must not find the old id over new pixels.
  std::ranges::fill(frame->header(), std::byte{0});
  auto surplus = table_->RecycleDeparture(
      {.frame = std::move(*frame), .hidden_name = hidden, .leased = true});
  if (surplus) Discard(std::move(*surplus), lock);
  return true;
}

void Eviction::Discard(SpareFrame spare, Lock& lock) {
  Orphan file{.id = 0,
              .name = spare.hidden_name,
              .charged_bytes = ChargedBytes(spare.frame.file_bytes())};
  const Status removed = Remove(file.name, std::move(spare.frame), lock);
  SettleSpare(removed, std::move(file));
}

void Eviction::SettleSpare(const Status& removed, Orphan file) {
  if (removed.ok()) {
    table_->DropSpare(file.charged_bytes);
  } else {
    table_->SpareToOrphan(file.charged_bytes);
    Settle(removed, std::move(file));
  }
}

}  // namespace goxel
