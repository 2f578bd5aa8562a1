// A directory for one benchmark, removed with everything in it.

#ifndef BENCH_SCRATCH_DIRECTORY_H_
#define BENCH_SCRATCH_DIRECTORY_H_

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "ipc/unique_fd.h"

namespace goxel {

// The argument "disk" of benchmarks that tell files in memory from those on a
// disk. kMemory is a disk, too, on a machine without /dev/shm.
enum Place : std::int64_t { kMemory = 0, kDisk = 1 };

class ScratchDirectory {
 public:
  explicit ScratchDirectory(Place place = kMemory)
      : ScratchDirectory(place == kMemory && ::access("/dev/shm", W_OK) == 0
                             ? "/dev/shm"
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
