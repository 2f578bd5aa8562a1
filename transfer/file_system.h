// Every call that the render store makes to the operating system about files,
// in one table, so that a test can let the Nth of them fail or die there.
//
// The methods are the system calls of their names, restarted after EINTR; an
// error is the errno value, for the caller to decide upon and to put into
// words.
//
// Thread safety: all methods may be called from any thread.

#ifndef TRANSFER_FILE_SYSTEM_H_
#define TRANSFER_FILE_SYSTEM_H_

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "ipc/lease.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"
#include "transfer/frame.h"

namespace goxel {

// A value, or the errno that says why there is none.
template <typename T>
using SysResult = tl::expected<T, int>;

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // mkdir(2).
  virtual SysResult<void> MakeDirectory(const std::filesystem::path& path,
                                        mode_t mode) = 0;

  // openat(2); O_CLOEXEC and O_NOFOLLOW are added to `flags`. An absolute
  // `name` ignores `directory_fd`.
  virtual SysResult<UniqueFd> Open(int directory_fd, const std::string& name,
                                   int flags, mode_t mode) = 0;

  // fstat(2).
  virtual SysResult<struct stat> Stat(int fd) = 0;

  // The f_type of fstatfs(2).
  virtual SysResult<std::uint64_t> Type(int fd) = 0;

  // The names in the directory, "." and ".." left out.
  virtual SysResult<std::vector<std::string>> List(int directory_fd) = 0;

  // fchmod(2).
  virtual SysResult<void> SetMode(int fd, mode_t mode) = 0;

  // futimens(2), the modification time alone.
  virtual SysResult<void> SetModified(int fd, std::int64_t unix_ns) = 0;

  // The same by name (utimensat(2), no symbolic link followed).
  virtual SysResult<void> SetModifiedAt(int directory_fd,
                                        const std::string& name,
                                        std::int64_t unix_ns) = 0;

  // pread(2) and write(2): how many bytes went through.
  virtual SysResult<std::size_t> ReadAt(int fd, std::span<std::byte> bytes,
                                        std::uint64_t offset) = 0;
  virtual SysResult<std::size_t> Write(int fd,
                                       std::span<const std::byte> bytes) = 0;

  // Allocates, maps and populates (Frame::Adopt).
  virtual Result<Frame> MakeFrame(UniqueFd fd, std::size_t file_bytes) = 0;

  // Gives a name to an unnamed file: linkat(2). EEXIST rather than replace.
  virtual SysResult<void> Link(int fd, int directory_fd,
                               const std::string& name) = 0;

  // renameat2(2) with RENAME_NOREPLACE: EEXIST rather than replace.
  virtual SysResult<void> Rename(int directory_fd, const std::string& from,
                                 const std::string& to) = 0;

  // unlinkat(2).
  virtual SysResult<void> Unlink(int directory_fd, const std::string& name) = 0;

  // ipc/lease.h.
  virtual Result<LeaseResult> TryWriteLease(int fd) = 0;
};

class SystemFileSystem : public FileSystem {
 public:
  SysResult<void> MakeDirectory(const std::filesystem::path& path,
                                mode_t mode) override;
  SysResult<UniqueFd> Open(int directory_fd, const std::string& name, int flags,
                           mode_t mode) override;
  SysResult<struct stat> Stat(int fd) override;
  SysResult<std::uint64_t> Type(int fd) override;
  SysResult<std::vector<std::string>> List(int directory_fd) override;
  SysResult<void> SetMode(int fd, mode_t mode) override;
  SysResult<void> SetModified(int fd, std::int64_t unix_ns) override;
  SysResult<void> SetModifiedAt(int directory_fd, const std::string& name,
                                std::int64_t unix_ns) override;
  SysResult<std::size_t> ReadAt(int fd, std::span<std::byte> bytes,
                                std::uint64_t offset) override;
  SysResult<std::size_t> Write(int fd,
                               std::span<const std::byte> bytes) override;
  Result<Frame> MakeFrame(UniqueFd fd, std::size_t file_bytes) override;
  SysResult<void> Link(int fd, int directory_fd,
                       const std::string& name) override;
  SysResult<void> Rename(int directory_fd, const std::string& from,
                         const std::string& to) override;
  SysResult<void> Unlink(int directory_fd, const std::string& name) override;
  Result<LeaseResult> TryWriteLease(int fd) override;
};

}  // namespace goxel

#endif  // TRANSFER_FILE_SYSTEM_H_
