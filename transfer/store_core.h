// The parts of an open render store, shared by the store and by the renders
// that are staged in it, so that neither has to outlive the other.

#ifndef TRANSFER_STORE_CORE_H_
#define TRANSFER_STORE_CORE_H_

#include <memory>
#include <utility>

#include "ipc/directory_lock.h"
#include "transfer/clock.h"
#include "transfer/eviction.h"
#include "transfer/managed_directory.h"
#include "transfer/render_table.h"

namespace goxel {

struct StoreCore {
  StoreCore(ManagedDirectory opened_directory, DirectoryLock taken_lock,
            std::shared_ptr<const Clock> store_clock, RetentionLimits limits,
            std::unique_ptr<RenderIndexWriter> index, bool recycle)
      : clock(std::move(store_clock)),
        directory(std::move(opened_directory)),
        lock(std::move(taken_lock)),
        table(limits, std::move(index), clock.get()),
        eviction(&directory, &table, clock.get(), recycle) {}

  const std::shared_ptr<const Clock> clock;
  const ManagedDirectory directory;
  const DirectoryLock lock;  // Ours until the last staged render is gone.
  RenderTable table;
  Eviction eviction;
};

}  // namespace goxel

#endif  // TRANSFER_STORE_CORE_H_
