// A directory for one benchmark, in memory where the machine has /dev/shm, and
// removed with everything in it.

#ifndef BENCH_SCRATCH_DIRECTORY_H_
#define BENCH_SCRATCH_DIRECTORY_H_

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "ipc/unique_fd.h"

namespace goxel {

class ScratchDirectory {
 public:
  ScratchDirectory()
      : ScratchDirectory(::access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                                                         : "/tmp") {}
  explicit ScratchDirectory(const std::string& parent) {
    std::string name = parent + "/goxel-bench-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
    fd_.reset(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  ~ScratchDirectory() {
    std::error_code already_gone;
    std::filesystem::remove_all(path_, already_gone);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  int fd() const { return fd_.get(); }

 private:
  std::filesystem::path path_;
  UniqueFd fd_;
};

}  // namespace goxel

#endif  // BENCH_SCRATCH_DIRECTORY_H_
