#include "ipc/directory_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

#include "ipc/lease.h"

namespace goxel {
namespace {

// The pid in the lock file's text, 0 when there is none to be read.
std::int64_t HolderPid(int fd) {
  std::array<char, 64> text{};
  long pid = 0;
  if (::pread(fd, text.data(), text.size() - 1, 0) <= 0 ||
      std::sscanf(text.data(), "pid %18ld", &pid) != 1) {
    return 0;
  }
  return pid;
}

Status WriteHolder(int fd, std::uint64_t epoch) {
  const std::string text = fmt::format("pid {} epoch {}\n", ::getpid(), epoch);
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, text.data(), text.size(), 0) !=
                                     static_cast<ssize_t>(text.size())) {
    return Status::FromErrno("write the lock file", errno);
  }
  return {};
}

// False when the name leads to another file by now: its lock would not keep a
// second daemon out.
bool IsStillNamed(int directory_fd, int fd) {
  struct stat opened;
  struct stat named;
  return ::fstat(fd, &opened) == 0 &&
         ::fstatat(directory_fd, kLockFileName, &named, AT_SYMLINK_NOFOLLOW) ==
             0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

Result<DirectoryLock> DirectoryLock::Acquire(int directory_fd,
                                             std::uint64_t epoch,
                                             mode_t file_mode) {
  UniqueFd fd(::openat(directory_fd, kLockFileName,
                       O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                       0600));
  if (!fd.valid()) return Fail(Status::FromErrno("open the lock file", errno));
  const auto lease = TakeWriteLease(fd.get());
  if (!lease) return Fail(lease.error());
  if (*lease == LeaseResult::kBusy) {
    const std::int64_t pid = HolderPid(fd.get());
    return Fail(Status(StatusCode::kFailedPrecondition,
                       fmt::format("a daemon with pid {} already serves this "
                                   "render directory; stop it or give another "
                                   "directory",
                                   pid))
                    .With("pid", pid));
  }
  if (!IsStillNamed(directory_fd, fd.get())) {
    return Fail(StatusCode::kUnavailable,
                "the lock file was replaced while it was being locked; start "
                "again");
  }
  if (::fchmod(fd.get(), file_mode) != 0) {
    return Fail(Status::FromErrno("set the mode of the lock file", errno));
  }
  if (Status written = WriteHolder(fd.get(), epoch); !written.ok()) {
    return Fail(std::move(written));
  }
  return DirectoryLock(std::move(fd));
}

Result<bool> DirectoryLock::IsHeld(int directory_fd) {
  const UniqueFd fd(::openat(directory_fd, kLockFileName,
                             O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (fd.valid()) return IsWriteLeased(fd.get());
  if (errno == ENOENT) return false;
  return Fail(Status::FromErrno("open the lock file", errno));
}

}  // namespace goxel
