#include "transfer/managed_directory.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace goxel {
namespace {

constexpr std::array<std::string_view, 3> kHiddenPrefixes = {
    ".staged_", ".spare_", ".orphan_"};

// statfs(2): filesystems whose files live on another machine.
constexpr std::array<std::uint64_t, 8> kNetworkTypes = {
    0x6969,      // NFS
    0x517b,      // SMB
    0xfe534d42,  // SMB2
    0xff534d42,  // CIFS
    0x01021997,  // 9P
    0x5346414f,  // AFS
    0x00c36400,  // Ceph
    0x73757245,  // Coda
};

// Keeps the errno detail and the words of `cause` under another code.
Status WithCode(StatusCode code, const Status& cause, std::string message) {
  Status status(code, std::move(message));
  for (const StatusDetail& detail : cause.details()) {
    std::visit(
        [&](const auto& value) {
          status = std::move(status).With(detail.key, value);
        },
        detail.value);
  }
  return status;
}

Status MakeMissing(const std::filesystem::path& path, FileSystem& files) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    return {};
  }
  std::filesystem::create_directories(path.parent_path(), error);
  const auto made = files.MakeDirectory(path, 0755);
  if (made || made.error() == EEXIST) return {};
  const Status cause = Status::FromErrno(
      fmt::format("make the render directory {}", path.string()), made.error());
  return WithCode(StatusCode::kStorageFailed, cause, cause.message());
}

Status CheckOursAlone(const std::filesystem::path& path,
                      const struct stat& status) {
  if (status.st_uid != ::geteuid()) {
    return Fail(
        StatusCode::kFailedPrecondition,
        fmt::format("the render directory {} belongs to uid {}; it must belong "
                    "to uid {}, who runs this daemon",
                    path.string(), status.st_uid, ::geteuid()));
  }
  if ((status.st_mode & 022) != 0) {
    return Fail(
        StatusCode::kFailedPrecondition,
        fmt::format("the render directory {} has mode {:o}; others must not be "
                    "able to write it (chmod go-w)",
                    path.string(), status.st_mode & 07777));
  }
  return {};
}

Status CheckLocal(const std::filesystem::path& path, int fd,
                  FileSystem& files) {
  const auto type = files.Type(fd);
  if (!type) {
    return Status::FromErrno(
        fmt::format("ask for the filesystem of {}", path.string()),
        type.error());
  }
  if (std::ranges::find(kNetworkTypes, *type) == kNetworkTypes.end()) return {};
  return Fail(
      StatusCode::kStorageFailed,
      fmt::format("the render directory {} is on a network filesystem (type "
                  "{:#x}); choose a local one, best a tmpfs",
                  path.string(), *type));
}

bool IsBelow(const std::filesystem::path& path,
             const std::filesystem::path& parent) {
  return std::ranges::mismatch(parent, path).in1 == parent.end();
}

// systemd-tmpfiles removes old files from these two, but leaves a directory
// alone that somebody has locked with flock(2) (tmpfiles.d(5), "Age").
void KeepFromCleaners(const std::filesystem::path& path, int fd) {
  if (IsBelow(path, "/tmp") || IsBelow(path, "/var/tmp")) {
    ::flock(fd, LOCK_SH | LOCK_NB);
  }
}

// "dir/" and "dir" name the same directory, but only the second is refused by
// O_NOFOLLOW when it is a link.
std::filesystem::path WithoutTrailingSlash(const std::filesystem::path& path) {
  std::filesystem::path clean =
      std::filesystem::absolute(path).lexically_normal();
  return clean.has_filename() ? clean : clean.parent_path();
}

}  // namespace

std::string HiddenFileName(HiddenFile kind, RenderId id) {
  return fmt::format("{}{}", kHiddenPrefixes[static_cast<std::size_t>(kind)],
                     FormatRenderId(id));
}

bool IsHiddenFileName(std::string_view name) {
  return std::ranges::any_of(kHiddenPrefixes, [&](std::string_view prefix) {
    return name.starts_with(prefix) &&
           ParseRenderId(name.substr(prefix.size())).has_value();
  });
}

ManagedDirectory::ManagedDirectory(UniqueFd fd, std::filesystem::path path,
                                   std::uint32_t file_mode,
                                   std::shared_ptr<FileSystem> files)
    : fd_(std::move(fd)),
      path_(std::move(path)),
      file_mode_(file_mode),
      files_(std::move(files)) {}

Result<ManagedDirectory> ManagedDirectory::Open(
    const std::filesystem::path& path, std::uint32_t file_mode,
    std::shared_ptr<FileSystem> files) {
  const std::filesystem::path name = WithoutTrailingSlash(path);
  if (Status made = MakeMissing(name, *files); !made.ok()) {
    return Fail(std::move(made));
  }
  auto fd = files->Open(AT_FDCWD, name.string(), O_RDONLY | O_DIRECTORY, 0);
  if (!fd && (fd.error() == ENOTDIR || fd.error() == ELOOP)) {
    return Fail(StatusCode::kFailedPrecondition,
                fmt::format("{} is not a directory (a symbolic link counts as "
                            "none); name a real one",
                            name.string()));
  }
  if (!fd) {
    return Fail(Status::FromErrno(
        fmt::format("open the render directory {}", name.string()),
        fd.error()));
  }
  const auto status = files->Stat(fd->get());
  if (!status) {
    return Fail(Status::FromErrno(fmt::format("stat {}", name.string()),
                                  status.error()));
  }
  for (Status check :
       {CheckOursAlone(name, *status), CheckLocal(name, fd->get(), *files)}) {
    if (!check.ok()) return Fail(std::move(check));
  }
  std::error_code error;
  auto canonical = std::filesystem::canonical(name, error);
  if (error) canonical = name;
  KeepFromCleaners(canonical, fd->get());
  return ManagedDirectory(std::move(*fd), std::move(canonical), file_mode,
                          std::move(files));
}

Result<ManagedDirectory::NewFile> ManagedDirectory::CreateFile(
    RenderId id) const {
  NewFile file;
  auto fd = files_->Open(fd_.get(), ".", O_TMPFILE | O_RDWR, 0600);
  if (!fd && (fd.error() == EOPNOTSUPP || fd.error() == EISDIR)) {
    file.hidden_name = HiddenFileName(HiddenFile::kStaged, id);
    fd = files_->Open(fd_.get(), file.hidden_name, O_CREAT | O_EXCL | O_RDWR,
                      0600);
  }
  if (!fd) return Fail(Failure("make a file in", fd.error()));
  file.fd = std::move(*fd);
  // The mode given to open(2) passes through the umask, this one does not.
  if (const auto mode = files_->SetMode(file.fd.get(), file_mode_); !mode) {
    if (!file.hidden_name.empty()) (void)Remove(file.hidden_name);
    return Fail(Failure("set the mode of a file in", mode.error()));
  }
  return file;
}

Result<Frame> ManagedDirectory::MakeFrame(UniqueFd fd,
                                          std::size_t file_bytes) const {
  auto frame = files_->MakeFrame(std::move(fd), file_bytes);
  if (frame) return frame;
  return Fail(WithCode(StatusCode::kStorageFailed, frame.error(),
                       fmt::format("allocate a frame in {}: {}", path_.string(),
                                   frame.error().message())));
}

Status ManagedDirectory::Name(int fd, const std::string& hidden_name,
                              const std::string& name) const {
  if (!hidden_name.empty()) return Rename(hidden_name, name);
  const auto linked = files_->Link(fd, fd_.get(), name);
  if (!linked) return Failure(fmt::format("name {} in", name), linked.error());
  return {};
}

Status ManagedDirectory::Rename(const std::string& from,
                                const std::string& to) const {
  const auto renamed = files_->Rename(fd_.get(), from, to);
  if (renamed) return {};
  return Failure(fmt::format("rename {} to {} in", from, to), renamed.error());
}

Status ManagedDirectory::Remove(const std::string& name) const {
  const auto removed = files_->Unlink(fd_.get(), name);
  if (removed || removed.error() == ENOENT) return {};
  return Failure(fmt::format("remove {} from", name), removed.error());
}

Result<UniqueFd> ManagedDirectory::OpenFile(const std::string& name,
                                            int flags) const {
  // Not to hang on a FIFO that somebody gave a render's name.
  auto fd = files_->Open(fd_.get(), name, flags | O_NONBLOCK, 0);
  if (!fd) {
    return Fail(Failure(fmt::format("open {} in", name), fd.error()));
  }
  return std::move(*fd);
}

Status ManagedDirectory::SetModified(const std::string& name,
                                     std::int64_t unix_ns) const {
  const auto dated = files_->SetModifiedAt(fd_.get(), name, unix_ns);
  if (dated) return {};
  return Failure(fmt::format("date {} in", name), dated.error());
}

Status ManagedDirectory::Failure(std::string_view what,
                                 int error_number) const {
  const Status cause = Status::FromErrno(
      fmt::format("{} {}", what, path_.string()), error_number);
  const auto status = files_->Stat(fd_.get());
  if (status && status->st_nlink == 0) {
    return WithCode(
        StatusCode::kStorageFailed, cause,
        fmt::format("the render directory {} was deleted while in use; restart "
                    "the daemon, which makes it again",
                    path_.string()));
  }
  if (error_number == ENOENT) return cause;
  return WithCode(StatusCode::kStorageFailed, cause, cause.message());
}

}  // namespace goxel
