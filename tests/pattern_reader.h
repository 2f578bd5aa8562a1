// What a client does to see a render, step by step, with pauses where a race
// could hide; and what it saw.

#ifndef TESTS_PATTERN_READER_H_
#define TESTS_PATTERN_READER_H_

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <random>

#include "ipc/lease.h"
#include "ipc/mapped_region.h"
#include "ipc/pam_header.h"
#include "ipc/render_info.h"
#include "ipc/unique_fd.h"

namespace goxel {

// Lock-free, so that it may lie in memory shared by processes.
struct ReadTally {
  std::atomic<std::uint64_t> seen{0};     // Verified under the lease.
  std::atomic<std::uint64_t> late{0};     // Gone, busy or another id: a miss.
  std::atomic<std::uint64_t> foreign{0};  // Another render's pixels.
};

class PatternReader {
 public:
  PatternReader(unsigned seed, ReadTally* tally)
      : random_(seed), tally_(tally) {}

  // `shows` says whether the pixels are those of the render `id`.
  template <typename Shows>
  void Read(int directory_fd, const RenderInfo& info, Shows shows) {
    const UniqueFd fd(::openat(directory_fd, RenderFileName(info).c_str(),
                               O_RDONLY | O_CLOEXEC));
    Dawdle();
    const auto lease = fd.valid() ? TakeReadLease(fd.get())
                                  : Result<LeaseResult>(LeaseResult::kBusy);
    if (!lease || *lease == LeaseResult::kBusy) {
      ++tally_->late;
      return;
    }
    const auto region = MappedRegion::MapAll(fd.get(), MapAccess::kReadOnly);
    const auto record = ParsePamHeader(region->bytes().first(kPamHeaderBytes));
    if (!record || record->id != info.id) {
      ++tally_->late;
      return;
    }
    Dawdle();
    const auto pixels = region->bytes().subspan(kPamHeaderBytes);
    ++(shows(pixels, info.id) ? tally_->seen : tally_->foreign);
  }

 private:
  void Dawdle() {
    if (random_() % 2 == 0) {
      ::usleep(static_cast<useconds_t>(random_() % 200));
    }
  }

  std::minstd_rand random_;
  ReadTally* const tally_;
};

}  // namespace goxel

#endif  // TESTS_PATTERN_READER_H_
