// How renders leave, and how room is made for new ones.
//
// Reasons to leave: the time is over (wins over leases: the name goes, a reader
// keeps its bytes), room is needed (never against a lease), or somebody asked
// for it (as when the time is over). The order is always
//
//   exclusive lease  -> no reader has the file mapped, none can lease it now
//   out of the index -> nobody finds it any more
//   out of its name  -> nobody opens it any more
//   bytes freed, or the file kept as a spare under our exclusive lease
//
// so that a kill between two steps leaves either a render that the next start
// adopts or a hidden file that it deletes.
//
// One mutex serializes everything here; it is held while files are unlinked,
// which takes milliseconds for large ones. Look-ups never take it.
//
// Thread safety: all methods may be called from any thread.

#ifndef TRANSFER_EVICTION_H_
#define TRANSFER_EVICTION_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ipc/status.h"
#include "transfer/managed_directory.h"
#include "transfer/render_table.h"

namespace goxel {

class Eviction {
 public:
  // The arguments must outlive this object.
  Eviction(const ManagedDirectory* directory, RenderTable* table,
           const Clock* clock, bool recycle);

  // Books room for a render, removing others when it must. Returns a frame of
  // `frame_bytes` when there is one to be had (0: none wanted).
  // kResourceExhausted with the figures when there is no room.
  Result<std::optional<SpareFrame>> Admit(std::uint64_t charged_bytes,
                                          std::size_t frame_bytes);

  // Removes a render now. Returns the bytes given back: 0 while a reader has
  // them mapped.
  Result<std::uint64_t> Withdraw(RenderId id);

  // Removes what has expired and looks whether orphans are still mapped.
  void Sweep();

  // Withdraws everything.
  void Purge();

  // Removes a file that is in no book: found at start, under its render's name
  // or a hidden one. An orphan when a reader still has it mapped.
  void RemoveStray(const std::string& name, RenderId id);

  // Books a file whose removal failed; it is tried again.
  void AddOrphan(std::string name, std::uint64_t file_bytes);

  // Removes a spare from the disk and from the books.
  void Discard(SpareFrame spare);

  // Removes spares and orphans; committed renders stay.
  void Close();

 private:
  // A file without a render whose bytes are not free yet.
  struct Orphan {
    std::string name;
    std::uint64_t charged_bytes = 0;
  };
  enum class Hold { kFree, kLeased, kGone };
  struct Probe {
    Hold hold = Hold::kFree;
    UniqueFd fd;  // Holds the lease, unless the kept frame does.
  };

  // All below: REQUIRES mutex_ held.
  void Expire();
  void RecountOrphans();
  bool EvictOne(std::uint64_t* leased_bytes);
  Probe TryLease(const std::string& name, int kept_fd);
  // True when the render left.
  bool Leave(const Candidate& candidate, Probe probe, IndexCounter reason);
  void Finish(Departure departure, Probe probe);
  bool Recycle(Departure& departure, Probe& probe);
  // Books what became of removing a file: its bytes are free, or it is an
  // orphan whose removal is tried again.
  void Settle(const Status& removed, const std::string& name,
              std::uint64_t charged_bytes);
  // Hides a file that a reader has mapped, and remembers it.
  void Orphanize(const std::string& name, RenderId id,
                 std::uint64_t charged_bytes);
  void DiscardLocked(SpareFrame spare);
  Status Full(std::uint64_t charged_bytes, std::uint64_t leased_bytes);

  const ManagedDirectory* const directory_;
  RenderTable* const table_;
  const Clock* const clock_;
  const bool recycle_;
  std::mutex mutex_;
  std::vector<Orphan> orphans_;
};

}  // namespace goxel

#endif  // TRANSFER_EVICTION_H_
