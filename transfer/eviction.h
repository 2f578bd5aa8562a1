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
// A lease that the store keeps itself (RenderTable::Hold) needs no lock of the
// kernel: such a render is not among those that may have to go, and one that is
// leased while it is looked at counts as used, so that it can no longer be
// detached. When its time is over all the same, its file is an orphan until the
// lease is released.
//
// One mutex guards the choice of who leaves. It is let go while a file is
// removed, which takes milliseconds for a large one: its bytes are booked as
// orphaned that long, and who finds no other room waits for them. Look-ups
// never take the mutex, nor does a request that finds room.
//
// Thread safety: all methods may be called from any thread.

#ifndef TRANSFER_EVICTION_H_
#define TRANSFER_EVICTION_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "ipc/status.h"
#include "transfer/managed_directory.h"
#include "transfer/render_table.h"

namespace goxel {

struct EvictionPolicy {
  bool recycle = true;  // A mapped render's file may serve again.
  // A mapping holds its reader's lease (ipc/lease_self_test.h). Where it does
  // not, nobody can say who has a file mapped: only leases that the store keeps
  // are honoured, files are never used again, and what readers still have
  // mapped of a removed file is not charged.
  bool leases_hold = true;
};

class Eviction {
 public:
  // Leased renders, and orphans, that one request for room looks at before it
  // gives up: some 3 ms.
  static constexpr std::size_t kMaxLooks = 1024;

  // The pointers must outlive this object.
  Eviction(const ManagedDirectory* directory, RenderTable* table,
           const Clock* clock, EvictionPolicy policy);

  // Books room for a render, removing others when it must. Returns a frame of
  // `frame_bytes` when there is one to be had (0: none wanted).
  // kResourceExhausted with the figures when there is no room, or none was
  // found among the kMaxLooks renders used longest ago; the next request then
  // looks at others.
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
  void AddOrphan(std::string name, std::uint64_t charged_bytes);

  // Removes a spare from the disk and from the books.
  void Discard(SpareFrame spare);
  // The same for a spare that could not be made (MakeFreshFrame()).
  void DiscardUnmade(RenderId id, std::uint64_t file_bytes);

  // Removes spares and orphans; committed renders stay.
  void Close();

  // The directory is lost: gives up all that is known of it (RenderTable::Lose)
  // but the hidden files, which are removed from wherever it is.
  void Lose(Status why);

 private:
  // A file without a render whose bytes are not free yet.
  struct Orphan {
    RenderId id = 0;  // Of the render it held; 0: not known.
    std::string name;
    std::uint64_t charged_bytes = 0;
  };
  enum class Use { kFree, kLeased, kGone };
  struct Probe {
    Use use = Use::kFree;
    UniqueFd fd;  // Holds the lease, unless the kept frame does.
  };
  // One request's search for room.
  struct Search {
    std::uint64_t charged_bytes = 0;
    std::size_t frame_bytes = 0;
    std::size_t looks_left = 0;      // At renders.
    std::size_t orphans_left = 0;    // To look at.
    std::uint64_t leased_bytes = 0;  // Found leased.
    bool gave_up = false;            // Before it had looked at every render.
  };

  using Lock = std::unique_lock<std::mutex>;

  // All below: REQUIRES mutex_ held. Those that take the lock let it go while a
  // file is removed.

  Result<std::optional<SpareFrame>> MakeRoom(std::uint64_t charged_bytes,
                                             std::size_t frame_bytes,
                                             Lock& lock);
  // Takes one step towards room. False when there is none left to take.
  bool MakeSomeRoom(Search& search, Lock& lock);
  bool EvictOne(Search& search, Lock& lock);
  bool ExpireOne(Lock& lock);
  // Looks at one orphan; one that is still mapped goes to the end.
  void RecountOrphan(Lock& lock);
  Probe TryLease(const std::string& name, int kept_fd);
  Probe TryLease(const Candidate& candidate);
  // Returns the bytes that its leaving gave back: 0 while a reader has them or
  // the directory keeps them, nullopt when it did not leave. `staged_bytes` as
  // in SparePool::IsWanted.
  std::optional<std::uint64_t> Leave(
      const Candidate& candidate, Probe probe, IndexCounter reason, Lock& lock,
      std::optional<std::size_t> staged_bytes = std::nullopt);
  std::uint64_t Finish(Departure departure, Probe probe, Lock& lock,
                       std::optional<std::size_t> staged_bytes);
  bool Recycle(Departure& departure, Probe& probe, Lock& lock,
               std::optional<std::size_t> staged_bytes);
  // Removes a file that nobody needs any more (no name: it has none), and what
  // `hold` keeps of it: its pages are free once nothing of ours refers to it.
  template <typename Hold>
  Status Remove(const std::string& name, Hold hold, Lock& lock);
  // Books a file that was in no book.
  Orphan BookStray(const std::string& name, RenderId id);
  // Books what became of removing a file: its bytes are free, or it is an
  // orphan whose removal is tried again.
  void Settle(const Status& removed, Orphan orphan);
  void SettleSpare(const Status& removed, Orphan file);
  // Hides a file that a reader has mapped, and remembers it.
  void Orphanize(Orphan orphan);
  void Discard(SpareFrame spare, Lock& lock);
  Status Full(const Search& search);

  const ManagedDirectory* const directory_;
  RenderTable* const table_;
  const Clock* const clock_;
  const EvictionPolicy policy_;
  std::mutex mutex_;
  std::deque<Orphan> orphans_;
  int removals_ = 0;  // Under way, with the mutex let go.
  std::condition_variable removal_done_;
};

}  // namespace goxel

#endif  // TRANSFER_EVICTION_H_
