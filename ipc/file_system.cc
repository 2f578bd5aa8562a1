#include "ipc/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

namespace goxel {
namespace {

SysResult<void> Done(int result) {
  if (result < 0) return tl::unexpected(errno);
  return {};
}

SysResult<UniqueFd> Opened(int fd) {
  if (fd < 0) return tl::unexpected(errno);
  return UniqueFd(fd);
}

SysResult<std::size_t> Counted(ssize_t count) {
  if (count < 0) return tl::unexpected(errno);
  return static_cast<std::size_t>(count);
}

std::string PathOfDescriptor(int fd) {
  return fmt::format("/proc/self/fd/{}", fd);
}

// The pair that futimens(2) takes: access time left alone.
std::array<timespec, 2> ModifiedOnly(std::int64_t unix_ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return {{{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
           {.tv_sec = unix_ns / kSecond, .tv_nsec = unix_ns % kSecond}}};
}

SysResult<std::vector<std::string>> ReadNames(DIR* directory) {
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return tl::unexpected(errno);
  return names;
}

}  // namespace

bool LacksUnnamedFiles(int error_number) {
  return error_number == EOPNOTSUPP || error_number == EISDIR ||
         error_number == EINVAL;
}

template <typename Call>
auto FileSystem::Make(FileCall kind, Call call) -> decltype(call()) {
  while (true) {
    const int refused = Refuse(kind);
    if (refused == EINTR) continue;
    if (refused != 0) return tl::unexpected(refused);
    auto result = call();
    Made(kind);
    if (result || result.error() != EINTR) return result;
  }
}

SysResult<void> FileSystem::MakeDirectory(const std::filesystem::path& path,
                                          mode_t mode) {
  return Make(FileCall::kMakeDirectory,
              [&] { return Done(::mkdir(path.c_str(), mode)); });
}

SysResult<UniqueFd> FileSystem::Open(int directory_fd, const std::string& name,
                                     int flags, mode_t mode) {
  return Make(FileCall::kOpen, [&] {
    return Opened(::openat(directory_fd, name.c_str(),
                           flags | O_CLOEXEC | O_NOFOLLOW, mode));
  });
}

SysResult<UniqueFd> FileSystem::OpenUnnamed(int directory_fd) {
  return Make(FileCall::kOpenUnnamed, [&]() -> SysResult<UniqueFd> {
#ifdef O_TMPFILE
    return Opened(
        ::openat(directory_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
#else
    static_cast<void>(directory_fd);
    return tl::unexpected(EOPNOTSUPP);
#endif
  });
}

SysResult<UniqueFd> FileSystem::Reopen(int fd) {
  return Make(FileCall::kReopen, [&] {
    return Opened(::open(PathOfDescriptor(fd).c_str(), O_RDONLY | O_CLOEXEC));
  });
}

SysResult<UniqueFd> FileSystem::Duplicate(int fd) {
  return Make(FileCall::kDuplicate,
              [&] { return Opened(::fcntl(fd, F_DUPFD_CLOEXEC, 0)); });
}

SysResult<struct stat> FileSystem::Stat(int fd) {
  return Make(
      FileCall::kStat, [&]() -> SysResult<struct stat> {
        struct stat status {};
        if (::fstat(fd, &status) < 0) return tl::unexpected(errno);
        return status;
      });
}

SysResult<struct stat> FileSystem::StatAt(int directory_fd,
                                          const std::string& name) {
  return Make(
      FileCall::kStatAt, [&]() -> SysResult<struct stat> {
        struct stat status {};
        if (::fstatat(directory_fd, name.c_str(), &status,
                      AT_SYMLINK_NOFOLLOW) < 0) {
          return tl::unexpected(errno);
        }
        return status;
      });
}

SysResult<std::uint64_t> FileSystem::Type(int fd) {
  return Make(FileCall::kType, [&]() -> SysResult<std::uint64_t> {
    struct statfs status {};
    if (::fstatfs(fd, &status) < 0) return tl::unexpected(errno);
    // Some magic numbers have the top bit of 32 set: no sign extension.
    return static_cast<std::uint32_t>(status.f_type);
  });
}

SysResult<void> FileSystem::CanWrite(int directory_fd) {
  return Make(FileCall::kCanAccess, [&] {
    return Done(::faccessat(directory_fd, ".", W_OK | X_OK, AT_EACCESS));
  });
}

SysResult<std::filesystem::path> FileSystem::Canonical(
    const std::filesystem::path& path) {
  using Text = std::unique_ptr<char, decltype(&std::free)>;
  return Make(FileCall::kCanonical, [&]() -> SysResult<std::filesystem::path> {
    const Text text(::realpath(path.c_str(), nullptr), &std::free);
    if (text == nullptr) return tl::unexpected(errno);
    return std::filesystem::path(text.get());
  });
}

SysResult<std::vector<std::string>> FileSystem::List(int directory_fd) {
  // A description of its own: readdir moves the offset.
  auto fd = Open(directory_fd, ".", O_RDONLY | O_DIRECTORY, 0);
  if (!fd) return tl::unexpected(fd.error());
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd->get()),
                                                      ::closedir);
  if (directory == nullptr) return tl::unexpected(errno);
  fd->release();
  return Make(FileCall::kList, [&] { return ReadNames(directory.get()); });
}

SysResult<void> FileSystem::SetMode(int fd, mode_t mode) {
  return Make(FileCall::kSetMode, [&] { return Done(::fchmod(fd, mode)); });
}

SysResult<void> FileSystem::SetModified(int fd, std::int64_t unix_ns) {
  return Make(FileCall::kSetModified, [&] {
    return Done(::futimens(fd, ModifiedOnly(unix_ns).data()));
  });
}

SysResult<void> FileSystem::SetModifiedAt(int directory_fd,
                                          const std::string& name,
                                          std::int64_t unix_ns) {
  return Make(FileCall::kSetModified, [&] {
    return Done(::utimensat(directory_fd, name.c_str(),
                            ModifiedOnly(unix_ns).data(), AT_SYMLINK_NOFOLLOW));
  });
}

SysResult<std::size_t> FileSystem::ReadAt(int fd, std::span<std::byte> bytes,
                                          std::uint64_t offset) {
  return Make(FileCall::kReadAt, [&] {
    return Counted(
        ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)));
  });
}

SysResult<std::size_t> FileSystem::Write(int fd,
                                         std::span<const std::byte> bytes) {
  return Make(FileCall::kWrite,
              [&] { return Counted(::write(fd, bytes.data(), bytes.size())); });
}

SysResult<std::size_t> FileSystem::WriteAt(int fd,
                                           std::span<const std::byte> bytes,
                                           std::uint64_t offset) {
  return Make(FileCall::kWriteAt, [&] {
    return Counted(
        ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)));
  });
}

SysResult<void> FileSystem::Truncate(int fd) {
  return Make(FileCall::kTruncate, [&] { return Done(::ftruncate(fd, 0)); });
}

SysResult<void> FileSystem::Allocate(int fd, std::uint64_t bytes) {
  return Make(FileCall::kAllocate, [&]() -> SysResult<void> {
    const int error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
    if (error != 0) return tl::unexpected(error);
    return {};
  });
}

SysResult<MappedRegion> FileSystem::Map(int fd, MapAccess access,
                                        std::uint64_t offset,
                                        std::size_t size) {
  return Make(FileCall::kMap, [&] {
    return MappedRegion::MapInside(fd, access, offset, size);
  });
}

SysResult<void> FileSystem::Populate(MappedRegion& region) {
  return Make(FileCall::kPopulate, [&]() -> SysResult<void> {
    region.PopulateForWriting();
    return {};
  });
}

SysResult<void> FileSystem::Link(int fd, int directory_fd,
                                 const std::string& name) {
  // AT_EMPTY_PATH wants CAP_DAC_READ_SEARCH on most kernels; the detour through
  // /proc wants nothing but /proc.
  const auto linked = Make(FileCall::kLink, [&] {
    return Done(::linkat(fd, "", directory_fd, name.c_str(), AT_EMPTY_PATH));
  });
  if (linked || linked.error() == EEXIST) return linked;
  return Make(FileCall::kLink, [&] {
    return Done(::linkat(AT_FDCWD, PathOfDescriptor(fd).c_str(), directory_fd,
                         name.c_str(), AT_SYMLINK_FOLLOW));
  });
}

SysResult<void> FileSystem::Rename(int directory_fd, const std::string& from,
                                   const std::string& to) {
  return Make(FileCall::kRename, [&] {
    return Done(::renameat2(directory_fd, from.c_str(), directory_fd,
                            to.c_str(), RENAME_NOREPLACE));
  });
}

SysResult<void> FileSystem::Replace(int directory_fd, const std::string& from,
                                    const std::string& to) {
  return Make(FileCall::kReplace, [&] {
    return Done(
        ::renameat(directory_fd, from.c_str(), directory_fd, to.c_str()));
  });
}

SysResult<void> FileSystem::Unlink(int directory_fd, const std::string& name) {
  return Make(FileCall::kUnlink,
              [&] { return Done(::unlinkat(directory_fd, name.c_str(), 0)); });
}

SysResult<LeaseResult> FileSystem::TryReadLease(int fd) {
  return Make(FileCall::kLease, [&] { return TryLease(fd, LeaseKind::kRead); });
}

SysResult<LeaseResult> FileSystem::TryWriteLease(int fd) {
  return Make(FileCall::kLease,
              [&] { return TryLease(fd, LeaseKind::kWrite); });
}

SysResult<bool> FileSystem::IsReadLeased(int fd) {
  return Make(FileCall::kLease,
              [&] { return ProbeLease(fd, LeaseKind::kRead); });
}

SysResult<LeaseResult> FileSystem::TryLock(int fd) {
  return Make(FileCall::kLock, [&] { return TryLease(fd, LeaseKind::kWrite); });
}

SysResult<void> FileSystem::ReleaseLease(int fd) {
  return Make(FileCall::kLease, [&]() -> SysResult<void> {
    const auto released = TryLease(fd, LeaseKind::kNone);
    if (!released) return tl::unexpected(released.error());
    return {};
  });
}

SysResult<void> FileSystem::ShareFlock(int fd) {
  return Make(FileCall::kShareFlock,
              [&] { return Done(::flock(fd, LOCK_SH | LOCK_NB)); });
}

}  // namespace goxel
