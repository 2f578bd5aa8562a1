// The books of the render store and the order in which renders have to go: pure
// policy, without files, clocks or locks.
//
// Every byte that the store answers for is in exactly one account:
//
//   reserved   promised to a render that is being made
//   committed  in a render that readers can find
//   spare      in a file kept ready for the next render
//   orphaned   out of sight, not yet off the disk: its removal is under way, or
//              a reader still has it mapped
//
// and the sum of the four never exceeds max_bytes. Renders being made and
// renders committed are together at most max_renders.
//
// Two kinds of committed renders never have to go for others: those that are
// pinned, at most half of everything, and those that are held, under a lease
// that the store itself keeps. Their time can end all the same.
//
// Thread safety: none; the store calls it under its mutex.

#ifndef TRANSFER_RETENTION_H_
#define TRANSFER_RETENTION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "ipc/render_record.h"

namespace goxel {

struct RetentionLimits {
  std::uint64_t max_bytes = 0;
  std::uint32_t max_renders = 0;
};

class Retention {
 public:
  // In bytes, but for those that count renders.
  struct Accounts {
    std::uint64_t reserved = 0;
    std::uint64_t committed = 0;
    std::uint64_t spare = 0;
    std::uint64_t orphaned = 0;
    std::uint64_t pinned = 0;          // Part of committed.
    std::uint64_t held = 0;            // Part of committed.
    std::uint64_t kept = 0;            // Part of committed: pinned or held.
    std::uint32_t pending = 0;         // Renders being made.
    std::uint32_t renders = 0;         // Renders committed.
    std::uint32_t pinned_renders = 0;  // Part of renders.
    std::uint32_t kept_renders = 0;    // Part of renders.

    std::uint64_t total() const {
      return reserved + committed + spare + orphaned;
    }
  };

  explicit Retention(RetentionLimits limits) : limits_(limits) {}

  const Accounts& accounts() const { return accounts_; }

  // True when a render more may be made, whatever its size.
  bool HasRoomForRender() const;
  // True when `bytes` more are within the limit.
  bool HasRoomForBytes(std::uint64_t bytes) const;
  // False when `bytes` would not fit even with every spare gone and every
  // committed render that has to go for others.
  bool CouldFit(std::uint64_t bytes) const;

  // Books a render that is about to be made. False, with nothing booked, when
  // it does not fit.
  bool Reserve(std::uint64_t bytes);
  // The same out of a spare of that size, which must be there.
  bool ReserveSpare(std::uint64_t bytes);
  // The render was given up; its bytes are free, or a spare again.
  void Release(std::uint64_t bytes);
  void ReleaseToSpare(std::uint64_t bytes);

  // The render is committed, with `bytes` of the `reserved` that were booked
  // for it. It counts as just used.
  void Commit(RenderId id, std::uint64_t reserved, std::uint64_t bytes,
              std::int64_t expires_ns);

  // A render found at start. False when it does not fit.
  bool Adopt(RenderId id, std::uint64_t bytes, std::int64_t expires_ns);

  void Use(RenderId id);
  void SetExpiry(RenderId id, std::int64_t expires_ns);

  // False when with a render of `bytes` more than half of max_bytes or of
  // max_renders would be pinned.
  bool CanPin(std::uint64_t bytes) const;
  // REQUIRES: to pin, CanPin() of its bytes.
  void SetPinned(RenderId id, bool pinned);
  void SetHeld(RenderId id, bool held);

  // Moves a committed render's bytes, and forgets the render.
  void Orphan(RenderId id);
  // A file that outlived the render it held, found at start. Booked even over
  // the limit: the disk is that full.
  void AddOrphan(std::uint64_t bytes) { accounts_.orphaned += bytes; }
  void DropOrphan(std::uint64_t bytes) { accounts_.orphaned -= bytes; }
  void OrphanToSpare(std::uint64_t bytes);

  // False when it does not fit.
  bool AddSpare(std::uint64_t bytes);
  void DropSpare(std::uint64_t bytes) { accounts_.spare -= bytes; }

  // What a committed render is charged.
  std::uint64_t BytesOf(RenderId id) const;

  // The render that has expired for longest at `now_ns`.
  std::optional<RenderId> FirstExpired(std::int64_t now_ns) const;
  std::optional<std::int64_t> NextExpiry() const;
  // Of those that may have to go: neither pinned nor held.
  std::optional<RenderId> LeastRecentlyUsed() const;

  // Changes with every Use().
  std::uint64_t LastUse(RenderId id) const;

 private:
  struct Entry {
    std::uint64_t bytes = 0;
    std::int64_t expires_ns = 0;
    std::uint64_t last_use = 0;
    bool pinned = false;
    bool held = false;

    bool evictable() const { return !pinned && !held; }
  };

  // Changes an entry and what follows from it.
  template <typename Change>
  void Update(Entry& entry, RenderId id, Change change);
  void Insert(RenderId id, Entry entry);

  const RetentionLimits limits_;
  Accounts accounts_;
  std::uint64_t uses_ = 0;
  std::unordered_map<RenderId, Entry> entries_;
  std::map<std::uint64_t, RenderId> by_use_;  // The evictable ones.
  std::set<std::pair<std::int64_t, RenderId>> by_expiry_;
};

}  // namespace goxel

#endif  // TRANSFER_RETENTION_H_
