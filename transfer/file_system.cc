#include "transfer/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string_view>
#include <utility>

namespace goxel {
namespace {

template <typename Call>
auto RetryInterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

SysResult<void> Done(int result) {
  if (result < 0) return tl::unexpected(errno);
  return {};
}

// The pair that futimens(2) takes: access time left alone.
std::array<timespec, 2> ModifiedOnly(std::int64_t unix_ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return {{{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
           {.tv_sec = unix_ns / kSecond, .tv_nsec = unix_ns % kSecond}}};
}

}  // namespace

SysResult<void> SystemFileSystem::MakeDirectory(
    const std::filesystem::path& path, mode_t mode) {
  return Done(::mkdir(path.c_str(), mode));
}

SysResult<UniqueFd> SystemFileSystem::Open(int directory_fd,
                                           const std::string& name, int flags,
                                           mode_t mode) {
  const int fd = RetryInterrupted([&] {
    return ::openat(directory_fd, name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW,
                    mode);
  });
  if (fd < 0) return tl::unexpected(errno);
  return UniqueFd(fd);
}

SysResult<struct stat> SystemFileSystem::Stat(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) < 0) return tl::unexpected(errno);
  return status;
}

SysResult<std::uint64_t> SystemFileSystem::Type(int fd) {
  struct statfs status {};
  if (RetryInterrupted([&] { return ::fstatfs(fd, &status); }) < 0) {
    return tl::unexpected(errno);
  }
  // Some magic numbers have the top bit of 32 set: no sign extension.
  return static_cast<std::uint32_t>(status.f_type);
}

SysResult<std::vector<std::string>> SystemFileSystem::List(int directory_fd) {
  // A description of its own: readdir moves the offset.
  UniqueFd fd(::openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return tl::unexpected(errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd.get()),
                                                      ::closedir);
  if (directory == nullptr) return tl::unexpected(errno);
  fd.release();
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return tl::unexpected(errno);
  return names;
}

SysResult<void> SystemFileSystem::SetMode(int fd, mode_t mode) {
  return Done(::fchmod(fd, mode));
}

SysResult<void> SystemFileSystem::SetModified(int fd, std::int64_t unix_ns) {
  return Done(::futimens(fd, ModifiedOnly(unix_ns).data()));
}

SysResult<void> SystemFileSystem::SetModifiedAt(int directory_fd,
                                                const std::string& name,
                                                std::int64_t unix_ns) {
  return Done(::utimensat(directory_fd, name.c_str(),
                          ModifiedOnly(unix_ns).data(), AT_SYMLINK_NOFOLLOW));
}

SysResult<std::size_t> SystemFileSystem::ReadAt(int fd,
                                                std::span<std::byte> bytes,
                                                std::uint64_t offset) {
  const ssize_t count = RetryInterrupted([&] {
    return ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  });
  if (count < 0) return tl::unexpected(errno);
  return static_cast<std::size_t>(count);
}

SysResult<std::size_t> SystemFileSystem::Write(
    int fd, std::span<const std::byte> bytes) {
  const ssize_t count =
      RetryInterrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
  if (count < 0) return tl::unexpected(errno);
  return static_cast<std::size_t>(count);
}

Result<Frame> SystemFileSystem::MakeFrame(UniqueFd fd, std::size_t file_bytes) {
  return Frame::Adopt(std::move(fd), file_bytes);
}

SysResult<void> SystemFileSystem::Link(int fd, int directory_fd,
                                       const std::string& name) {
  // AT_EMPTY_PATH wants CAP_DAC_READ_SEARCH on most kernels; the detour through
  // /proc wants nothing but /proc.
  if (::linkat(fd, "", directory_fd, name.c_str(), AT_EMPTY_PATH) == 0) {
    return {};
  }
  if (errno == EEXIST) return tl::unexpected(errno);
  const std::string source = fmt::format("/proc/self/fd/{}", fd);
  return Done(::linkat(AT_FDCWD, source.c_str(), directory_fd, name.c_str(),
                       AT_SYMLINK_FOLLOW));
}

SysResult<void> SystemFileSystem::Rename(int directory_fd,
                                         const std::string& from,
                                         const std::string& to) {
  return Done(::renameat2(directory_fd, from.c_str(), directory_fd, to.c_str(),
                          RENAME_NOREPLACE));
}

SysResult<void> SystemFileSystem::Unlink(int directory_fd,
                                         const std::string& name) {
  return Done(::unlinkat(directory_fd, name.c_str(), 0));
}

Result<LeaseResult> SystemFileSystem::TryWriteLease(int fd) {
  return TakeWriteLease(fd);
}

}  // namespace goxel
