// A lease of the daemon's own on a render, for as long as it reads the file.

#ifndef DAEMON_STORE_LEASE_H_
#define DAEMON_STORE_LEASE_H_

#include <utility>

#include "ipc/render_info.h"
#include "ipc/status.h"
#include "transfer/render_store.h"

namespace goxel {

// Thread safety: one thread at a time.
class StoreLease {
 public:
  // kNotFound when there is no such render. `store` must outlive the lease.
  static Result<StoreLease> Acquire(RenderStore& store, RenderId id) {
    auto info = store.AcquireLease(id);
    if (!info) return Fail(std::move(info.error()));
    return StoreLease(&store, *std::move(info));
  }

  ~StoreLease() {
    if (store_ != nullptr) store_->ReleaseLease(info_.id);
  }
  StoreLease(StoreLease&& other) noexcept
      : store_(std::exchange(other.store_, nullptr)),
        info_(std::move(other.info_)) {}
  StoreLease& operator=(StoreLease&&) = delete;

  // As it was when the lease was acquired.
  const RenderInfo& info() const { return info_; }

 private:
  StoreLease(RenderStore* store, RenderInfo info)
      : store_(store), info_(std::move(info)) {}

  RenderStore* store_;
  RenderInfo info_;
};

}  // namespace goxel

#endif  // DAEMON_STORE_LEASE_H_
