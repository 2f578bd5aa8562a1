#include "transfer/render_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

Status NoSuchRender(RenderId id) {
  return Fail(StatusCode::kNotFound,
              fmt::format("there is no render {}; it never was, has expired or "
                          "was removed",
                          FormatRenderId(id)));
}

}  // namespace

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
  const auto spare = std::ranges::find(
      spares_, spare_bytes,
      [](const SpareFrame& each) { return each.frame.file_bytes(); });
  if (spare != spares_.end() && retention_.ReserveSpare(charged_bytes)) {
    reservation.granted = true;
    reservation.spare = std::move(*spare);
    spares_.erase(spare);
    if (reservation.spare->leased) index_->Count(IndexCounter::kRecycled);
  } else {
    reservation.granted = retention_.Reserve(charged_bytes);
    reservation.hopeless = !retention_.CouldFit(charged_bytes);
  }
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

bool RenderTable::AbandonToSpare(RenderId id, std::uint64_t reserved_bytes,
                                 SpareFrame& frame) {
  const std::lock_guard lock(mutex_);
  if (closed_ || spares_.size() >= kMaxSpares) return false;
  (void)index_->Withdraw(id);
  retention_.ReleaseToSpare(reserved_bytes);
  spares_.push_back(std::move(frame));
  ShowAccounts();
  return true;
}

Status RenderTable::Land(LandedRender& render, std::uint64_t reserved_bytes) {
  const std::lock_guard lock(mutex_);
  if (closed_) {
    return Fail(StatusCode::kUnavailable,
                "the daemon is shutting down; ask again when it is back");
  }
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
  const RenderInfo& info = render.info;
  const std::uint64_t bytes = ChargedBytes(info.size_bytes);
  if (!retention_.HasRoomForRender() || !retention_.HasRoomForBytes(bytes)) {
    return Fail(StatusCode::kResourceExhausted,
                fmt::format("render {} of {} bytes is over the limits",
                            FormatRenderId(info.id), info.size_bytes));
  }
  if (Status shown = index_->Publish(info); !shown.ok()) return shown;
  retention_.Adopt(info.id, bytes, info.expires_boottime_ns);
  index_->Count(IndexCounter::kAdopted);
  Insert(std::move(render));
  ShowAccounts();
  return {};
}

void RenderTable::Insert(LandedRender render) {
  const RenderId id = render.info.id;
  if (!render.info.key.empty()) by_key_[render.info.key] = id;
  entries_.emplace(id, Entry{std::move(render), landed_++});
}

bool RenderTable::Expired(const Entry& entry) const {
  return entry.render.info.expires_boottime_ns <= clock_->BoottimeNs();
}

Result<RenderInfo> RenderTable::Find(RenderId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || Expired(found->second)) {
    return Fail(NoSuchRender(id));
  }
  return found->second.render.info;
}

std::vector<RenderInfo> RenderTable::List() const {
  std::vector<std::pair<std::uint64_t, RenderInfo>> ordered;
  {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_->BoottimeNs();
    for (const auto& [id, entry] : entries_) {
      const RenderInfo& info = entry.render.info;
      if (info.expires_boottime_ns > now) {
        ordered.emplace_back(entry.order, info);
      }
    }
  }
  std::ranges::sort(ordered, {}, [](const auto& each) { return each.first; });
  std::vector<RenderInfo> renders;
  renders.reserve(ordered.size());
  for (auto& [order, info] : ordered) renders.push_back(info);
  return renders;
}

RenderStoreStats RenderTable::Stats() const {
  const std::lock_guard lock(mutex_);
  const Retention::Accounts& accounts = retention_.accounts();
  RenderStoreStats stats{.committed_bytes = accounts.committed,
                         .reserved_bytes = accounts.reserved,
                         .orphaned_bytes = accounts.orphaned,
                         .spare_bytes = accounts.spare,
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

Result<RenderTable::Renewal> RenderTable::Touch(RenderId id,
                                                std::chrono::seconds ttl) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || Expired(found->second)) {
    return Fail(NoSuchRender(id));
  }
  return Renew(found->second, ttl, /*only_later=*/false);
}

Result<RenderTable::Renewal> RenderTable::Reuse(ContentKey key,
                                                std::chrono::seconds ttl,
                                                bool plain_reader) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || Expired(entries_.at(found->second))) {
    return Fail(StatusCode::kNotFound,
                fmt::format("no render has the key {}", FormatContentKey(key)));
  }
  Entry& entry = entries_.at(found->second);
  if (plain_reader) entry.render.info.flags &= ~kRenderRecyclable;
  index_->Count(IndexCounter::kCacheHits);
  return Renew(entry, ttl, /*only_later=*/true);
}

Result<RenderTable::Renewal> RenderTable::Renew(Entry& entry,
                                                std::chrono::seconds ttl,
                                                bool only_later) {
  RenderInfo& info = entry.render.info;
  const std::int64_t ttl_ns = ttl.count() * kSecondNs;
  const std::int64_t expires_ns = clock_->BoottimeNs() + ttl_ns;
  if (!only_later || expires_ns > info.expires_boottime_ns) {
    info.expires_boottime_ns = expires_ns;
    info.expires_unix_ns = clock_->UnixNs() + ttl_ns;
    info.ttl_s = static_cast<std::uint32_t>(ttl.count());
    retention_.SetExpiry(info.id, expires_ns);
  }
  retention_.Use(info.id);
  if (Status shown = index_->Publish(info); !shown.ok()) {
    return Fail(std::move(shown));
  }
  return Renewal{.info = info,
                 .modified_unix_ns = info.expires_unix_ns -
                                     entry.render.file_ttl_s * kSecondNs};
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

std::optional<Candidate> RenderTable::Get(RenderId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return std::nullopt;
  return MakeCandidate(found->second);
}

void RenderTable::MarkUsed(RenderId id) {
  const std::lock_guard lock(mutex_);
  retention_.Use(id);
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
                      .charged_bytes = retention_.BytesOf(id)};
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

std::size_t RenderTable::CountSpares(std::size_t file_bytes) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count(
      spares_, file_bytes,
      [](const SpareFrame& spare) { return spare.frame.file_bytes(); }));
}

bool RenderTable::ReserveSpare(std::uint64_t charged_bytes) {
  const std::lock_guard lock(mutex_);
  const bool fits = !closed_ && retention_.AddSpare(charged_bytes);
  ShowAccounts();
  return fits;
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
  if (closed_) {
    surplus = std::move(spare);
  } else {
    spares_.push_back(std::move(spare));
    if (spares_.size() > kMaxSpares) {
      surplus = std::move(spares_.front());
      spares_.erase(spares_.begin());
    }
  }
  ShowAccounts();
  return surplus;
}

std::optional<SpareFrame> RenderTable::TakeSpare(std::uint64_t needed_bytes) {
  const std::lock_guard lock(mutex_);
  if (spares_.empty()) return std::nullopt;
  if (needed_bytes > 0 && retention_.HasRoomForBytes(needed_bytes)) {
    return std::nullopt;
  }
  SpareFrame spare = std::move(spares_.front());
  spares_.erase(spares_.begin());
  return spare;
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
  closed_ = true;
  index_->SetState(IndexState::kDraining);
}

void RenderTable::ShowAccounts() {
  const Retention::Accounts& accounts = retention_.accounts();
  index_->SetCounter(IndexCounter::kCurrentBytes, accounts.total());
  index_->SetCounter(IndexCounter::kCurrentRenders, accounts.renders);
  index_->SetCounter(IndexCounter::kOrphanedBytes, accounts.orphaned);
}

}  // namespace goxel
