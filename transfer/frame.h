// Frames: blocks of shared memory that pictures are drawn into, and the pool
// that keeps them.
//
// A frame is one file descriptor, mapped and populated: a 4096-byte page for
// the header, then the pixels. Behind it is either a file of the managed
// directory (a mapped render is its frame, named) or a memfd (pixels on their
// way to an encoder). Making a 4K frame costs about 20 ms of page faults,
// taking one from the pool nothing, so frames go back to the pool and serve
// again.
//
// Blocks are allocated when a frame is made (posix_fallocate): a store into it
// can never raise SIGBUS later.
//
// Thread safety: FramePool may be used from any thread; a Frame belongs to one
// owner at a time.

#ifndef TRANSFER_FRAME_H_
#define TRANSFER_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "ipc/file_system.h"
#include "ipc/mapped_region.h"
#include "ipc/status.h"
#include "ipc/unique_fd.h"

namespace goxel {

inline constexpr std::size_t kFramePixelOffset = 4096;

// Twice the largest picture that can be drawn (16384 x 16384). The kernel
// allocates an anonymous frame of any size until memory is gone and processes
// are killed, so a wrong size must be refused before.
inline constexpr std::size_t kMaxFrameBytes = std::size_t{2} << 30;

class Frame {
 public:
  // An anonymous frame (memfd that can be sealed) of exactly `file_bytes`,
  // header included. Errors as Adopt().
  static Result<Frame> CreateAnonymous(std::size_t file_bytes);

  // Plain memory of this process, for when no descriptor is free: fd() is -1.
  // kInvalidArgument, kTooLarge as Adopt(), kResourceExhausted.
  static Result<Frame> CreateWithoutFile(std::size_t file_bytes);

  // Takes over `fd`, allocates its blocks, maps and populates it.
  // kInvalidArgument when there is no room for a pixel, kTooLarge over
  // kMaxFrameBytes, kStorageFailed or kResourceExhausted when there is no
  // space.
  static Result<Frame> Adopt(UniqueFd fd, std::size_t file_bytes,
                             FileSystem& files);

  // -1 for a frame without a file.
  int fd() const { return fd_.get(); }
  std::size_t file_bytes() const { return region_.size(); }
  std::span<std::byte> header();
  // Everything behind the header.
  std::span<std::byte> pixels();

  // Unmaps and gives up the descriptor.
  UniqueFd Release() &&;

 private:
  Frame(UniqueFd fd, MappedRegion region);
  UniqueFd fd_;
  MappedRegion region_;
};

// Anonymous frames by size. Holds at most `max_idle_bytes` of idle frames.
class FramePool {
 public:
  explicit FramePool(std::uint64_t max_idle_bytes);

  // A frame whose pixels() hold at least `pixel_bytes`; content unspecified.
  // The smallest idle frame of at most twice the size serves, or a new one,
  // which has no file when no descriptor is free. Errors as Frame::Adopt().
  Result<Frame> Acquire(std::size_t pixel_bytes);

  // The same, always with a memfd, for who will seal it and keep it.
  Result<Frame> AcquireSealable(std::size_t pixel_bytes);

  // Makes a frame for the next Acquire() of this size when none is idle. Takes
  // as long as making one: call it off the hot path.
  void PrepareSpare(std::size_t pixel_bytes);

  // Gives a frame back. Frames idle for longest are destroyed while the idle
  // ones are over `max_idle_bytes`.
  void Return(Frame frame);

 private:
  // Where the idle frame is that serves best. REQUIRES: mutex_ is held.
  std::vector<Frame>::iterator BestIdle(std::size_t file_bytes);
  std::optional<Frame> TakeIdle(std::size_t file_bytes);

  const std::uint64_t max_idle_bytes_;
  std::mutex mutex_;
  std::vector<Frame> idle_;  // The one idle for longest stands first.
};

}  // namespace goxel

#endif  // TRANSFER_FRAME_H_
