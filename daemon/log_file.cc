#include "daemon/log_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

// Links such as /dev/stderr are followed: only their owner, or root, can have
// made them what they are.
bool MayFollow(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode) &&
         (info.st_uid == 0 || info.st_uid == ::geteuid());
}

}  // namespace

Status LogToFile(const std::string& path) {
  const int follow = MayFollow(path) ? 0 : O_NOFOLLOW;
  const UniqueFd file(::open(path.c_str(),
                             O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
                                 O_NOCTTY | O_NONBLOCK | follow,
                             0640));
  if (!file.valid()) {
    return Status::FromErrno("open the log file " + path, errno);
  }
  if (::dup2(file.get(), STDERR_FILENO) < 0) {
    return Status::FromErrno("log to " + path, errno);
  }
  return Status();
}

}  // namespace goxel
