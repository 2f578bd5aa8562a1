// A new file of a directory that nobody can open by name yet.
//
// The file has no name at all (O_TMPFILE), so that a crash leaves nothing
// behind. On a filesystem without O_TMPFILE it has a hidden temporary name,
// which the next Create() with that name removes.
//
// Ownership: owns the descriptor, and the temporary name while there is one.

#ifndef IPC_UNNAMED_FILE_H_
#define IPC_UNNAMED_FILE_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <utility>

#include "ipc/file_system.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

class UnnamedFile {
 public:
  // Makes an empty file, open for reading and writing, with exactly the
  // permissions `mode` whatever the umask is. `directory_fd` must outlive the
  // object. REQUIRES: only one process uses `temporary_name` in the directory.
  static Result<UnnamedFile> Create(
      int directory_fd, std::string temporary_name, mode_t mode,
      std::shared_ptr<FileSystem> files = std::make_shared<FileSystem>());

  UnnamedFile(UnnamedFile&& other) noexcept;
  UnnamedFile& operator=(UnnamedFile&&) = delete;
  ~UnnamedFile();

  int fd() const { return fd_.get(); }

  // A second, read-only open file description of the same file.
  Result<UniqueFd> Reopen() const;

  // Gives the file its name, in one step; replaces what had that name.
  Status NameAs(const std::string& name);

 private:
  UnnamedFile(int directory_fd, std::string temporary_name,
              std::shared_ptr<FileSystem> files)
      : files_(std::move(files)),
        directory_fd_(directory_fd),
        temporary_name_(std::move(temporary_name)) {}

  SysResult<void> Open();
  SysResult<void> RemoveTemporaryName();
  Status LinkTemporaryName();

  std::shared_ptr<FileSystem> files_;
  int directory_fd_;
  std::string temporary_name_;
  bool has_temporary_name_ = false;
  UniqueFd fd_;
};

}  // namespace goxel

#endif  // IPC_UNNAMED_FILE_H_
