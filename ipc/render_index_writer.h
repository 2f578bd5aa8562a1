// The writing half of the render index (ipc/index_layout.h).
//
// Ownership: the one writer of a directory creates a new segment at every start
// and renames it over the file `index` when it is complete. Readers of the old
// segment find it RETIRED. Nothing that the writer decides by is read back from
// the segment, so that whoever scribbles in it misleads readers only.
//
// Thread safety: none; the owner serializes calls (the render store holds its
// mutex). Readers in other threads and processes need nothing.

#ifndef IPC_RENDER_INDEX_WRITER_H_
#define IPC_RENDER_INDEX_WRITER_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ipc/file_system.h"
#include "ipc/index_layout.h"
#include "ipc/mapped_region.h"
#include "ipc/render_info.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"
#include "ipc/unnamed_file.h"

namespace goxel {

class RenderIndexWriter {
 public:
  // Makes an unnamed segment with room for `capacity` renders (rounded up to a
  // power of two, at least kMinIndexCapacity), state BUILDING. The blocks are
  // allocated here: kStorageFailed when the disk is full. kTooLarge when
  // `capacity` is over kMaxIndexCapacity. `file_mode` says who may read it.
  static Result<std::unique_ptr<RenderIndexWriter>> Create(
      int directory_fd, std::uint32_t capacity, std::uint64_t epoch,
      mode_t file_mode = 0600,
      std::shared_ptr<FileSystem> files = std::make_shared<FileSystem>());

  // Retires the segment: readers see RETIRED and a changed event_sequence. The
  // file stays.
  ~RenderIndexWriter();
  RenderIndexWriter(const RenderIndexWriter&) = delete;
  RenderIndexWriter& operator=(const RenderIndexWriter&) = delete;

  // Names the segment `index`, in one step, retires the segment that had that
  // name, and sets the state LIVE.
  // REQUIRES: this process holds the DirectoryLock.
  Status MakeLive();

  // Also wakes everybody who waits.
  void SetState(IndexState state);

  // Writes `info` (state PENDING or READY) to the slot of info.id, taking a
  // free slot when the id is new. Who waits for the id or key is woken when it
  // becomes READY, who waits for any event each time. A render that was READY
  // is never missed by a reader while it is written again. The file must be
  // complete before READY is published: readers may open it before this
  // returns. A key that finds no place leaves the render reachable by its id
  // and is counted (kIndexOverflow).
  // kResourceExhausted when every slot is taken, or the id finds no place.
  // kInvalidArgument when the id is 0 or the state EMPTY.
  Status Publish(const RenderInfo& info);

  // Empties the slot of `id`; call it before the file goes. kNotFound when the
  // id is not published.
  Status Withdraw(RenderId id);

  // Takes the key off a render, which stays reachable by its id. Does nothing
  // for ids that are not published.
  void ForgetKey(RenderId id);

  // Overwrites rows_ready of a PENDING render. Does nothing for other ids, and
  // wakes nobody.
  void SetRowsReady(RenderId id, std::uint32_t rows);

  // Adds to / sets one counter of the header page. Only kIndexOverflow is
  // counted by the writer itself.
  void Count(IndexCounter counter, std::uint64_t amount = 1);
  void SetCounter(IndexCounter counter, std::uint64_t value);
  std::uint64_t counter(IndexCounter counter) const;

  // Adds one time to a histogram of the header page; negative counts as 0.
  void Record(IndexHistogram histogram, std::chrono::nanoseconds time);

  // Shows readers the current scene's hash (0, 0: unknown) and the renderer's
  // build, of which they make keys (content_key.h).
  void SetScene(std::uint64_t high, std::uint64_t low);
  void SetBuild(std::uint64_t build_hash);

  std::uint32_t capacity() const { return geometry_.capacity; }
  std::uint64_t epoch() const { return epoch_; }

 private:
  struct Published {
    std::uint32_t slot;
    RenderInfo info;
  };
  // One of the two tables of buckets.
  class Table;

  RenderIndexWriter(std::shared_ptr<FileSystem> files, UniqueFd directory,
                    UnnamedFile file, MappedRegion region,
                    const IndexGeometry& geometry, std::uint64_t epoch);

  IndexHeader& header();
  std::atomic<std::uint64_t>& CounterWord(IndexCounter counter);
  Table IdTable();
  Table KeyTable();
  IndexSlot& Slot(std::uint32_t slot);

  void WriteHeader();
  Status PublishNew(const RenderInfo& info);
  void PublishAgain(const RenderInfo& info, Published* published);
  void InsertKey(ContentKey key, std::uint32_t slot);
  void RemoveKey(ContentKey key, std::uint32_t slot);
  void WakeWaiters(const RenderInfo& before, const RenderInfo& after);

  const std::shared_ptr<FileSystem> files_;
  UniqueFd directory_;
  UnnamedFile file_;
  MappedRegion region_;
  const IndexGeometry geometry_;
  const std::uint64_t epoch_;

  std::unordered_map<RenderId, Published> published_;
  std::vector<std::uint32_t> free_slots_;   // The next to be used is the last.
  std::vector<std::uint32_t> generations_;  // By slot.
};

}  // namespace goxel

#endif  // IPC_RENDER_INDEX_WRITER_H_
