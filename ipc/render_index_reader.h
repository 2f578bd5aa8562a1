// The reading half of the render index (ipc/index_layout.h): which renders
// exist, where their pixels are and when they expire, without a call to the
// daemon, a lock or a write.
//
// Ownership: a reader maps the file `index` of a managed directory read-only
// and keeps its mapping valid however the daemon ends.
//
// Thread safety: const methods may run concurrently from any number of threads.
//
// What a reader is promised: Find() returns all fields of one publication,
// never a mix of two. It does not promise that the file is still there: a
// render can go between Find() and opening it, and the open then says
// kNotFound.
//
// The segment is treated as hostile: sizes come from fstat, every offset is
// checked at Open(), and no value read from it is used as an index unchecked.

#ifndef IPC_RENDER_INDEX_READER_H_
#define IPC_RENDER_INDEX_READER_H_

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ipc/content_key.h"
#include "ipc/histogram.h"
#include "ipc/index_layout.h"
#include "ipc/mapped_region.h"
#include "ipc/render_info.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

class RenderIndexReader {
 public:
  // Maps the index of the directory. kUnavailable when there is none yet,
  // kDataLoss when it is not an index of this layout version. The index that a
  // daemon left behind can be opened too, and is Superseded() when the daemon
  // ended in order.
  static Result<RenderIndexReader> Open(int directory_fd);

  // kNotFound when no READY render has this id (or key); where several have the
  // key, any of them is found. kUnavailable when a slot stayed half-written for
  // the bounded number of retries: the writer is dead or was stopped inside.
  Result<RenderInfo> Find(RenderId id) const;
  Result<RenderInfo> FindByKey(ContentKey key) const;

  // The same for a render that is still being made: what it will be, and in
  // `rows_ready` how many of its rows are final already.
  Result<RenderInfo> Progress(RenderId id) const;

  // Every READY render, in no particular order. Leaves out a slot that stayed
  // half-written.
  std::vector<RenderInfo> List() const;

  // One life of the daemon; grows with every start.
  std::uint64_t epoch() const;

  // True when the daemon has retired this index, or another has replaced it in
  // the directory, or the directory has none any more: open again.
  bool Superseded() const;

  // True when the writer has retired this index itself. One load; finds less
  // than Superseded(), which looks at the directory.
  bool Retired() const;

  // True while the daemon that writes this index lives.
  bool WriterAlive() const;

  // Waits until a READY render has this id (or key) and finds it. Woken by that
  // render alone, but for the hashes that share its WaitPlace, and by a changed
  // state of the index. kTimedOut, or kUnavailable when this index gets no more
  // renders: retired, replaced, or its writer dead for at most half a second.
  Result<RenderInfo> WaitUntilReady(RenderId id,
                                    std::chrono::milliseconds timeout) const;
  Result<RenderInfo> WaitUntilReady(ContentKey key,
                                    std::chrono::milliseconds timeout) const;

  // Changes whenever a render is published or withdrawn, and with the state of
  // the index.
  std::uint32_t event_sequence() const;

  // Returns when event_sequence() differs from `seen` (OK), after `timeout`
  // (kTimedOut), or when the writer is found dead (kUnavailable), at most half
  // a second after its death.
  Status WaitForEvent(std::uint32_t seen,
                      std::chrono::milliseconds timeout) const;

  // Counter names and values, in the order of the layout.
  std::vector<std::pair<std::string, std::uint64_t>> Counters() const;

  // Distributions of times, in the order of the layout.
  std::vector<Histogram> Histograms() const;

  // What the daemon renders now; not known() before the first render and after
  // an edit. The hash of the renderer's build is 0 until it runs.
  SceneHash scene() const;
  std::uint64_t build_hash() const;

  // Of this reader: copies of slots that it threw away because the writer was
  // inside, and sleeps that a wake-up ended.
  std::uint64_t sequence_retries() const;
  std::uint64_t wake_ups() const;

 private:
  // Apart, because the reader moves and an atomic does not.
  struct Counts {
    std::atomic<std::uint64_t> sequence_retries = 0;
    std::atomic<std::uint64_t> wake_ups = 0;
  };

  RenderIndexReader(MappedRegion region, UniqueFd directory,
                    const IndexGeometry& geometry, dev_t device, ino_t inode);

  const IndexHeader& header() const;
  const IndexSlot& Slot(std::uint32_t slot) const;

  // The first render behind `hash` in the table that `matches`; `name`
  // says in words what is looked for.
  template <typename Matches, typename Name>
  Result<RenderInfo> Search(std::uint64_t table_offset, std::uint64_t hash,
                            Matches matches, Name name) const;
  // False when the slot stayed half-written.
  bool ReadSlot(std::uint32_t slot, SlotContent* content) const;
  // False also when the writer was inside each time; never waits.
  bool TryReadSlot(std::uint32_t slot, SlotContent* content) const;

  // Calls `look`, which says kNotFound, until the deadline. Sleeps where
  // those sleep who wait for `hash`; `name` says what they wait for.
  template <typename Look, typename Name>
  Result<RenderInfo> WaitUntilFound(std::uint64_t hash,
                                    std::chrono::milliseconds timeout,
                                    Look look, Name name) const;
  void Sleep(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
             std::chrono::nanoseconds left, std::uint32_t bits) const;

  MappedRegion region_;
  UniqueFd directory_;      // For liveness and replacement checks.
  IndexGeometry geometry_;  // Checked against the file once, at Open().
  dev_t device_;            // With inode_: which file this maps.
  ino_t inode_;
  std::unique_ptr<Counts> counts_ = std::make_unique<Counts>();
};

}  // namespace goxel

#endif  // IPC_RENDER_INDEX_READER_H_
