#include "transfer/render_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "transfer/storage_failure.h"

namespace goxel {
RenderTable::RenderTable(RetentionLimits limits,
                         std::unique_ptr<RenderIndexWriter> index,
                         const Clock* clock)
    : clock_(clock),
      limits_(limits),
      retention_(limits),
      index_(std::move(index)) {}

RenderTable::Reservation RenderTable::Reserve(std::uint64_t charged_bytes,
                                              std::size_t spare_bytes) {
  const std::lock_guard lock(mutex_);
  Reservation reservation;
  if (retention_.HasRoomForRender()) {
    reservation.spare = spares_.Take(spare_bytes);
  }
  if (reservation.spare) {
    reservation.granted = retention_.ReserveSpare(charged_bytes);
    if (reservation.spare->leased) index_->Count(IndexCounter::kRecycled);
  } else {
    reservation.granted = retention_.Reserve(charged_bytes);
  }
  reservation.hopeless =
      !reservation.granted && !retention_.CouldFit(charged_bytes);
  ShowAccounts();
  return reservation;
}

Status RenderTable::Announce(const RenderInfo& pending) {
  const std::lock_guard lock(mutex_);
  return index_->Publish(pending);
}

void RenderTable::SetRowsReady(RenderId id, std::uint32_t rows) {
  const std::lock_guard lock(mutex_);
  index_->SetRowsReady(id, rows);
}

void RenderTable::Abandon(RenderId id, std::uint64_t reserved_bytes) {
  const std::lock_guard lock(mutex_);
  // Not found when it could not even be announced.
  (void)index_->Withdraw(id);
  retention_.Release(reserved_bytes);
  ShowAccounts();
}

void RenderTable::AbandonToOrphan(RenderId id, std::uint64_t reserved_bytes) {
  const std::lock_guard lock(mutex_);
  (void)index_->Withdraw(id);
  retention_.Release(reserved_bytes);
  retention_.AddOrphan(reserved_bytes);
  ShowAccounts();
}

bool RenderTable::AbandonToSpare(RenderId id, std::uint64_t reserved_bytes,
                                 SpareFrame& frame) {
  const std::lock_guard lock(mutex_);
  if (!closed_.ok() || !spares_.HasPlace(frame.frame.file_bytes()))
    return false;
  (void)index_->Withdraw(id);
  retention_.ReleaseToSpare(reserved_bytes);
  (void)spares_.Add(std::move(frame));
  ShowAccounts();
  return true;
}

Status RenderTable::Land(LandedRender& render, std::uint64_t reserved_bytes) {
  const std::lock_guard lock(mutex_);
  if (!closed_.ok()) return closed_;
  const RenderInfo& info = render.info;
  if (Status shown = index_->Publish(info); !shown.ok()) return shown;
  retention_.Commit(info.id, reserved_bytes, ChargedBytes(info.size_bytes),
                    info.expires_boottime_ns);
  index_->Count(IndexCounter::kPublished);
  LandedRender landed{
      .info = info, .file_ttl_s = render.file_ttl_s, .frame = {}};
  if (render.frame && kept_frames_ < kMaxKeptFrames) {
    landed.frame = std::move(render.frame);
    ++kept_frames_;
  }
  Insert(std::move(landed));
  ShowAccounts();
  return {};
}

Status RenderTable::Adopt(LandedRender render) {
  const std::lock_guard lock(mutex_);
  RenderInfo& info = render.info;
  const std::uint64_t bytes = ChargedBytes(info.size_bytes);
  if (!retention_.HasRoomForRender() || !retention_.HasRoomForBytes(bytes)) {
    return Fail(StatusCode::kResourceExhausted,
                fmt::format("render {} of {} bytes is over the limits",
                            FormatRenderId(info.id), info.size_bytes));
  }
  // With less room than before, a pin may be over what is allowed.
  const bool pinned =
      (info.flags & kRenderPinned) != 0 && retention_.CanPin(bytes);
  if (!pinned) info.flags &= ~kRenderPinned;
  if (Status shown = index_->Publish(info); !shown.ok()) return shown;
  retention_.Adopt(info.id, bytes, info.expires_boottime_ns);
  retention_.SetPinned(info.id, pinned);
  index_->Count(IndexCounter::kAdopted);
  Insert(std::move(render));
  ShowAccounts();
  return {};
}

void RenderTable::Insert(LandedRender render) {
  const RenderId id = render.info.id;
  by_order_.emplace(++landed_, id);
  const auto [place, inserted] =
      entries_.emplace(id, Entry{std::move(render), landed_});
  ClaimKey(place->second);
}

// A look-up by key must not find one render today and the other tomorrow: the
// older one keeps no key, in the index neither.
void RenderTable::ClaimKey(Entry& entry) {
  RenderInfo& info = entry.render.info;
  if (info.key.empty()) return;
  const auto [holder, claimed] = by_key_.try_emplace(info.key, info.id);
  if (claimed) return;
  Entry& other = entries_.at(holder->second);
  RenderInfo* loser = &other.render.info;
  if (!Expired(other) && loser->created_unix_s > info.created_unix_s) {
    loser = &info;
  } else {
    holder->second = info.id;
  }
  index_->ForgetKey(loser->id);
  loser->key = {};
}

bool RenderTable::IsPinned(const Entry& entry) {
  return (entry.render.info.flags & kRenderPinned) != 0;
}

bool RenderTable::Expired(const Entry& entry) const {
  return entry.render.info.expires_boottime_ns <= clock_->BoottimeNs();
}

RenderTable::Entry* RenderTable::FindLiving(RenderId id) {
  const auto found = entries_.find(id);
  const bool living = found != entries_.end() && !Expired(found->second);
  return living ? &found->second : nullptr;
}

Status RenderTable::NoSuchRender(RenderId id) {
  return Fail(StatusCode::kNotFound,
              fmt::format("there is no render {}; it never was, has expired or "
                          "was removed",
                          FormatRenderId(id)));
}

Status RenderTable::NoSuchKey(ContentKey key) {
  return Status(StatusCode::kNotFound,
                fmt::format("no render has the key {}", FormatContentKey(key)));
}

Result<RenderInfo> RenderTable::Find(RenderId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || Expired(found->second)) {
    return Fail(NoSuchRender(id));
  }
  return found->second.render.info;
}

Result<RenderInfo> RenderTable::FindByKey(ContentKey key) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    const Entry& entry = entries_.at(found->second);
    if (!Expired(entry)) return entry.render.info;
  }
  return Fail(NoSuchKey(key));
}

RenderStore::RenderPage RenderTable::ListFrom(std::uint64_t from,
                                              std::size_t max) const {
  RenderStore::RenderPage page;
  const std::lock_guard lock(mutex_);
  auto next = by_order_.lower_bound(from);
  for (; next != by_order_.end() && page.renders.size() < max; ++next) {
    const Entry& entry = entries_.at(next->second);
    if (!Expired(entry)) page.renders.push_back(entry.render.info);
  }
  if (next != by_order_.end()) page.next = next->first;
  return page;
}

RenderStoreStats RenderTable::Stats() const {
  const std::lock_guard lock(mutex_);
  const Retention::Accounts& accounts = retention_.accounts();
  RenderStoreStats stats{.committed_bytes = accounts.committed,
                         .reserved_bytes = accounts.reserved,
                         .orphaned_bytes = accounts.orphaned,
                         .spare_bytes = accounts.spare,
                         .pinned_bytes = accounts.pinned,
                         .leased_bytes = leased_bytes_,
                         .pinned_renders = accounts.pinned_renders,
                         .renders = accounts.renders,
                         .pending_renders = accounts.pending,
                         .max_cache_bytes = limits_.max_bytes,
                         .max_renders = limits_.max_renders,
                         .counters = {}};
  constexpr auto kCounters = static_cast<std::uint32_t>(IndexCounter::kCount);
  for (std::uint32_t i = 0; i < kCounters; ++i) {
    stats.counters.push_back(index_->counter(static_cast<IndexCounter>(i)));
  }
  return stats;
}

Retention::Accounts RenderTable::accounts() const {
  const std::lock_guard lock(mutex_);
  return retention_.accounts();
}

Candidate RenderTable::MakeCandidate(const Entry& entry) const {
  const LandedRender& render = entry.render;
  return {.info = render.info,
          .last_use = retention_.LastUse(render.info.id),
          .frame_fd = render.frame ? render.frame->fd() : -1};
}

std::optional<Candidate> RenderTable::FirstExpired() const {
  const std::lock_guard lock(mutex_);
  const auto id = retention_.FirstExpired(clock_->BoottimeNs());
  if (!id) return std::nullopt;
  return MakeCandidate(entries_.at(*id));
}

std::optional<Candidate> RenderTable::LeastRecentlyUsed() const {
  const std::lock_guard lock(mutex_);
  const auto id = retention_.LeastRecentlyUsed();
  if (!id) return std::nullopt;
  return MakeCandidate(entries_.at(*id));
}

std::optional<Candidate> RenderTable::First() const {
  const std::lock_guard lock(mutex_);
  if (by_order_.empty()) return std::nullopt;
  return MakeCandidate(entries_.at(by_order_.begin()->second));
}

std::optional<Candidate> RenderTable::Get(RenderId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return std::nullopt;
  return MakeCandidate(found->second);
}

void RenderTable::KeepLeased(RenderId id) {
  const std::lock_guard lock(mutex_);
  if (entries_.contains(id)) retention_.Use(id);
  index_->Count(IndexCounter::kLeaseBlocked);
}

std::optional<Departure> RenderTable::Detach(const Candidate& candidate,
                                             IndexCounter reason) {
  const std::lock_guard lock(mutex_);
  const RenderId id = candidate.info.id;
  const auto found = entries_.find(id);
  if (found == entries_.end() || retention_.LastUse(id) != candidate.last_use) {
    return std::nullopt;
  }
  (void)index_->Withdraw(id);
  Departure departure{.render = std::move(found->second.render),
                      .charged_bytes = retention_.BytesOf(id),
                      .held = held_.contains(id)};
  by_order_.erase(found->second.order);
  entries_.erase(found);
  retention_.Orphan(id);
  const auto by_key = by_key_.find(departure.render.info.key);
  if (by_key != by_key_.end() && by_key->second == id) by_key_.erase(by_key);
  if (departure.render.frame) --kept_frames_;
  index_->Count(reason);
  ShowAccounts();
  return departure;
}

void RenderTable::Free(std::uint64_t charged_bytes) {
  const std::lock_guard lock(mutex_);
  retention_.DropOrphan(charged_bytes);
  index_->Count(IndexCounter::kBytesFreed, charged_bytes);
  ShowAccounts();
}

void RenderTable::NoteStaged(std::size_t file_bytes) {
  const std::lock_guard lock(mutex_);
  spares_.NoteStaged(file_bytes);
}

bool RenderTable::WantsSpare(std::size_t file_bytes,
                             std::optional<std::size_t> staged_bytes) const {
  const std::lock_guard lock(mutex_);
  return spares_.IsWanted(file_bytes, staged_bytes) &&
         spares_.HasPlace(file_bytes);
}

std::optional<std::size_t> RenderTable::ReserveMissingSpare() {
  const std::lock_guard lock(mutex_);
  const auto missing = spares_.FirstMissing();
  if (!closed_.ok() || !missing ||
      !retention_.AddSpare(ChargedBytes(*missing))) {
    return std::nullopt;
  }
  ShowAccounts();
  return missing;
}

void RenderTable::DropSpare(std::uint64_t charged_bytes) {
  const std::lock_guard lock(mutex_);
  retention_.DropSpare(charged_bytes);
  ShowAccounts();
}

std::optional<SpareFrame> RenderTable::AddSpare(SpareFrame spare) {
  const std::lock_guard lock(mutex_);
  return StoreSpare(std::move(spare));
}

std::optional<SpareFrame> RenderTable::RecycleDeparture(SpareFrame spare) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t bytes = ChargedBytes(spare.frame.file_bytes());
  retention_.OrphanToSpare(bytes);
  index_->Count(IndexCounter::kBytesFreed, bytes);
  return StoreSpare(std::move(spare));
}

std::optional<SpareFrame> RenderTable::StoreSpare(SpareFrame spare) {
  std::optional<SpareFrame> surplus;
  if (!closed_.ok()) {
    surplus = std::move(spare);
  } else {
    surplus = spares_.Add(std::move(spare));
  }
  ShowAccounts();
  return surplus;
}

std::optional<SpareFrame> RenderTable::TakeUnwantedSpare(
    std::uint64_t needed_bytes, std::size_t staged_bytes) {
  const std::lock_guard lock(mutex_);
  if (retention_.HasRoomForBytes(needed_bytes)) return std::nullopt;
  return spares_.TakeUnwanted(staged_bytes);
}

std::optional<SpareFrame> RenderTable::TakeSpare() {
  const std::lock_guard lock(mutex_);
  return spares_.TakeOldest();
}

void RenderTable::SpareToOrphan(std::uint64_t charged_bytes) {
  const std::lock_guard lock(mutex_);
  retention_.DropSpare(charged_bytes);
  retention_.AddOrphan(charged_bytes);
  ShowAccounts();
}

void RenderTable::AddOrphan(std::uint64_t charged_bytes) {
  const std::lock_guard lock(mutex_);
  retention_.AddOrphan(charged_bytes);
  ShowAccounts();
}

void RenderTable::Count(IndexCounter counter, std::uint64_t amount) {
  const std::lock_guard lock(mutex_);
  index_->Count(counter, amount);
}

void RenderTable::CountFailure(const Status& failure) {
  const std::string_view error = ErrnoOf(failure);
  const std::lock_guard lock(mutex_);
  index_->Count(IndexCounter::kStorageErrors);
  if (error == "ENOSPC" || error == "EDQUOT") {
    index_->Count(IndexCounter::kNoSpace);
  }
}

void RenderTable::Record(IndexHistogram histogram,
                         std::chrono::nanoseconds time) {
  const std::lock_guard lock(mutex_);
  index_->Record(histogram, time);
}

void RenderTable::ShowScene(std::uint64_t high, std::uint64_t low) {
  const std::lock_guard lock(mutex_);
  index_->SetScene(high, low);
}

void RenderTable::ShowBuild(std::uint64_t build_hash) {
  const std::lock_guard lock(mutex_);
  index_->SetBuild(build_hash);
}

void RenderTable::ShowLeasedBytes(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  leased_bytes_ = bytes;
  index_->SetCounter(IndexCounter::kLeasedBytes, bytes);
}

std::optional<std::int64_t> RenderTable::NextExpiry() const {
  const std::lock_guard lock(mutex_);
  return retention_.NextExpiry();
}

Status RenderTable::MakeLive() {
  const std::lock_guard lock(mutex_);
  return index_->MakeLive();
}

void RenderTable::Close() {
  const std::lock_guard lock(mutex_);
  if (!closed_.ok()) return;
  closed_ = Status(StatusCode::kUnavailable,
                   "the daemon is shutting down; ask again when it is back");
  index_->SetState(IndexState::kDraining);
}

void RenderTable::Lose(Status why) {
  std::unordered_map<RenderId, Entry> unmapped;  // After the mutex is free.
  const std::lock_guard lock(mutex_);
  closed_ = std::move(why);
  for (const auto& [id, entry] : entries_) {
    const std::uint64_t bytes = retention_.BytesOf(id);
    retention_.Orphan(id);
    retention_.DropOrphan(bytes);
    (void)index_->Withdraw(id);
  }
  entries_.swap(unmapped);
  by_key_.clear();
  by_order_.clear();
  kept_frames_ = 0;
  ShowAccounts();
  index_->SetState(IndexState::kRetired);
}

void RenderTable::Inherit(const RenderTable& lost) {
  const RenderStoreStats before = lost.Stats();
  const std::lock_guard lock(mutex_);
  for (std::uint32_t i = 0; i < before.counters.size(); ++i) {
    index_->Count(static_cast<IndexCounter>(i), before.counters[i]);
  }
  index_->SetCounter(IndexCounter::kLeasedBytes, leased_bytes_);
  ShowAccounts();
}

void RenderTable::ShowAccounts() {
  const Retention::Accounts& accounts = retention_.accounts();
  index_->SetCounter(IndexCounter::kCurrentBytes, accounts.total());
  index_->SetCounter(IndexCounter::kCurrentRenders, accounts.renders);
  index_->SetCounter(IndexCounter::kOrphanedBytes, accounts.orphaned);
  index_->SetCounter(IndexCounter::kReservedBytes, accounts.reserved);
  index_->SetCounter(IndexCounter::kSpareBytes, accounts.spare);
  index_->SetCounter(IndexCounter::kPinnedBytes, accounts.pinned);
}

}  // namespace goxel
