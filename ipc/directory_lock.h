// One daemon per managed directory: an OFD write lock on the file `lock` in it,
// held for the daemon's whole life. Whether the writer lives is whether that
// lock is held: no pid to be reused, no heartbeat to be misread, and the kernel
// drops it with the process however it ends.
//
// The file's text ("pid 1234 epoch 17...") only tells people who holds it.

#ifndef IPC_DIRECTORY_LOCK_H_
#define IPC_DIRECTORY_LOCK_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "ipc/file_system.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

inline constexpr char kLockFileName[] = "lock";

class DirectoryLock {
 public:
  // Takes the lock of the directory. kFailedPrecondition, naming the holder's
  // pid, when a live daemon has it. Whoever may read the lock file could also
  // keep a daemon from starting, so `file_mode` opens it to readers of the
  // renders and to nobody else.
  static Result<DirectoryLock> Acquire(
      int directory_fd, std::uint64_t epoch, mode_t file_mode = 0600,
      const std::shared_ptr<FileSystem>& files =
          std::make_shared<FileSystem>());

  // False when the lock file of the directory is another one by now, or gone:
  // a second daemon would not be kept out.
  SysResult<bool> IsStillNamed(int directory_fd, FileSystem& files) const;

  // Lets another daemon have the directory, before this object is gone.
  void Release(FileSystem& files) { (void)files.ReleaseLease(fd_.get()); }

  // True when some process holds the lock of the directory.
  static Result<bool> IsHeld(int directory_fd);

 private:
  explicit DirectoryLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace goxel

#endif  // IPC_DIRECTORY_LOCK_H_
