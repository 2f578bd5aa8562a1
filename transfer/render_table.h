// What the store knows: the committed renders, the spare frames and the books,
// kept in step with the shared index.
//
// Everything here is under one mutex that is held for microseconds: no method
// touches a disk, so a look-up never waits for one. Frames and names go in and
// come out by value, and whoever takes them out does the slow part.
//
// Thread safety: all methods may be called from any thread.

#ifndef TRANSFER_RENDER_TABLE_H_
#define TRANSFER_RENDER_TABLE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ipc/render_index_writer.h"
#include "ipc/render_info.h"
#include "ipc/status.h"
#include "transfer/clock.h"
#include "transfer/render_store.h"
#include "transfer/retention.h"
#include "transfer/spare_pool.h"

namespace goxel {

// What the books charge for a file: whole pages.
constexpr std::uint64_t ChargedBytes(std::uint64_t file_bytes) {
  return (file_bytes + 4095) / 4096 * 4096;
}

// A committed render and what its file says.
struct LandedRender {
  RenderInfo info;
  std::uint32_t file_ttl_s = 0;  // In the record: death = mtime + this.
  // Kept mapped, so that recycling the file costs nothing. Absent for encoded
  // renders and for those beyond the bound on kept descriptors.
  std::optional<Frame> frame;
};

// A render that might have to go, as it was when it was looked at.
struct Candidate {
  RenderInfo info;
  std::uint64_t last_use = 0;
  int frame_fd = -1;  // Of the kept frame. Valid until the render leaves.
};

// A render on its way out: hidden from everybody, its bytes booked as orphaned
// until Free() or AddSpare().
struct Departure {
  LandedRender render;
  std::uint64_t charged_bytes = 0;
  bool held = false;  // A lease that the store keeps outlives the render.
};

class RenderTable {
 public:
  // Frames of recyclable renders that stay mapped. Each costs a descriptor and
  // address space; renders beyond are mapped again when they are recycled.
  static constexpr std::size_t kMaxKeptFrames = 128;

  // `clock` must outlive the table.
  RenderTable(RetentionLimits limits, std::unique_ptr<RenderIndexWriter> index,
              const Clock* clock);

  // --- Making a render ---

  struct Reservation {
    bool granted = false;
    bool hopeless = false;  // Evicting everything would not be enough.
    std::optional<SpareFrame> spare;
  };
  // Books `charged_bytes`, out of a spare of exactly `spare_bytes` if there is
  // one (0: no spare wanted).
  Reservation Reserve(std::uint64_t charged_bytes, std::size_t spare_bytes);

  // Shows a PENDING render in the index. Ends with Land() or Abandon().
  Status Announce(const RenderInfo& pending);
  void SetRowsReady(RenderId id, std::uint32_t rows);

  // The render was given up and its file is gone.
  void Abandon(RenderId id, std::uint64_t reserved_bytes);
  // The same, but its file could not be removed: an orphan, in the same step.
  void AbandonToOrphan(RenderId id, std::uint64_t reserved_bytes);
  // The same, but its frame becomes a spare. False, with nothing changed, when
  // there are enough.
  bool AbandonToSpare(RenderId id, std::uint64_t reserved_bytes,
                      SpareFrame& frame);

  // The file has its name: shows the render READY. kUnavailable after Close().
  // On failure `render` is untouched.
  Status Land(LandedRender& render, std::uint64_t reserved_bytes);

  // A render found at start. kResourceExhausted when it does not fit.
  Status Adopt(LandedRender render);

  // --- Looking ---

  Result<RenderInfo> Find(RenderId id) const;
  Result<RenderInfo> FindByKey(ContentKey key) const;
  RenderStore::RenderPage ListFrom(std::uint64_t from, std::size_t max) const;
  RenderStoreStats Stats() const;
  Retention::Accounts accounts() const;
  const RetentionLimits& limits() const { return limits_; }

  // --- Renewing ---

  struct Renewal {
    RenderInfo info;
    std::int64_t modified_unix_ns = 0;  // What the file's mtime has to be.
    bool moved = true;                  // False: it is that already.
  };
  // Sets the time of death to `ttl` from now.
  Result<Renewal> Touch(RenderId id, std::chrono::seconds ttl);
  // By key, to at least `ttl` from now and never to an earlier death; counts a
  // hit. A death that has to move moves by a second more, so that the hits of
  // that second find it late enough, and cost neither index nor file.
  Result<Renewal> Reuse(ContentKey key, std::chrono::seconds ttl,
                        bool plain_reader);

  // Exempts a render from eviction and from recycling, the latter for good, and
  // renews it to kMaxTtlSeconds. kResourceExhausted with the figures when too
  // much would be pinned.
  Result<Renewal> Pin(RenderId id);
  // Ends a pin; the render lives `ttl` from now, or the TTL that its file says.
  // One that is not pinned is left as it is.
  Result<Renewal> Unpin(RenderId id, std::optional<std::chrono::seconds> ttl);

  // Ends the time of a render whose file is lost. The next sweep removes it.
  void Forget(RenderId id);

  Status SetChecksum(RenderId id, const Checksum& checksum);
  // Recency; nothing when there is no such render.
  void MarkUsed(RenderId id);

  // --- Leases that the store keeps ---

  // Counts one lease more and marks the render used in the same step, so that
  // a Candidate taken before does not leave any more. kNotFound.
  Result<RenderInfo> Hold(RenderId id);
  // Counts one less, also after the render has left. Nothing when there is
  // none.
  void Release(RenderId id);
  bool IsHeld(RenderId id) const;

  // --- Leaving ---

  std::optional<Candidate> FirstExpired() const;
  std::optional<Candidate> LeastRecentlyUsed() const;
  std::optional<Candidate> Get(RenderId id) const;
  // The render that landed first.
  std::optional<Candidate> First() const;
  // A reader's lease stopped the eviction: the render is in use.
  void KeepLeased(RenderId id);

  // Takes the render out of table and index and counts `reason`. nullopt when
  // it was used, or leased by Hold(), since `candidate` was made.
  std::optional<Departure> Detach(const Candidate& candidate,
                                  IndexCounter reason);

  // The bytes of a departure are off the disk.
  void Free(std::uint64_t charged_bytes);

  // --- Spares and orphans ---

  // A render of this size is being staged: what spares are kept follows.
  void NoteStaged(std::size_t file_bytes);
  // Whether the frame of a departure is worth keeping; `staged_bytes` as in
  // SparePool::IsWanted.
  bool WantsSpare(std::size_t file_bytes,
                  std::optional<std::size_t> staged_bytes) const;
  // Books room for a spare that is missing and returns its size; then
  // AddSpare() or DropSpare(). nullopt when none is, or it does not fit.
  std::optional<std::size_t> ReserveMissingSpare();
  void DropSpare(std::uint64_t charged_bytes);
  // Puts away a booked spare. Returns the oldest when there are too many: the
  // caller removes its file, then DropSpare().
  std::optional<SpareFrame> AddSpare(SpareFrame spare);
  // The same for a departure's frame.
  std::optional<SpareFrame> RecycleDeparture(SpareFrame spare);
  // A spare that is in the way of `needed_bytes`, if those do not fit, for a
  // render whose frame has `staged_bytes`.
  std::optional<SpareFrame> TakeUnwantedSpare(std::uint64_t needed_bytes,
                                              std::size_t staged_bytes);
  std::optional<SpareFrame> TakeSpare();

  void AddOrphan(std::uint64_t charged_bytes);
  // A spare whose file could not be removed.
  void SpareToOrphan(std::uint64_t charged_bytes);

  // --- The rest ---

  void Count(IndexCounter counter, std::uint64_t amount = 1);
  // A disk or a directory failed: counts it, and whether space is what lacked.
  void CountFailure(const Status& failure);
  void Record(IndexHistogram histogram, std::chrono::nanoseconds time);
  void ShowScene(std::uint64_t high, std::uint64_t low);
  void ShowBuild(std::uint64_t build_hash);
  void ShowLeasedBytes(std::uint64_t bytes);
  std::optional<std::int64_t> NextExpiry() const;  // CLOCK_BOOTTIME ns.
  Status MakeLive();
  // From now on nothing lands; the index says DRAINING.
  void Close();
  // The directory is lost. Nothing lands any more, for the reason given, and
  // nothing is known but the renders that are being made and the spares; the
  // index is empty and RETIRED.
  void Lose(Status why);
  // Counts on from a table whose directory was lost.
  void Inherit(const RenderTable& lost);

 private:
  struct Entry {
    LandedRender render;
    std::uint64_t order = 0;
  };
  struct KeyHash {
    std::size_t operator()(const ContentKey& key) const {
      return key.high ^ key.low;
    }
  };

  static Status NoSuchRender(RenderId id);
  static Status NoSuchKey(ContentKey key);

  // All below: REQUIRES mutex_ held.
  static bool IsPinned(const Entry& entry);
  bool Expired(const Entry& entry) const;
  // Null when there is no such render or its time is over.
  Entry* FindLiving(RenderId id);
  Candidate MakeCandidate(const Entry& entry) const;
  void Insert(LandedRender render);
  // Of two renders with one key, the newer keeps it.
  void ClaimKey(Entry& entry);
  // The time of death becomes `ttl` and `grace` from now.
  Result<Renewal> Renew(Entry& entry, std::chrono::seconds ttl, bool only_later,
                        std::chrono::seconds grace = {});
  static Renewal DateOf(const Entry& entry);
  Status TooManyPins(RenderId id) const;
  std::optional<SpareFrame> StoreSpare(SpareFrame spare);
  void ShowAccounts();

  const Clock* const clock_;
  const RetentionLimits limits_;
  mutable std::mutex mutex_;
  Retention retention_;
  std::unique_ptr<RenderIndexWriter> index_;
  std::unordered_map<RenderId, Entry> entries_;
  std::unordered_map<ContentKey, RenderId, KeyHash> by_key_;
  std::map<std::uint64_t, RenderId> by_order_;
  // How many leases the store keeps, also of renders that have left.
  std::unordered_map<RenderId, std::uint32_t> held_;
  SparePool spares_;
  std::uint64_t landed_ = 0;
  std::size_t kept_frames_ = 0;
  std::uint64_t leased_bytes_ = 0;  // As last counted.
  Status closed_;                   // Why nothing lands any more.
};

}  // namespace goxel

#endif  // TRANSFER_RENDER_TABLE_H_
