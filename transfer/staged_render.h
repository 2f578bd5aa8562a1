// Renders between Stage...() and Commit(): an admitted reservation, a PENDING
// slot and a file that nobody can find yet.
//
// Naming the file is the commit point of the disk, READY that of the index:
// killed between the two, the render is found by the next start.
//
// Thread safety: one thread at a time per object.

#ifndef TRANSFER_STAGED_RENDER_H_
#define TRANSFER_STAGED_RENDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "transfer/render_store.h"
#include "transfer/store_core.h"

namespace goxel {

// What the index says about a render of this record, without times and size.
RenderInfo DescribeRecord(const RenderRecord& record);

// A reservation that was admitted. Gives everything back when destroyed before
// Land() succeeded.
class Reservation {
 public:
  // `flags` as in RenderInfo. REQUIRES: `charged_bytes` were admitted for
  // `record`.
  Reservation(std::shared_ptr<StoreCore> core, RenderRecord record,
              std::uint64_t charged_bytes, std::uint32_t flags);
  ~Reservation();
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  StoreCore& core() const { return *core_; }
  const RenderRecord& record() const { return record_; }

  // Shows the render PENDING.
  Status Announce(std::uint64_t file_bytes);

  // What will be published: dies its TTL from now.
  RenderInfo Describe(std::uint64_t file_bytes, const RenderTimes& times,
                      const Checksum& checksum) const;

  // Dates and names the file. On failure it has no visible name; kStorageFailed
  // also when the directory is not where it was.
  Status NameFile(int fd, const std::string& hidden_name,
                  const RenderInfo& info);

  // Publishes the named file READY. The table takes `frame` when it can be
  // recycled; on failure it stays, and the file has its name still.
  Result<RenderInfo> Land(const RenderInfo& info, std::optional<Frame>& frame);

  // Takes the name off a file that did not land, and clears `name`; where that
  // fails, Abandon() tries again.
  void Unname(std::string& name);

  // The frame goes to the spares or off the disk, the rest is given back.
  void Abandon(SpareFrame frame);
  // The same for a file without a frame. Empty name: nothing to remove.
  void Abandon(const std::string& hidden_name);

 private:
  Status Date(int fd, const RenderInfo& info);

  const std::shared_ptr<StoreCore> core_;
  const RenderRecord record_;
  const std::uint64_t charged_bytes_;
  const std::uint32_t flags_;
  bool settled_ = false;
};

// `spare` is a frame of `file_bytes`; without one a file is made.
// kStorageFailed when the disk refuses.
Result<std::unique_ptr<StagedPixels>> MakeStagedPixels(
    std::unique_ptr<Reservation> reservation, std::optional<SpareFrame> spare,
    std::size_t file_bytes);

Result<std::unique_ptr<StagedFile>> MakeStagedFile(
    std::unique_ptr<Reservation> reservation, std::uint64_t max_file_bytes);

// A mapped, unnamed file of `file_bytes` for the render `id`. On failure a file
// with the hidden name of that id may be left, for the caller to remove.
Result<SpareFrame> MakeFreshFrame(const ManagedDirectory& directory,
                                  RenderId id, std::size_t file_bytes);

}  // namespace goxel

#endif  // TRANSFER_STAGED_RENDER_H_
