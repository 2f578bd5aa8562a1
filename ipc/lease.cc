#include "ipc/lease.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>

namespace goxel {
namespace {

struct flock FirstByte(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = 0;
  lock.l_len = 1;
  return lock;
}

short TypeOf(LeaseKind kind) {
  switch (kind) {
    case LeaseKind::kRead:
      return F_RDLCK;
    case LeaseKind::kWrite:
      return F_WRLCK;
    case LeaseKind::kNone:
      break;
  }
  return F_UNLCK;
}

Result<LeaseResult> InWords(SysResult<LeaseResult> lease, std::string_view what,
                            int fd) {
  if (lease) return *lease;
  return Fail(Status::FromErrno(
      fmt::format("{} lease of descriptor {}", what, fd), lease.error()));
}

Result<bool> IsHeld(int fd, LeaseKind kind) {
  const auto held = ProbeLease(fd, kind);
  if (held) return *held;
  return Fail(Status::FromErrno(
      fmt::format("probe the lease of descriptor {}", fd), held.error()));
}

}  // namespace

SysResult<LeaseResult> TryLease(int fd, LeaseKind kind) {
  struct flock lock = FirstByte(TypeOf(kind));
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return LeaseResult::kGranted;
  if (errno == EAGAIN || errno == EACCES) return LeaseResult::kBusy;
  return tl::unexpected(errno);
}

// Asked for the lock that only a holder of `kind` stands against.
SysResult<bool> ProbeLease(int fd, LeaseKind kind) {
  struct flock lock = FirstByte(kind == LeaseKind::kWrite ? F_RDLCK : F_WRLCK);
  if (::fcntl(fd, F_OFD_GETLK, &lock) != 0) return tl::unexpected(errno);
  return lock.l_type == TypeOf(kind);
}

Result<LeaseResult> TakeReadLease(int fd) {
  return InWords(TryLease(fd, LeaseKind::kRead), "take the read", fd);
}

Result<LeaseResult> TakeWriteLease(int fd) {
  return InWords(TryLease(fd, LeaseKind::kWrite), "take the write", fd);
}

Status ReleaseLease(int fd) {
  const auto released =
      InWords(TryLease(fd, LeaseKind::kNone), "release the", fd);
  return released ? Status() : released.error();
}

Result<bool> IsWriteLeased(int fd) { return IsHeld(fd, LeaseKind::kWrite); }

Result<bool> IsReadLeased(int fd) { return IsHeld(fd, LeaseKind::kRead); }

}  // namespace goxel
