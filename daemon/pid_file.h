// The file that tells others the daemon's process id, as "1234\n".
//
// What counts is the lock on it and not the number: the daemon holds the write
// lease of the file (ipc/lease.h) for as long as it runs, and the kernel drops
// it however the daemon ends. A file without that lock is what a killed daemon
// has left, and its number may be anybody's by now.
//
// The file appears under its name complete and locked, so a reader never finds
// half of it, and of two daemons that start at the same moment one wins.

#ifndef DAEMON_PID_FILE_H_
#define DAEMON_PID_FILE_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>

#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

class PidFile {
 public:
  // Makes the file for this process, in place of one that a killed daemon has
  // left. kFailedPrecondition, naming the pid, when a live process holds it, or
  // when something else than a file of this user is there.
  static Result<PidFile> Create(const std::string& path);

  // The live process that holds the file; nullopt when there is none.
  // kDataLoss when the file is held and has no process id in it.
  static Result<std::optional<pid_t>> FindHolder(const std::string& path);

  PidFile(PidFile&& other) noexcept
      : path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}
  PidFile& operator=(PidFile&&) = delete;
  // Removes the file, unless another has taken its place.
  ~PidFile();

 private:
  PidFile(std::string path, UniqueFd file)
      : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  UniqueFd file_;
};

}  // namespace goxel

#endif  // DAEMON_PID_FILE_H_
