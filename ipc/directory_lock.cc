#include "ipc/directory_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <span>
#include <string>

#include "ipc/lease.h"

namespace goxel {
namespace {

// The pid in the lock file's text, 0 when there is none to be read.
std::int64_t HolderPid(FileSystem& files, int fd) {
  std::array<char, 64> text{};
  long pid = 0;
  const auto bytes = std::as_writable_bytes(std::span(text)).first(63);
  if (!files.ReadAt(fd, bytes, 0) ||
      std::sscanf(text.data(), "pid %18ld", &pid) != 1) {
    return 0;
  }
  return pid;
}

Status HeldByAnother(FileSystem& files, int fd) {
  const std::int64_t pid = HolderPid(files, fd);
  return Status(StatusCode::kFailedPrecondition,
                fmt::format("a daemon with pid {} already serves this render "
                            "directory; stop it or give another directory",
                            pid))
      .With("pid", pid);
}

SysResult<void> WriteHolder(FileSystem& files, int fd, std::uint64_t epoch) {
  const std::string text = fmt::format("pid {} epoch {}\n", ::getpid(), epoch);
  if (const auto emptied = files.Truncate(fd); !emptied) return emptied;
  const auto written = files.WriteAt(fd, std::as_bytes(std::span(text)), 0);
  if (!written) return tl::unexpected(written.error());
  if (*written != text.size()) return tl::unexpected(ENOSPC);
  return {};
}

SysResult<bool> LeadsTo(FileSystem& files, int directory_fd, int fd) {
  const auto opened = files.Stat(fd);
  if (!opened) return tl::unexpected(opened.error());
  const auto named = files.StatAt(directory_fd, kLockFileName);
  if (!named && named.error() != ENOENT) return tl::unexpected(named.error());
  return named && opened->st_ino == named->st_ino &&
         opened->st_dev == named->st_dev;
}

}  // namespace

Result<DirectoryLock> DirectoryLock::Acquire(
    int directory_fd, std::uint64_t epoch, mode_t file_mode,
    const std::shared_ptr<FileSystem>& files) {
  auto fd = files->Open(directory_fd, kLockFileName,
                        O_RDWR | O_CREAT | O_NONBLOCK, 0600);
  if (!fd) return Fail(Status::FromErrno("open the lock file", fd.error()));
  const auto lease = files->TryLock(fd->get());
  if (!lease) {
    return Fail(Status::FromErrno("lock the lock file", lease.error()));
  }
  if (*lease == LeaseResult::kBusy) {
    return Fail(HeldByAnother(*files, fd->get()));
  }
  const auto named = LeadsTo(*files, directory_fd, fd->get());
  if (!named) {
    return Fail(Status::FromErrno("look at the lock file", named.error()));
  }
  if (!*named) {
    return Fail(StatusCode::kUnavailable,
                "the lock file was replaced while it was being locked; start "
                "again");
  }
  auto written = files->SetMode(fd->get(), file_mode);
  if (written) written = WriteHolder(*files, fd->get(), epoch);
  if (!written) {
    return Fail(Status::FromErrno("write the lock file", written.error()));
  }
  return DirectoryLock(*std::move(fd));
}

SysResult<bool> DirectoryLock::IsStillNamed(int directory_fd,
                                            FileSystem& files) const {
  return LeadsTo(files, directory_fd, fd_.get());
}

Result<bool> DirectoryLock::IsHeld(int directory_fd) {
  const UniqueFd fd(::openat(directory_fd, kLockFileName,
                             O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (fd.valid()) return IsWriteLeased(fd.get());
  if (errno == ENOENT) return false;
  return Fail(Status::FromErrno("open the lock file", errno));
}

}  // namespace goxel
