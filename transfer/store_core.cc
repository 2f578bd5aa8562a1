#include "transfer/store_core.h"

#include <algorithm>
#include <utility>

#include "ipc/lease_self_test.h"
#include "ipc/previous_index.h"
#include "transfer/adoption.h"
#include "transfer/proven_file.h"
#include "transfer/storage_failure.h"

namespace goxel {
namespace {

// An epoch has to grow even when the clock was set back.
std::uint64_t NextEpoch(const std::optional<PreviousIndex>& previous,
                        std::uint64_t after_epoch, const Clock& clock) {
  const auto now_ns = static_cast<std::uint64_t>(clock.UnixNs());
  const std::uint64_t last =
      std::max(after_epoch, previous ? previous->epoch : 0);
  return std::max(now_ns, last + 1);
}

}  // namespace

StoreCore::StoreCore(ManagedDirectory opened_directory,
                     DirectoryLock taken_lock,
                     std::shared_ptr<const Clock> store_clock,
                     RetentionLimits limits,
                     std::unique_ptr<RenderIndexWriter> index,
                     EvictionPolicy eviction_policy)
    : clock(std::move(store_clock)),
      directory(std::move(opened_directory)),
      lock(std::move(taken_lock)),
      policy(eviction_policy),
      epoch(index->epoch()),
      table(limits, std::move(index), clock.get()),
      eviction(&directory, &table, clock.get(), policy),
      lifetime(&directory, &table) {}

Result<std::shared_ptr<StoreCore>> StoreCore::Open(
    const RenderStoreOptions& options, const std::shared_ptr<FileSystem>& files,
    std::shared_ptr<const Clock> clock, std::uint64_t after_epoch) {
  auto directory =
      ManagedDirectory::Open(options.directory, options.file_mode, files);
  if (!directory) return Fail(std::move(directory.error()));
  const int fd = directory->fd();
  const auto previous = ReadPreviousIndex(*files, fd);
  if (!previous) {
    return Fail(directory->Failure("read the index of", previous.error()));
  }
  const std::uint64_t epoch = NextEpoch(*previous, after_epoch, *clock);
  auto lock = DirectoryLock::Acquire(fd, epoch, options.file_mode, files);
  if (!lock) return Fail(StorageFailure(lock.error()));
  auto index = RenderIndexWriter::Create(fd, options.max_renders * 2, epoch,
                                         options.file_mode, files);
  if (!index) return Fail(StorageFailure(index.error()));
  // Where a mapping does not hold its lease, a file may never be used again.
  const auto leases = MappingsHoldLeases(fd, files);
  if (!leases) return Fail(StorageFailure(leases.error()));

  auto core = std::make_shared<StoreCore>(
      std::move(*directory), std::move(*lock), std::move(clock),
      RetentionLimits{.max_bytes = options.max_cache_bytes,
                      .max_renders = options.max_renders},
      std::move(*index),
      EvictionPolicy{.recycle = options.recycle && *leases,
                     .leases_hold = *leases});
  const bool suspect =
      *previous && HostWentDown(**previous, ReadBootId(*files));
  const auto proven =
      suspect ? ProvenFiles::AfterHostWentDown(fd) : ProvenFiles();
  if (Status adopted = AdoptRenders(*core, proven); !adopted.ok()) {
    return Fail(std::move(adopted));
  }
  if (Status live = core->table.MakeLive(); !live.ok()) {
    return Fail(StorageFailure(live));
  }
  return core;
}

Status StoreCore::CheckPresent() {
  if (lost_) return directory.Lost();
  const auto present = IsPresent();
  if (!present) return present.error();
  if (*present) return {};
  if (!lost_.exchange(true)) {
    table.Count(IndexCounter::kDirectoryLost);
    eviction.Lose(directory.Lost());
    lock.Release(directory.files());
  }
  return directory.Lost();
}

Result<bool> StoreCore::IsPresent() const {
  const auto present = directory.IsPresent();
  if (!present || !*present) return present;
  const auto locked = lock.IsStillNamed(directory.fd(), directory.files());
  if (locked) return *locked;
  return Fail(directory.Failure("look at the lock file of", locked.error()));
}

}  // namespace goxel
