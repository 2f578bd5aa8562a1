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

#include <cstddef>
#include <cstdint>
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
#include "transfer/frame.h"
#include "transfer/render_store.h"
#include "transfer/retention.h"

namespace goxel {

// A mapped file of the directory that holds no render.
struct SpareFrame {
  Frame frame;
  std::string hidden_name;  // Empty: the file has no name.
  bool leased = false;      // We hold its exclusive lease: it was recycled.
};

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
};

class RenderTable {
 public:
  // Frames of recyclable renders that stay mapped. Each costs a descriptor and
  // address space; renders beyond are mapped again when they are recycled.
  static constexpr std::size_t kMaxKeptFrames = 128;
  static constexpr std::size_t kMaxSpares = 2;

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
  std::vector<RenderInfo> List() const;
  RenderStoreStats Stats() const;

  // --- Renewing ---

  struct Renewal {
    RenderInfo info;
    std::int64_t modified_unix_ns = 0;  // What the file's mtime has to become.
  };
  // Sets the time of death to `ttl` from now.
  Result<Renewal> Touch(RenderId id, std::chrono::seconds ttl);
  // By key, never to an earlier death; counts a hit.
  Result<Renewal> Reuse(ContentKey key, std::chrono::seconds ttl,
                        bool plain_reader);

  // --- Leaving ---

  std::optional<Candidate> FirstExpired() const;
  std::optional<Candidate> LeastRecentlyUsed() const;
  std::optional<Candidate> Get(RenderId id) const;
  // A render whose lease stopped its eviction is in use.
  void MarkUsed(RenderId id);

  // Takes the render out of table and index and counts `reason`. nullopt when
  // it was used since `candidate` was made.
  std::optional<Departure> Detach(const Candidate& candidate,
                                  IndexCounter reason);

  // The bytes of a departure are off the disk.
  void Free(std::uint64_t charged_bytes);

  // --- Spares and orphans ---

  std::size_t CountSpares(std::size_t file_bytes) const;
  // Books room for a spare that is about to be made; then AddSpare or
  // DropSpare.
  bool ReserveSpare(std::uint64_t charged_bytes);
  void DropSpare(std::uint64_t charged_bytes);
  // Puts away a booked spare. Returns the oldest when there are too many: the
  // caller removes its file, then DropSpare().
  std::optional<SpareFrame> AddSpare(SpareFrame spare);
  // The same for a departure's frame.
  std::optional<SpareFrame> RecycleDeparture(SpareFrame spare);
  // The oldest spare; `needed_bytes` above 0: only if those do not fit.
  std::optional<SpareFrame> TakeSpare(std::uint64_t needed_bytes);

  void AddOrphan(std::uint64_t charged_bytes);

  // --- The rest ---

  void Count(IndexCounter counter, std::uint64_t amount = 1);
  std::optional<std::int64_t> NextExpiry() const;  // CLOCK_BOOTTIME ns.
  Status MakeLive();
  // From now on nothing lands; the index says DRAINING.
  void Close();

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

  // All below: REQUIRES mutex_ held.
  bool Expired(const Entry& entry) const;
  Candidate MakeCandidate(const Entry& entry) const;
  void Insert(LandedRender render);
  Result<Renewal> Renew(Entry& entry, std::chrono::seconds ttl,
                        bool only_later);
  std::optional<SpareFrame> StoreSpare(SpareFrame spare);
  void ShowAccounts();

  const Clock* const clock_;
  const RetentionLimits limits_;
  mutable std::mutex mutex_;
  Retention retention_;
  std::unique_ptr<RenderIndexWriter> index_;
  std::unordered_map<RenderId, Entry> entries_;
  std::unordered_map<ContentKey, RenderId, KeyHash> by_key_;
  std::vector<SpareFrame> spares_;  // Oldest first.
  std::uint64_t landed_ = 0;
  std::size_t kept_frames_ = 0;
  bool closed_ = false;
};

}  // namespace goxel

#endif  // TRANSFER_RENDER_TABLE_H_
