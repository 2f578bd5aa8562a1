// Moves the time of death of renders: in the table, and in the files, which
// have to tell it to the next start.
//
// A file dies at its modification time plus the TTL in its record. The sticky
// bit says that the render is pinned; Linux gives it no other meaning for a
// file (inode(7)).
//
// Everything here is a few microseconds of work on inodes, never on the pages
// of a file, and waits for nobody who removes files.
//
// Thread safety: all methods may be called from any thread.

#ifndef TRANSFER_RENDER_LIFETIME_H_
#define TRANSFER_RENDER_LIFETIME_H_

#include <chrono>
#include <mutex>
#include <optional>

#include "ipc/render_info.h"
#include "ipc/status.h"
#include "transfer/managed_directory.h"
#include "transfer/render_table.h"

namespace goxel {

class RenderLifetime {
 public:
  // The arguments must outlive this object.
  RenderLifetime(const ManagedDirectory* directory, RenderTable* table);

  // As the methods of RenderStore. A render whose file somebody removed behind
  // our back is found out here, before its path is handed to anybody:
  // kNotFound, and its time is over. When Reuse() finds that the directory
  // itself is gone, kStorageFailed, which is the caller's to count.
  Result<RenderInfo> Touch(RenderId id, std::chrono::seconds ttl);
  Result<RenderInfo> Reuse(ContentKey key, std::chrono::seconds ttl,
                           bool plain_reader);
  Result<RenderInfo> Pin(RenderId id);
  Result<RenderInfo> Unpin(RenderId id,
                           std::optional<std::chrono::seconds> ttl);

 private:
  Result<RenderInfo> Date(const Result<RenderTable::Renewal>& renewal);
  Status SetSticky(const RenderInfo& info, bool sticky);
  // Hands a failure on; when the file is lost, the render's time is over.
  Status Lose(RenderId id, Status failure);

  const ManagedDirectory* const directory_;
  RenderTable* const table_;
  // One change at a time, so that what the table says is in the file when
  // somebody is told of it.
  std::mutex changes_;
};

}  // namespace goxel

#endif  // TRANSFER_RENDER_LIFETIME_H_
