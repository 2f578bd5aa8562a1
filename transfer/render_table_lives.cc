// The part of RenderTable that lengthens and shortens lives: renewals, pins and
// the leases that the store keeps.

#include <fmt/core.h>

#include <utility>

#include "transfer/render_table.h"

namespace goxel {
namespace {

// What a hit that moves a render's death adds to the time that was asked for.
constexpr std::chrono::seconds kGraceOfAHit{1};

}  // namespace

Result<RenderTable::Renewal> RenderTable::Touch(RenderId id,
                                                std::chrono::seconds ttl) {
  const std::lock_guard lock(mutex_);
  Entry* entry = FindLiving(id);
  if (entry == nullptr) return Fail(NoSuchRender(id));
  return Renew(*entry, ttl, /*only_later=*/IsPinned(*entry));
}

Result<RenderTable::Renewal> RenderTable::Reuse(ContentKey key,
                                                std::chrono::seconds ttl,
                                                bool plain_reader) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || Expired(entries_.at(found->second))) {
    return Fail(NoSuchKey(key));
  }
  Entry& entry = entries_.at(found->second);
  RenderInfo& info = entry.render.info;
  index_->Count(IndexCounter::kCacheHits);
  const bool late_enough =
      info.expires_boottime_ns >=
      clock_->BoottimeNs() + ttl.count() * kNanosecondsPerSecond;
  const bool stops_recycling =
      plain_reader && (info.flags & kRenderRecyclable) != 0;
  if (late_enough && !stops_recycling) {
    retention_.Use(info.id);
    Renewal renewal = DateOf(entry);
    renewal.moved = false;
    return renewal;
  }
  if (plain_reader) info.flags &= ~kRenderRecyclable;
  return Renew(entry, ttl, /*only_later=*/true, kGraceOfAHit);
}

Result<RenderTable::Renewal> RenderTable::Renew(Entry& entry,
                                                std::chrono::seconds ttl,
                                                bool only_later,
                                                std::chrono::seconds grace) {
  RenderInfo& info = entry.render.info;
  const std::int64_t life_ns = (ttl + grace).count() * kNanosecondsPerSecond;
  const std::int64_t expires_ns = clock_->BoottimeNs() + life_ns;
  if (!only_later || expires_ns > info.expires_boottime_ns) {
    info.expires_boottime_ns = expires_ns;
    info.expires_unix_ns = clock_->UnixNs() + life_ns;
    info.ttl_s = static_cast<std::uint32_t>(ttl.count());
    retention_.SetExpiry(info.id, expires_ns);
  }
  retention_.Use(info.id);
  if (Status shown = index_->Publish(info); !shown.ok()) {
    return Fail(std::move(shown));
  }
  return DateOf(entry);
}

RenderTable::Renewal RenderTable::DateOf(const Entry& entry) {
  const RenderInfo& info = entry.render.info;
  return {.info = info,
          .modified_unix_ns = info.expires_unix_ns -
                              entry.render.file_ttl_s * kNanosecondsPerSecond};
}

Result<RenderTable::Renewal> RenderTable::Pin(RenderId id) {
  const std::lock_guard lock(mutex_);
  Entry* entry = FindLiving(id);
  if (entry == nullptr) return Fail(NoSuchRender(id));
  if (!IsPinned(*entry) && !retention_.CanPin(retention_.BytesOf(id))) {
    return Fail(TooManyPins(id));
  }
  retention_.SetPinned(id, true);
  entry->render.info.flags |= kRenderPinned;
  entry->render.info.flags &= ~kRenderRecyclable;
  ShowAccounts();
  return Renew(*entry, std::chrono::seconds(kMaxTtlSeconds),
               /*only_later=*/false);
}

Status RenderTable::TooManyPins(RenderId id) const {
  const Retention::Accounts& accounts = retention_.accounts();
  return Status(StatusCode::kResourceExhausted,
                fmt::format("render {} of {} bytes cannot be pinned: {} bytes "
                            "and {} renders are pinned, and at most half of "
                            "the {} bytes and {} renders of the cache may be",
                            FormatRenderId(id), retention_.BytesOf(id),
                            accounts.pinned, accounts.pinned_renders,
                            limits_.max_bytes, limits_.max_renders))
      .With("pinned_size", static_cast<std::int64_t>(accounts.pinned))
      .With("max_pinned_size", static_cast<std::int64_t>(limits_.max_bytes / 2))
      .With("pinned_renders", std::int64_t{accounts.pinned_renders})
      .With("max_pinned_renders", std::int64_t{limits_.max_renders / 2})
      .With("hint", "unpin a render, or raise max_cache_size or max_renders");
}

Result<RenderTable::Renewal> RenderTable::Unpin(
    RenderId id, std::optional<std::chrono::seconds> ttl) {
  const std::lock_guard lock(mutex_);
  Entry* entry = FindLiving(id);
  if (entry == nullptr) return Fail(NoSuchRender(id));
  if (!IsPinned(*entry)) return DateOf(*entry);
  retention_.SetPinned(id, false);
  entry->render.info.flags &= ~kRenderPinned;
  ShowAccounts();
  const std::chrono::seconds own_ttl(entry->render.file_ttl_s);
  return Renew(*entry, ttl.value_or(own_ttl), /*only_later=*/false);
}

void RenderTable::Forget(RenderId id) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  constexpr std::int64_t kLongAgo = 0;
  found->second.render.info.expires_boottime_ns = kLongAgo;
  retention_.SetExpiry(id, kLongAgo);
  (void)index_->Withdraw(id);
}

Status RenderTable::SetChecksum(RenderId id, const Checksum& checksum) {
  const std::lock_guard lock(mutex_);
  Entry* entry = FindLiving(id);
  if (entry == nullptr) return NoSuchRender(id);
  entry->render.info.checksum = checksum;
  return index_->Publish(entry->render.info);
}

void RenderTable::MarkUsed(RenderId id) {
  const std::lock_guard lock(mutex_);
  if (entries_.contains(id)) retention_.Use(id);
}

Result<RenderInfo> RenderTable::Hold(RenderId id) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = FindLiving(id);
  if (entry == nullptr) return Fail(NoSuchRender(id));
  ++held_[id];
  retention_.SetHeld(id, true);
  retention_.Use(id);
  return entry->render.info;
}

void RenderTable::Release(RenderId id) {
  const std::lock_guard lock(mutex_);
  const auto held = held_.find(id);
  if (held == held_.end() || --held->second > 0) return;
  held_.erase(held);
  if (entries_.contains(id)) retention_.SetHeld(id, false);
}

bool RenderTable::IsHeld(RenderId id) const {
  const std::lock_guard lock(mutex_);
  return held_.contains(id);
}

}  // namespace goxel
