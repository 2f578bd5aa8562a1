// Tells when a file has been changed by whoever edits it: written in place, or
// replaced by another one that got its name, as most editors do.
//
// Thread safety: none.

#ifndef CLIENTS_CLI_FILE_WATCH_H_
#define CLIENTS_CLI_FILE_WATCH_H_

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

class FileWatch {
 public:
  // Begins to note what happens to `file`, which need not exist yet, and to
  // what it links to. kNotFound when its directory does not exist.
  static Result<FileWatch> Begin(const std::filesystem::path& file);

  // Returns OK when the file has been changed since the last call, or since
  // Begin(), and then been left alone for a moment. kTimedOut at `deadline`,
  // kNotFound when the directory that the file was in is gone.
  Status WaitForChange(std::chrono::steady_clock::time_point deadline);

 private:
  // A name in a directory that inotify(7) watches.
  struct WatchedName {
    int directory = -1;
    std::string name;
  };

  FileWatch(std::filesystem::path file, UniqueFd inotify);

  Status WatchName(const std::filesystem::path& file);
  // Takes what inotify has to tell: was a watched name among it?
  Result<bool> TakeEvents();
  bool IsWatched(int directory, const char* name) const;

  std::filesystem::path file_;
  UniqueFd inotify_;
  std::vector<WatchedName> names_;
};

}  // namespace goxel

#endif  // CLIENTS_CLI_FILE_WATCH_H_
