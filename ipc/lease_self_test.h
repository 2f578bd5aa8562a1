// Whether leases (ipc/lease.h) hold on a filesystem. Asked once, when a daemon
// starts.

#ifndef IPC_LEASE_SELF_TEST_H_
#define IPC_LEASE_SELF_TEST_H_

#include <memory>

#include "ipc/file_system.h"
#include "ipc/status.h"

namespace goxel {

// Proves on the filesystem of `directory_fd` that a mapping holds its lease
// after its descriptor is closed, and that unmapping ends it. False where it
// does not hold, or there are no such locks; the daemon then falls back to
// leases bound to connections. A failure that says nothing of the kind (no
// descriptor, no space) is an error.
Result<bool> MappingsHoldLeases(
    int directory_fd,
    const std::shared_ptr<FileSystem>& files = std::make_shared<FileSystem>());

}  // namespace goxel

#endif  // IPC_LEASE_SELF_TEST_H_
