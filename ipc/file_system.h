// Every call that the writer of a managed directory makes to the operating
// system about files, in one table, so that a test can let the Nth of them fail
// or die there.
//
// The methods are the system calls of their names; an error is the errno value,
// for the caller to decide upon and to put into words. A call that a signal
// interrupted (EINTR) is made again here, so that nobody else has to know.
// Readers in other processes are no part of this: they call the system
// directly.
//
// Thread safety: all methods may be called from any thread.

#ifndef IPC_FILE_SYSTEM_H_
#define IPC_FILE_SYSTEM_H_

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "ipc/lease.h"
#include "ipc/mapped_region.h"
#include "ipc/sys_result.h"
#include "ipc/unique_fd.h"

namespace goxel {

// The rows of the table.
enum class FileCall {
  kMakeDirectory,
  kOpen,
  kOpenUnnamed,
  kReopen,
  kDuplicate,
  kStat,
  kStatAt,
  kType,
  kCanAccess,
  kCanonical,
  kList,
  kSetMode,
  kSetModified,
  kReadAt,
  kWrite,
  kWriteAt,
  kTruncate,
  kAllocate,
  kMap,
  kPopulate,
  kLink,
  kRename,
  kReplace,
  kUnlink,
  kLease,
  kLock,
  kShareFlock,
};

// Whether this is what a kernel or filesystem without unnamed files answers to
// OpenUnnamed().
bool LacksUnnamedFiles(int error_number);

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // mkdir(2).
  SysResult<void> MakeDirectory(const std::filesystem::path& path, mode_t mode);

  // openat(2); O_CLOEXEC and O_NOFOLLOW are added to `flags`. An absolute
  // `name` ignores `directory_fd`.
  SysResult<UniqueFd> Open(int directory_fd, const std::string& name, int flags,
                           mode_t mode);

  // A file without a name, open for reading and writing, mode 0600: openat(2)
  // with O_TMPFILE.
  SysResult<UniqueFd> OpenUnnamed(int directory_fd);

  // A second, read-only open file description of the file behind `fd`.
  SysResult<UniqueFd> Reopen(int fd);

  // A second descriptor of the same open file description: fcntl(2).
  SysResult<UniqueFd> Duplicate(int fd);

  // fstat(2), and fstatat(2) without following a link at the end.
  SysResult<struct stat> Stat(int fd);
  SysResult<struct stat> StatAt(int directory_fd, const std::string& name);

  // The f_type of fstatfs(2). A test may claim another one.
  virtual SysResult<std::uint64_t> Type(int fd);

  // Whether this process may make and remove files there: faccessat(2).
  SysResult<void> CanWrite(int directory_fd);

  // realpath(3).
  SysResult<std::filesystem::path> Canonical(const std::filesystem::path& path);

  // The names in the directory, "." and ".." left out.
  SysResult<std::vector<std::string>> List(int directory_fd);

  // fchmod(2).
  SysResult<void> SetMode(int fd, mode_t mode);

  // futimens(2), the modification time alone.
  SysResult<void> SetModified(int fd, std::int64_t unix_ns);

  // The same by name (utimensat(2), no symbolic link followed).
  SysResult<void> SetModifiedAt(int directory_fd, const std::string& name,
                                std::int64_t unix_ns);

  // pread(2), write(2) and pwrite(2): how many bytes went through.
  SysResult<std::size_t> ReadAt(int fd, std::span<std::byte> bytes,
                                std::uint64_t offset);
  SysResult<std::size_t> Write(int fd, std::span<const std::byte> bytes);
  SysResult<std::size_t> WriteAt(int fd, std::span<const std::byte> bytes,
                                 std::uint64_t offset);

  // Makes the file empty: ftruncate(2).
  SysResult<void> Truncate(int fd);

  // Makes the file at least `bytes` long with every block allocated, so that no
  // later store into a mapping of it can fail: posix_fallocate(3).
  SysResult<void> Allocate(int fd, std::uint64_t bytes);

  // mmap(2). REQUIRES: the range lies in the file.
  SysResult<MappedRegion> Map(int fd, MapAccess access, std::uint64_t offset,
                              std::size_t size);

  // MappedRegion::PopulateForWriting.
  SysResult<void> Populate(MappedRegion& region);

  // Gives a name to an unnamed file: linkat(2). EEXIST rather than replace.
  SysResult<void> Link(int fd, int directory_fd, const std::string& name);

  // renameat2(2) with RENAME_NOREPLACE: EEXIST rather than replace.
  SysResult<void> Rename(int directory_fd, const std::string& from,
                         const std::string& to);

  // renameat(2): what was named `to` is gone.
  SysResult<void> Replace(int directory_fd, const std::string& from,
                          const std::string& to);

  // unlinkat(2).
  SysResult<void> Unlink(int directory_fd, const std::string& name);

  // ipc/lease.h.
  SysResult<LeaseResult> TryReadLease(int fd);
  SysResult<LeaseResult> TryWriteLease(int fd);
  SysResult<void> ReleaseLease(int fd);
  SysResult<bool> IsReadLeased(int fd);

  // TryWriteLease() for the file that keeps a second daemon out.
  SysResult<LeaseResult> TryLock(int fd);

  // flock(2), shared, without waiting.
  SysResult<void> ShareFlock(int fd);

 private:
  // For tests. Asked before each call: 0, or the errno to fail with instead of
  // making it. Told after each call that was made.
  virtual int Refuse(FileCall) { return 0; }
  virtual void Made(FileCall) {}

  // Makes the call until no signal interrupts it.
  template <typename Call>
  auto Make(FileCall kind, Call call) -> decltype(call());
};

}  // namespace goxel

#endif  // IPC_FILE_SYSTEM_H_
