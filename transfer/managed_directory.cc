#include "transfer/managed_directory.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "transfer/storage_failure.h"

namespace goxel {
namespace {

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

// mkdir(2), parents first where they are missing.
SysResult<void> MakeMissing(const std::filesystem::path& path,
                            FileSystem& files) {
  auto made = files.MakeDirectory(path, 0755);
  const std::filesystem::path parent = path.parent_path();
  if (!made && made.error() == ENOENT && !parent.empty() && parent != path) {
    if (const auto above = MakeMissing(parent, files); !above) return above;
    made = files.MakeDirectory(path, 0755);
  }
  if (!made && made.error() == EEXIST) return {};
  return made;
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
    return StorageFailure(
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
void KeepFromCleaners(const std::filesystem::path& path, int fd,
                      FileSystem& files) {
  if (IsBelow(path, "/tmp") || IsBelow(path, "/var/tmp")) {
    (void)files.ShareFlock(fd);
  }
}

// "dir/" and "dir" name the same directory, but only the second is refused by
// O_NOFOLLOW when it is a link.
std::filesystem::path WithoutTrailingSlash(const std::filesystem::path& path) {
  std::filesystem::path clean = path.lexically_normal();
  return clean.has_filename() ? clean : clean.parent_path();
}

}  // namespace

std::string HiddenFileName(HiddenFile kind, RenderId id) {
  return fmt::format("{}{}",
                     kHiddenFilePrefixes[static_cast<std::size_t>(kind)],
                     FormatRenderId(id));
}

ManagedDirectory::ManagedDirectory(UniqueFd fd, const struct stat& identity,
                                   std::filesystem::path path,
                                   std::uint32_t file_mode,
                                   std::shared_ptr<FileSystem> files)
    : fd_(std::move(fd)),
      device_(identity.st_dev),
      inode_(identity.st_ino),
      path_(std::move(path)),
      file_mode_(file_mode),
      files_(std::move(files)) {}

Result<ManagedDirectory> ManagedDirectory::Open(
    const std::filesystem::path& path, std::uint32_t file_mode,
    std::shared_ptr<FileSystem> files) {
  const std::filesystem::path name = WithoutTrailingSlash(path);
  if (const auto made = MakeMissing(name, *files); !made) {
    return Fail(StorageFailure(
        fmt::format("make the render directory {}", name.string()),
        made.error()));
  }
  auto fd = files->Open(AT_FDCWD, name.string(), O_RDONLY | O_DIRECTORY, 0);
  if (!fd && (fd.error() == ENOTDIR || fd.error() == ELOOP)) {
    return Fail(StatusCode::kFailedPrecondition,
                fmt::format("{} is not a directory (a symbolic link counts as "
                            "none); name a real one",
                            name.string()));
  }
  if (!fd) {
    return Fail(StorageFailure(
        fmt::format("open the render directory {}", name.string()),
        fd.error()));
  }
  const auto status = files->Stat(fd->get());
  if (!status) {
    return Fail(
        StorageFailure(fmt::format("stat {}", name.string()), status.error()));
  }
  for (Status check :
       {CheckOursAlone(name, *status), CheckLocal(name, fd->get(), *files)}) {
    if (!check.ok()) return Fail(std::move(check));
  }
  auto canonical = files->Canonical(name);
  if (!canonical) {
    return Fail(StorageFailure(
        fmt::format("find the path of {}", name.string()), canonical.error()));
  }
  KeepFromCleaners(*canonical, fd->get(), *files);
  return ManagedDirectory(*std::move(fd), *status, *std::move(canonical),
                          file_mode, std::move(files));
}

Result<bool> ManagedDirectory::IsPresent() const {
  const auto status = files_->StatAt(AT_FDCWD, path_.string());
  if (status) return status->st_dev == device_ && status->st_ino == inode_;
  const int error = status.error();
  if (error == ENOENT || error == ENOTDIR || error == ELOOP) return false;
  return Fail(StorageFailure(
      fmt::format("look for the render directory {}", path_.string()), error));
}

Status ManagedDirectory::CheckWritable() const {
  const auto writable = files_->CanWrite(fd_.get());
  if (writable) return {};
  return Failure("make a file in", writable.error());
}

Result<ManagedDirectory::NewFile> ManagedDirectory::CreateFile(
    RenderId id) const {
  NewFile file;
  auto fd = files_->OpenUnnamed(fd_.get());
  if (!fd && LacksUnnamedFiles(fd.error())) {
    file.hidden_name = HiddenFileName(HiddenFile::kStaged, id);
    fd = files_->Open(fd_.get(), file.hidden_name, O_CREAT | O_EXCL | O_RDWR,
                      0600);
  }
  if (!fd) return Fail(Failure("make a file in", fd.error()));
  file.fd = std::move(*fd);
  // The mode given to open(2) passes through the umask, this one does not.
  if (const auto mode = files_->SetMode(file.fd.get(), file_mode_); !mode) {
    return Fail(Failure("set the mode of a file in", mode.error()));
  }
  return file;
}

Result<Frame> ManagedDirectory::MakeFrame(UniqueFd fd,
                                          std::size_t file_bytes) const {
  auto frame = Frame::Adopt(std::move(fd), file_bytes, *files_);
  if (frame) return frame;
  const Status& cause = frame.error();
  return Fail(cause.Retold(
      StatusCode::kStorageFailed,
      fmt::format("make a frame in {}: {}", path_.string(), cause.message())));
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
  // A filesystem that is read-only refuses before it looks.
  const auto status = files_->StatAt(fd_.get(), name);
  if (!status && status.error() == ENOENT) return {};
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

Status ManagedDirectory::CheckReachable(const std::string& name) const {
  const auto status = files_->StatAt(AT_FDCWD, path_.native() + '/' + name);
  if (status) return {};
  return Failure(fmt::format("look for {} in", name), status.error());
}

Status ManagedDirectory::SetModified(const std::string& name,
                                     std::int64_t unix_ns) const {
  const auto dated = files_->SetModifiedAt(fd_.get(), name, unix_ns);
  if (dated) return {};
  return Failure(fmt::format("date {} in", name), dated.error());
}

Status ManagedDirectory::Failure(std::string_view what,
                                 int error_number) const {
  const std::string context = fmt::format("{} {}", what, path_.string());
  if (error_number != ENOENT) return StorageFailure(context, error_number);
  const auto present = IsPresent();
  if (present && !*present) return Lost();
  return Status::FromErrno(context, error_number);
}

Status ManagedDirectory::Lost() const {
  return Status(StatusCode::kStorageFailed,
                fmt::format("the render directory {} was removed or replaced "
                            "while in use; the next request makes it again",
                            path_.string()))
      .With("errno", "ENOENT");
}

}  // namespace goxel
