#include "ipc/unnamed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace goxel {
namespace {

std::string PathOfDescriptor(int fd) {
  return fmt::format("/proc/self/fd/{}", fd);
}

// What a kernel or filesystem that has no O_TMPFILE answers.
bool LacksUnnamedFiles(int error_number) {
  return error_number == EOPNOTSUPP || error_number == EISDIR ||
         error_number == EINVAL;
}

int OpenUnnamed(int directory_fd) {
#ifdef O_TMPFILE
  return ::openat(directory_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#else
  static_cast<void>(directory_fd);
  errno = EOPNOTSUPP;
  return -1;
#endif
}

}  // namespace

Result<UnnamedFile> UnnamedFile::Create(int directory_fd,
                                        std::string temporary_name,
                                        mode_t mode) {
  UnnamedFile file(directory_fd, std::move(temporary_name),
                   UniqueFd(OpenUnnamed(directory_fd)));
  const std::string& name = file.temporary_name_;
  if (!file.fd_.valid() && LacksUnnamedFiles(errno)) {
    ::unlinkat(directory_fd, name.c_str(), 0);
    file.fd_.reset(::openat(directory_fd, name.c_str(),
                            O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    file.has_temporary_name_ = file.fd_.valid();
  }
  if (!file.fd_.valid() || ::fchmod(file.fd(), mode) != 0) {
    return Fail(Status::FromErrno(
        fmt::format("create {} in the render directory", name), errno));
  }
  return file;
}

UnnamedFile::UnnamedFile(UnnamedFile&& other) noexcept
    : directory_fd_(other.directory_fd_),
      temporary_name_(std::move(other.temporary_name_)),
      has_temporary_name_(std::exchange(other.has_temporary_name_, false)),
      fd_(std::move(other.fd_)) {}

UnnamedFile::~UnnamedFile() {
  if (has_temporary_name_) {
    ::unlinkat(directory_fd_, temporary_name_.c_str(), 0);
  }
}

Result<UniqueFd> UnnamedFile::Reopen() const {
  const std::string path = PathOfDescriptor(fd());
  UniqueFd reopened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reopened.valid()) {
    return Fail(Status::FromErrno(fmt::format("open {}", path), errno));
  }
  return reopened;
}

Status UnnamedFile::NameAs(const std::string& name) {
  // linkat() cannot replace a name and renameat() needs one to start from.
  if (!has_temporary_name_) {
    if (Status linked = LinkTemporaryName(); !linked.ok()) return linked;
  }
  if (::renameat(directory_fd_, temporary_name_.c_str(), directory_fd_,
                 name.c_str()) != 0) {
    return Status::FromErrno(
        fmt::format("rename {} to {}", temporary_name_, name), errno);
  }
  has_temporary_name_ = false;
  return {};
}

Status UnnamedFile::LinkTemporaryName() {
  const std::string path = PathOfDescriptor(fd());
  ::unlinkat(directory_fd_, temporary_name_.c_str(), 0);
  if (::linkat(AT_FDCWD, path.c_str(), directory_fd_, temporary_name_.c_str(),
               AT_SYMLINK_FOLLOW) != 0) {
    return Status::FromErrno(fmt::format("link {}", temporary_name_), errno);
  }
  has_temporary_name_ = true;
  return {};
}

}  // namespace goxel
