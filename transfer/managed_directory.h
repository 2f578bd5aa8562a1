// The one directory that renders live in: opened once, checked once, and from
// then on reached through its descriptor only, so that nobody can lead us into
// another one. What may be done to its files is what this class can do.
//
// A file is first unnamed (O_TMPFILE), so that a crash leaves nothing. Where
// the filesystem lacks that, and whenever a file is between two renders, it has
// a hidden name instead; the next start finds those by their exact pattern.
//
// Thread safety: const methods may run concurrently.

#ifndef TRANSFER_MANAGED_DIRECTORY_H_
#define TRANSFER_MANAGED_DIRECTORY_H_

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/file_system.h"
#include "ipc/render_record.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"
#include "transfer/frame.h"

namespace goxel {

// Why a file has a hidden name.
enum class HiddenFile {
  kStaged,  // Being filled, on a filesystem without unnamed files.
  kSpare,   // Waits for the next render.
  kOrphan,  // Its render is gone; a reader still has it mapped.
};

// ".staged_", ".spare_" or ".orphan_", then 16 hex digits: the id of the render
// that is, or was, in the file.
std::string HiddenFileName(HiddenFile kind, RenderId id);

class ManagedDirectory {
 public:
  // Opens the directory, making it 0755 when missing. kFailedPrecondition when
  // it is no directory, is not owned by this user or can be written by others;
  // kStorageFailed when it cannot be made or is on a network filesystem, where
  // neither locks nor mappings can be relied on.
  static Result<ManagedDirectory> Open(const std::filesystem::path& path,
                                       std::uint32_t file_mode,
                                       std::shared_ptr<FileSystem> files);

  int fd() const { return fd_.get(); }
  const std::filesystem::path& path() const { return path_; }
  FileSystem& files() const { return *files_; }

  // False when the path leads elsewhere by now, or nowhere: the directory was
  // removed, renamed or covered. What this object still reaches is then seen by
  // nobody else. kStorageFailed when the system does not say.
  Result<bool> IsPresent() const;
  // What operations on a directory that is not present come to: kStorageFailed
  // with the detail "errno" = "ENOENT".
  Status Lost() const;

  // OK when files can be made and removed; kStorageFailed otherwise.
  Status CheckWritable() const;

  struct NewFile {
    UniqueFd fd;
    std::string hidden_name;  // Empty: the file has no name yet.
  };
  // An empty file for the render `id`, open for reading and writing. On failure
  // one may be left under HiddenFileName(kStaged, id), for the caller to
  // remove.
  Result<NewFile> CreateFile(RenderId id) const;

  // Allocates `file_bytes` for the file, maps and populates it. kStorageFailed
  // when the disk is full.
  Result<Frame> MakeFrame(UniqueFd fd, std::size_t file_bytes) const;

  // Gives the file its name in one step; never replaces another.
  Status Name(int fd, const std::string& hidden_name,
              const std::string& name) const;

  Status Rename(const std::string& from, const std::string& to) const;

  // OK when there is no such file.
  Status Remove(const std::string& name) const;

  // `flags` is O_RDONLY or O_RDWR. kNotFound when there is no such file.
  Result<UniqueFd> OpenFile(const std::string& name, int flags) const;

  // OK when the path that clients are told leads to a file of this name, which
  // it does not when the directory is not present. kNotFound when there is no
  // such file, Lost() when there is no such directory.
  Status CheckReachable(const std::string& name) const;

  // Dates the file. kNotFound when there is no such file.
  Status SetModified(const std::string& name, std::int64_t unix_ns) const;

  // The status of a file operation that failed: StorageFailure(), but ENOENT is
  // kNotFound in a directory that is present, and Lost() in another.
  Status Failure(std::string_view what, int error_number) const;

 private:
  ManagedDirectory(UniqueFd fd, const struct stat& identity,
                   std::filesystem::path path, std::uint32_t file_mode,
                   std::shared_ptr<FileSystem> files);

  UniqueFd fd_;
  dev_t device_;
  ino_t inode_;
  std::filesystem::path path_;
  std::uint32_t file_mode_;
  std::shared_ptr<FileSystem> files_;
};

}  // namespace goxel

#endif  // TRANSFER_MANAGED_DIRECTORY_H_
