#include "transfer/retention.h"

namespace goxel {

bool Retention::HasRoomForRender() const {
  return accounts_.pending + accounts_.renders < limits_.max_renders;
}

bool Retention::HasRoomForBytes(std::uint64_t bytes) const {
  const std::uint64_t total = accounts_.total();
  return total <= limits_.max_bytes && bytes <= limits_.max_bytes - total;
}

bool Retention::CouldFit(std::uint64_t bytes) const {
  const std::uint64_t fixed =
      accounts_.reserved + accounts_.orphaned + accounts_.kept;
  return fixed <= limits_.max_bytes && bytes <= limits_.max_bytes - fixed &&
         accounts_.pending + accounts_.kept_renders < limits_.max_renders;
}

bool Retention::Reserve(std::uint64_t bytes) {
  if (!HasRoomForRender() || !HasRoomForBytes(bytes)) return false;
  accounts_.reserved += bytes;
  ++accounts_.pending;
  return true;
}

bool Retention::ReserveSpare(std::uint64_t bytes) {
  if (!HasRoomForRender()) return false;
  accounts_.spare -= bytes;
  accounts_.reserved += bytes;
  ++accounts_.pending;
  return true;
}

void Retention::Release(std::uint64_t bytes) {
  accounts_.reserved -= bytes;
  --accounts_.pending;
}

void Retention::ReleaseToSpare(std::uint64_t bytes) {
  Release(bytes);
  accounts_.spare += bytes;
}

void Retention::Commit(RenderId id, std::uint64_t reserved, std::uint64_t bytes,
                       std::int64_t expires_ns) {
  Release(reserved);
  Insert(id, {.bytes = bytes, .expires_ns = expires_ns});
}

bool Retention::Adopt(RenderId id, std::uint64_t bytes,
                      std::int64_t expires_ns) {
  if (!HasRoomForRender() || !HasRoomForBytes(bytes)) return false;
  Insert(id, {.bytes = bytes, .expires_ns = expires_ns});
  return true;
}

void Retention::Insert(RenderId id, Entry entry) {
  entry.last_use = ++uses_;
  accounts_.committed += entry.bytes;
  ++accounts_.renders;
  by_use_.emplace(entry.last_use, id);
  by_expiry_.emplace(entry.expires_ns, id);
  entries_.emplace(id, entry);
}

template <typename Change>
void Retention::Update(Entry& entry, RenderId id, Change change) {
  if (entry.evictable()) {
    by_use_.erase(entry.last_use);
  } else {
    accounts_.kept -= entry.bytes;
    --accounts_.kept_renders;
  }
  change(entry);
  if (entry.evictable()) {
    by_use_.emplace(entry.last_use, id);
  } else {
    accounts_.kept += entry.bytes;
    ++accounts_.kept_renders;
  }
}

void Retention::Use(RenderId id) {
  Update(entries_.at(id), id,
         [this](Entry& entry) { entry.last_use = ++uses_; });
}

bool Retention::CanPin(std::uint64_t bytes) const {
  return accounts_.pinned + bytes <= limits_.max_bytes / 2 &&
         accounts_.pinned_renders < limits_.max_renders / 2;
}

void Retention::SetPinned(RenderId id, bool pinned) {
  Entry& entry = entries_.at(id);
  if (entry.pinned == pinned) return;
  Update(entry, id, [&](Entry& changed) { changed.pinned = pinned; });
  if (pinned) {
    accounts_.pinned += entry.bytes;
    ++accounts_.pinned_renders;
  } else {
    accounts_.pinned -= entry.bytes;
    --accounts_.pinned_renders;
  }
}

void Retention::SetHeld(RenderId id, bool held) {
  Entry& entry = entries_.at(id);
  if (entry.held == held) return;
  Update(entry, id, [&](Entry& changed) { changed.held = held; });
  if (held) {
    accounts_.held += entry.bytes;
  } else {
    accounts_.held -= entry.bytes;
  }
}

void Retention::SetExpiry(RenderId id, std::int64_t expires_ns) {
  Entry& entry = entries_.at(id);
  by_expiry_.erase({entry.expires_ns, id});
  entry.expires_ns = expires_ns;
  by_expiry_.emplace(expires_ns, id);
}

void Retention::Orphan(RenderId id) {
  SetPinned(id, false);
  SetHeld(id, false);
  const auto found = entries_.find(id);
  const Entry& entry = found->second;
  accounts_.committed -= entry.bytes;
  --accounts_.renders;
  accounts_.orphaned += entry.bytes;
  by_use_.erase(entry.last_use);
  by_expiry_.erase({entry.expires_ns, id});
  entries_.erase(found);
}

void Retention::OrphanToSpare(std::uint64_t bytes) {
  accounts_.orphaned -= bytes;
  accounts_.spare += bytes;
}

bool Retention::AddSpare(std::uint64_t bytes) {
  if (!HasRoomForBytes(bytes)) return false;
  accounts_.spare += bytes;
  return true;
}

std::uint64_t Retention::BytesOf(RenderId id) const {
  return entries_.at(id).bytes;
}

std::optional<RenderId> Retention::FirstExpired(std::int64_t now_ns) const {
  if (by_expiry_.empty() || by_expiry_.begin()->first > now_ns) {
    return std::nullopt;
  }
  return by_expiry_.begin()->second;
}

std::optional<std::int64_t> Retention::NextExpiry() const {
  if (by_expiry_.empty()) return std::nullopt;
  return by_expiry_.begin()->first;
}

std::optional<RenderId> Retention::LeastRecentlyUsed() const {
  if (by_use_.empty()) return std::nullopt;
  return by_use_.begin()->second;
}

std::uint64_t Retention::LastUse(RenderId id) const {
  return entries_.at(id).last_use;
}

}  // namespace goxel
