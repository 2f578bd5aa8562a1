#include "ipc/lease.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "ipc/mapped_region.h"
#include "ipc/unique_fd.h"
#include "ipc/unnamed_file.h"

namespace goxel {
namespace {

constexpr char kTestFileName[] = ".lease-test";

struct flock FirstByte(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = 0;
  lock.l_len = 1;
  return lock;
}

Result<LeaseResult> Take(int fd, short type, std::string_view what) {
  struct flock lock = FirstByte(type);
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return LeaseResult::kGranted;
  if (errno == EAGAIN || errno == EACCES) return LeaseResult::kBusy;
  return Fail(Status::FromErrno(
      fmt::format("take the {} lease of descriptor {}", what, fd), errno));
}

// True when the exclusive lock can be had; gives it up again.
Result<bool> IsFree(int fd) {
  const auto probe = TakeWriteLease(fd);
  if (!probe) return Fail(probe.error());
  if (*probe == LeaseResult::kBusy) return false;
  if (Status released = ReleaseLease(fd); !released.ok()) {
    return Fail(std::move(released));
  }
  return true;
}

}  // namespace

Result<LeaseResult> TakeReadLease(int fd) { return Take(fd, F_RDLCK, "read"); }

Result<LeaseResult> TakeWriteLease(int fd) {
  return Take(fd, F_WRLCK, "write");
}

Status ReleaseLease(int fd) {
  struct flock lock = FirstByte(F_UNLCK);
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return {};
  return Status::FromErrno(
      fmt::format("release the lease of descriptor {}", fd), errno);
}

Result<bool> IsWriteLeased(int fd) {
  struct flock lock = FirstByte(F_RDLCK);
  if (::fcntl(fd, F_OFD_GETLK, &lock) != 0) {
    return Fail(Status::FromErrno(
        fmt::format("probe the lease of descriptor {}", fd), errno));
  }
  return lock.l_type != F_UNLCK;
}

Result<bool> MappingsHoldLeases(int directory_fd) {
  const auto file = UnnamedFile::Create(directory_fd, kTestFileName, 0600);
  if (!file) return Fail(file.error());
  const std::byte content{};
  if (::pwrite(file->fd(), &content, 1, 0) != 1) {
    return Fail(Status::FromErrno("write the lease test file", errno));
  }
  auto reader = file->Reopen();
  if (!reader) return Fail(reader.error());

  const auto lease = TakeReadLease(reader->get());
  if (!lease) return Fail(lease.error());
  auto mapping = MappedRegion::MapAll(reader->get(), MapAccess::kReadOnly);
  if (!mapping) return Fail(mapping.error());
  reader->reset();
  const auto free_while_mapped = IsFree(file->fd());
  if (!free_while_mapped) return Fail(free_while_mapped.error());

  *mapping = MappedRegion();
  const auto free_when_unmapped = IsFree(file->fd());
  if (!free_when_unmapped) return Fail(free_when_unmapped.error());
  return *lease == LeaseResult::kGranted && !*free_while_mapped &&
         *free_when_unmapped;
}

}  // namespace goxel
