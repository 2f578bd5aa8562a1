#include "ipc/unnamed_file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>

namespace goxel {

Result<UnnamedFile> UnnamedFile::Create(int directory_fd,
                                        std::string temporary_name, mode_t mode,
                                        std::shared_ptr<FileSystem> files) {
  UnnamedFile file(directory_fd, std::move(temporary_name), std::move(files));
  auto made = file.Open();
  if (made) made = file.files_->SetMode(file.fd(), mode);
  if (made) return file;
  return Fail(Status::FromErrno(fmt::format("create {}", file.temporary_name_),
                                made.error()));
}

SysResult<void> UnnamedFile::Open() {
  auto fd = files_->OpenUnnamed(directory_fd_);
  const bool has_name = !fd && LacksUnnamedFiles(fd.error());
  if (has_name) {
    if (const auto removed = RemoveTemporaryName(); !removed) return removed;
    fd = files_->Open(directory_fd_, temporary_name_, O_RDWR | O_CREAT | O_EXCL,
                      0600);
  }
  if (!fd) return tl::unexpected(fd.error());
  fd_ = *std::move(fd);
  has_temporary_name_ = has_name;
  return {};
}

UnnamedFile::UnnamedFile(UnnamedFile&& other) noexcept
    : files_(std::move(other.files_)),
      directory_fd_(other.directory_fd_),
      temporary_name_(std::move(other.temporary_name_)),
      has_temporary_name_(std::exchange(other.has_temporary_name_, false)),
      fd_(std::move(other.fd_)) {}

UnnamedFile::~UnnamedFile() {
  if (has_temporary_name_) (void)RemoveTemporaryName();
}

Result<UniqueFd> UnnamedFile::Reopen() const {
  auto reopened = files_->Reopen(fd());
  if (reopened) return *std::move(reopened);
  return Fail(Status::FromErrno(fmt::format("open {} again", temporary_name_),
                                reopened.error()));
}

Status UnnamedFile::NameAs(const std::string& name) {
  // linkat() cannot replace a name and renameat() needs one to start from.
  if (!has_temporary_name_) {
    if (Status linked = LinkTemporaryName(); !linked.ok()) return linked;
  }
  const auto renamed = files_->Replace(directory_fd_, temporary_name_, name);
  if (!renamed) {
    return Status::FromErrno(
        fmt::format("rename {} to {}", temporary_name_, name), renamed.error());
  }
  has_temporary_name_ = false;
  return {};
}

// Fine when there is none.
SysResult<void> UnnamedFile::RemoveTemporaryName() {
  const auto removed = files_->Unlink(directory_fd_, temporary_name_);
  if (removed || removed.error() == ENOENT) return {};
  return removed;
}

Status UnnamedFile::LinkTemporaryName() {
  auto linked = RemoveTemporaryName();
  if (linked) linked = files_->Link(fd(), directory_fd_, temporary_name_);
  has_temporary_name_ = linked.has_value();
  if (linked) return {};
  return Status::FromErrno(fmt::format("link {}", temporary_name_),
                           linked.error());
}

}  // namespace goxel
