// The parts of an open render store, shared by the store and by the renders
// that are staged in it, so that neither has to outlive the other.
//
// Thread safety: all methods may be called from any thread.

#ifndef TRANSFER_STORE_CORE_H_
#define TRANSFER_STORE_CORE_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "ipc/directory_lock.h"
#include "transfer/clock.h"
#include "transfer/eviction.h"
#include "transfer/managed_directory.h"
#include "transfer/render_lifetime.h"
#include "transfer/render_table.h"

namespace goxel {

struct StoreCore {
  StoreCore(ManagedDirectory opened_directory, DirectoryLock taken_lock,
            std::shared_ptr<const Clock> store_clock, RetentionLimits limits,
            std::unique_ptr<RenderIndexWriter> index, EvictionPolicy policy);

  // As RenderStore::Open(); what is in the directory is adopted. The epoch of
  // the index will be over `after_epoch`.
  static Result<std::shared_ptr<StoreCore>> Open(
      const RenderStoreOptions& options,
      const std::shared_ptr<FileSystem>& files,
      std::shared_ptr<const Clock> clock, std::uint64_t after_epoch);

  // OK while the path of the directory leads to the directory that was opened,
  // and the lock file in it is the one that keeps a second daemon out.
  // Otherwise the core is lost: nothing can be found in it or land in it any
  // more, its index is retired and its lock released, and this says
  // kStorageFailed with the detail "errno" = "ENOENT" from then on. Some 1 us.
  Status CheckPresent();
  bool lost() const { return lost_; }

  const std::shared_ptr<const Clock> clock;
  const ManagedDirectory directory;
  // Ours until the directory is lost, or the last staged render gone.
  DirectoryLock lock;
  const EvictionPolicy policy;
  const std::uint64_t epoch;  // Of the index.
  RenderTable table;
  Eviction eviction;
  RenderLifetime lifetime;

 private:
  Result<bool> IsPresent() const;

  std::atomic<bool> lost_{false};
};

}  // namespace goxel

#endif  // TRANSFER_STORE_CORE_H_
