// Leases: a reader's hold on a render, as an open-file-description (OFD) lock.
//
// A reader opens the render's file, takes the read lock, maps the file and
// closes the descriptor. The lock then lives exactly as long as the mapping,
// because the mapping holds a reference to the open file description. Nothing
// is written, no table can fill up, and a killed reader's lease goes with its
// process. The writer probes with the exclusive lock before it reuses a file.
//
// Byte 0 of the file is locked. These are fcntl(2) F_OFD_SETLK locks; flock(2)
// locks do not conflict with them.
//
// Thread safety: all functions may be called from any thread.

#ifndef IPC_LEASE_H_
#define IPC_LEASE_H_

#include "ipc/status.h"
#include "ipc/sys_result.h"

namespace goxel {

enum class LeaseResult {
  kGranted,
  kBusy,  // Somebody else holds a conflicting lock.
};

enum class LeaseKind {
  kRead,   // The shared lock.
  kWrite,  // The exclusive lock.
  kNone,   // Gives up whatever this open file description holds.
};

// fcntl(2) itself; never waits. The functions below put its errno into words.
SysResult<LeaseResult> TryLease(int fd, LeaseKind kind);

// Whether another open file description holds `kind`, kRead or kWrite. Takes no
// lock itself.
SysResult<bool> ProbeLease(int fd, LeaseKind kind);

// Takes the shared lock on `fd`. kBusy means the writer is evicting the file.
Result<LeaseResult> TakeReadLease(int fd);

// Takes the exclusive lock on `fd` (opened for writing) or learns that readers
// still have the file mapped. Never waits.
Result<LeaseResult> TakeWriteLease(int fd);

// Gives up whatever this open file description holds.
Status ReleaseLease(int fd);

// True when another open file description holds the exclusive lock of `fd`,
// which may be opened read-only. Takes no lock itself.
Result<bool> IsWriteLeased(int fd);

// The same for the shared lock: true when a reader holds its lease.
Result<bool> IsReadLeased(int fd);

}  // namespace goxel

#endif  // IPC_LEASE_H_
