// A directory for one run of goxelctl that goes with it, however it ends: also
// by SIGKILL.
//
// A process of its own waits until nobody holds the directory, then removes it
// with all that is in it. Who holds it: this process, and every process that
// has the descriptor hold() open.
//
// Thread safety: none.

#ifndef CLIENTS_CLI_SCRATCH_DIRECTORY_H_
#define CLIENTS_CLI_SCRATCH_DIRECTORY_H_

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

class ScratchDirectory {
 public:
  // Makes a directory in `parent` that only this user can enter; its name
  // begins with `prefix`. REQUIRES: the process has one thread, since it forks.
  static Result<ScratchDirectory> Create(const std::filesystem::path& parent,
                                         const std::string& prefix);

  ScratchDirectory(ScratchDirectory&& other) noexcept;
  ScratchDirectory& operator=(ScratchDirectory&&) = delete;
  // Returns when the directory is gone, or held by nobody but processes that
  // were given it.
  ~ScratchDirectory();

  // Absolute.
  const std::filesystem::path& path() const { return path_; }

  // Closes itself when a program is executed; a child that is to hold the
  // directory makes a copy.
  int hold() const { return hold_.get(); }

 private:
  ScratchDirectory(std::filesystem::path path, UniqueFd hold, pid_t keeper);

  std::filesystem::path path_;
  UniqueFd hold_;
  pid_t keeper_;  // -1 when moved from.
};

}  // namespace goxel

#endif  // CLIENTS_CLI_SCRATCH_DIRECTORY_H_
