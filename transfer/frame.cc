#include "transfer/frame.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace goxel {
namespace {

// Makes the file at least `bytes` long with every block allocated, so that no
// later store into a mapping of it can fail.
Status AllocateBlocks(int fd, std::size_t bytes) {
  int error = 0;
  do {
    error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  } while (error == EINTR);
  if (error == 0) return {};
  return Status::FromErrno(fmt::format("posix_fallocate {} bytes", bytes),
                           error);
}

Status CheckFrameSize(std::size_t file_bytes) {
  if (file_bytes <= kFramePixelOffset) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("a frame of {} bytes has no room for pixels; it "
                            "takes more than {}",
                            file_bytes, kFramePixelOffset));
  }
  if (file_bytes > kMaxFrameBytes) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("a frame of {} bytes is over the limit of {}",
                            file_bytes, kMaxFrameBytes));
  }
  return {};
}

}  // namespace

Frame::Frame(UniqueFd fd, MappedRegion region)
    : fd_(std::move(fd)), region_(std::move(region)) {}

Result<Frame> Frame::CreateAnonymous(std::size_t file_bytes) {
  UniqueFd fd(::memfd_create("goxel_frame", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.valid()) {
    return Fail(Status::FromErrno("memfd_create goxel_frame", errno));
  }
  return Adopt(std::move(fd), file_bytes);
}

Result<Frame> Frame::Adopt(UniqueFd fd, std::size_t file_bytes) {
  if (Status size = CheckFrameSize(file_bytes); !size.ok()) {
    return Fail(std::move(size));
  }
  if (Status allocated = AllocateBlocks(fd.get(), file_bytes);
      !allocated.ok()) {
    return Fail(std::move(allocated));
  }
  auto region =
      MappedRegion::Map(fd.get(), MapAccess::kReadWrite, 0, file_bytes);
  if (!region) return Fail(std::move(region.error()));
  region->PopulateForWriting();
  return Frame(std::move(fd), std::move(*region));
}

std::span<std::byte> Frame::header() {
  return region_.writable_bytes().first(kFramePixelOffset);
}

std::span<std::byte> Frame::pixels() {
  return region_.writable_bytes().subspan(kFramePixelOffset);
}

UniqueFd Frame::Release() && {
  region_ = MappedRegion();
  return std::move(fd_);
}

FramePool::FramePool(std::uint64_t max_idle_bytes)
    : max_idle_bytes_(max_idle_bytes) {}

Result<Frame> FramePool::Acquire(std::size_t pixel_bytes) {
  // Saturates: what does not fit a frame is refused by Frame.
  const std::size_t need =
      kFramePixelOffset + std::min(pixel_bytes, kMaxFrameBytes);
  {
    std::lock_guard lock(mutex_);
    auto best = idle_.end();
    for (auto frame = idle_.begin(); frame != idle_.end(); ++frame) {
      const std::size_t bytes = frame->file_bytes();
      if (bytes < need || bytes / 2 > need) continue;
      if (best == idle_.end() || bytes < best->file_bytes()) best = frame;
    }
    if (best != idle_.end()) {
      Frame frame = std::move(*best);
      idle_.erase(best);
      return frame;
    }
  }
  return Frame::CreateAnonymous(need);
}

void FramePool::Return(Frame frame) {
  // Unmapping a 4K frame takes over a millisecond: `dropped` dies after the
  // lock is gone.
  std::vector<Frame> dropped;
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(frame));
  std::uint64_t idle_bytes = 0;
  auto kept = idle_.end();
  while (kept != idle_.begin()) {
    idle_bytes += std::prev(kept)->file_bytes();
    if (idle_bytes > max_idle_bytes_) break;
    --kept;
  }
  // The frames idle for longest stand first.
  std::move(idle_.begin(), kept, std::back_inserter(dropped));
  idle_.erase(idle_.begin(), kept);
}

}  // namespace goxel
