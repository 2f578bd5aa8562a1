#include "transfer/frame.h"

#include <fmt/core.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace goxel {
namespace {

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

// Of a frame for so many pixels. Saturates: what does not fit a frame is
// refused by Frame.
std::size_t FileBytes(std::size_t pixel_bytes) {
  return kFramePixelOffset + std::min(pixel_bytes, kMaxFrameBytes);
}

}  // namespace

Frame::Frame(UniqueFd fd, MappedRegion region)
    : fd_(std::move(fd)), region_(std::move(region)) {}

Result<Frame> Frame::CreateAnonymous(std::size_t file_bytes) {
  UniqueFd fd(::memfd_create("goxel_frame", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.valid()) {
    return Fail(Status::FromErrno("memfd_create goxel_frame", errno));
  }
  FileSystem system;
  return Adopt(std::move(fd), file_bytes, system);
}

Result<Frame> Frame::CreateWithoutFile(std::size_t file_bytes) {
  if (Status size = CheckFrameSize(file_bytes); !size.ok()) {
    return Fail(std::move(size));
  }
  auto region = MappedRegion::MapAnonymous(file_bytes);
  if (!region) return Fail(std::move(region.error()));
  return Frame(UniqueFd(), std::move(*region));
}

Result<Frame> Frame::Adopt(UniqueFd fd, std::size_t file_bytes,
                           FileSystem& files) {
  if (Status size = CheckFrameSize(file_bytes); !size.ok()) {
    return Fail(std::move(size));
  }
  if (const auto allocated = files.Allocate(fd.get(), file_bytes); !allocated) {
    return Fail(Status::FromErrno(
        fmt::format("allocate {} bytes for a frame", file_bytes),
        allocated.error()));
  }
  auto region = files.Map(fd.get(), MapAccess::kReadWrite, 0, file_bytes);
  if (!region) {
    return Fail(Status::FromErrno(
        fmt::format("map a frame of {} bytes", file_bytes), region.error()));
  }
  // Pages that are not populated are faulted in by the first store.
  (void)files.Populate(*region);
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
  auto frame = AcquireSealable(pixel_bytes);
  if (frame || frame.error().code() != StatusCode::kResourceExhausted) {
    return frame;
  }
  return Frame::CreateWithoutFile(FileBytes(pixel_bytes));
}

Result<Frame> FramePool::AcquireSealable(std::size_t pixel_bytes) {
  const std::size_t need = FileBytes(pixel_bytes);
  if (auto idle = TakeIdle(need)) return *std::move(idle);
  return Frame::CreateAnonymous(need);
}

void FramePool::PrepareSpare(std::size_t pixel_bytes) {
  const std::size_t need = FileBytes(pixel_bytes);
  {
    std::lock_guard lock(mutex_);
    if (BestIdle(need) != idle_.end()) return;
  }
  auto frame = Frame::CreateAnonymous(need);
  if (frame) Return(*std::move(frame));
}

std::vector<Frame>::iterator FramePool::BestIdle(std::size_t file_bytes) {
  auto best = idle_.end();
  for (auto frame = idle_.begin(); frame != idle_.end(); ++frame) {
    const std::size_t bytes = frame->file_bytes();
    if (bytes < file_bytes || bytes / 2 > file_bytes) continue;
    if (best == idle_.end() || bytes < best->file_bytes()) best = frame;
  }
  return best;
}

std::optional<Frame> FramePool::TakeIdle(std::size_t file_bytes) {
  std::lock_guard lock(mutex_);
  const auto best = BestIdle(file_bytes);
  if (best == idle_.end()) return std::nullopt;
  Frame frame = std::move(*best);
  idle_.erase(best);
  return frame;
}

void FramePool::Return(Frame frame) {
  // Whoever comes next may find a descriptor again.
  if (frame.fd() < 0) return;
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
