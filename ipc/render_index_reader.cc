#include "ipc/render_index_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <thread>

#include "ipc/directory_lock.h"
#include "ipc/futex.h"
#include "ipc/index_slot.h"

namespace goxel {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// How long a sleeper goes without asking whether the writer lives.
constexpr milliseconds kLivenessInterval{500};

constexpr milliseconds kLongestWait = std::chrono::hours(24 * 365);

// A living writer may lose its CPU inside a slot; it gets these pauses to come
// back before the reader gives up.
constexpr int kSlotPauses = 100;
constexpr milliseconds kSlotPause{1};

Status NotAnIndex(std::string_view why) {
  return Status(StatusCode::kDataLoss,
                fmt::format("the file `index` is not a render index of layout "
                            "version {}: {}",
                            kIndexLayoutVersion, why));
}

Status HalfWritten(std::uint32_t slot) {
  return Status(StatusCode::kUnavailable,
                fmt::format("slot {} of the render index stays half-written; "
                            "wait for the daemon to start again",
                            slot));
}

// REQUIRES: the region holds at least the header page.
Result<IndexGeometry> CheckedGeometry(const MappedRegion& region) {
  const auto& header =
      *reinterpret_cast<const IndexHeader*>(region.bytes().data());
  const std::uint64_t magic = header.magic.load(std::memory_order_acquire);
  if (magic == 0) {
    return Fail(StatusCode::kUnavailable,
                "the render index is still being made; try again");
  }
  if (magic != kIndexMagic) return Fail(NotAnIndex("its magic differs"));
  if (header.layout_version != kIndexLayoutVersion ||
      header.layout_hash != kIndexLayoutHash) {
    return Fail(NotAnIndex(fmt::format(
        "it has version {} and layout hash {:016x} instead of "
        "{:016x}",
        header.layout_version, header.layout_hash, kIndexLayoutHash)));
  }
  const std::uint32_t capacity = header.capacity;
  if (!std::has_single_bit(capacity) || capacity < kMinIndexCapacity ||
      capacity > kMaxIndexCapacity) {
    return Fail(NotAnIndex(
        fmt::format("its capacity {} is not a power of two from {} to {}",
                    capacity, kMinIndexCapacity, kMaxIndexCapacity)));
  }
  const IndexGeometry geometry = GeometryOf(capacity);
  if (region.size() != geometry.segment_bytes) {
    return Fail(NotAnIndex(
        fmt::format("a capacity of {} makes {} bytes, and it has {}", capacity,
                    geometry.segment_bytes, region.size())));
  }
  if (header.segment_bytes != geometry.segment_bytes ||
      header.slot_bytes != kIndexSlotBytes ||
      header.bucket_count != geometry.bucket_count ||
      header.id_buckets_offset != geometry.id_buckets_offset ||
      header.key_buckets_offset != geometry.key_buckets_offset ||
      header.slots_offset != geometry.slots_offset) {
    return Fail(NotAnIndex("its sizes and offsets contradict its capacity"));
  }
  return geometry;
}

Result<UniqueFd> OpenIndex(int directory_fd) {
  UniqueFd fd(::openat(directory_fd, kIndexFileName,
                       O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (fd.valid()) return fd;
  if (errno == ENOENT) {
    return Fail(StatusCode::kUnavailable,
                "the directory has no render index; is the daemon running on "
                "it?");
  }
  return Fail(Status::FromErrno("open the render index", errno));
}

}  // namespace

Result<RenderIndexReader> RenderIndexReader::Open(int directory_fd) {
  UniqueFd directory(::fcntl(directory_fd, F_DUPFD_CLOEXEC, 0));
  if (!directory.valid()) {
    return Fail(Status::FromErrno("duplicate the directory descriptor", errno));
  }
  const auto fd = OpenIndex(directory_fd);
  if (!fd) return Fail(fd.error());
  struct stat status;
  if (::fstat(fd->get(), &status) != 0) {
    return Fail(Status::FromErrno("fstat the render index", errno));
  }
  if (!S_ISREG(status.st_mode) ||
      status.st_size < static_cast<off_t>(kIndexHeaderBytes)) {
    return Fail(NotAnIndex(
        fmt::format("it has {} bytes, or is no regular file; a header has {}",
                    status.st_size, kIndexHeaderBytes)));
  }
  auto region = MappedRegion::MapAll(fd->get(), MapAccess::kReadOnly);
  if (!region) return Fail(std::move(region.error()));
  const auto geometry = CheckedGeometry(*region);
  if (!geometry) return Fail(geometry.error());
  return RenderIndexReader(*std::move(region), std::move(directory), *geometry,
                           status.st_dev, status.st_ino);
}

RenderIndexReader::RenderIndexReader(MappedRegion region, UniqueFd directory,
                                     const IndexGeometry& geometry,
                                     dev_t device, ino_t inode)
    : region_(std::move(region)),
      directory_(std::move(directory)),
      geometry_(geometry),
      device_(device),
      inode_(inode) {}

const IndexHeader& RenderIndexReader::header() const {
  return *reinterpret_cast<const IndexHeader*>(region_.bytes().data());
}

const IndexSlot& RenderIndexReader::Slot(std::uint32_t slot) const {
  return reinterpret_cast<const IndexSlot*>(region_.bytes().data() +
                                            geometry_.slots_offset)[slot];
}

Result<RenderInfo> RenderIndexReader::Find(RenderId id) const {
  return Search(
      geometry_.id_buckets_offset, id,
      [id](const SlotContent& content) { return content.id == id; },
      [id] { return "id " + FormatRenderId(id); });
}

Result<RenderInfo> RenderIndexReader::FindByKey(ContentKey key) const {
  return Search(
      geometry_.key_buckets_offset, key.high ^ key.low,
      [key](const SlotContent& content) {
        return !key.empty() && content.key_high == key.high &&
               content.key_low == key.low;
      },
      [key] { return "key " + FormatContentKey(key); });
}

template <typename Matches, typename Name>
Result<RenderInfo> RenderIndexReader::Search(std::uint64_t table_offset,
                                             std::uint64_t hash,
                                             Matches matches, Name name) const {
  const auto* buckets = reinterpret_cast<const IndexBucket*>(
      region_.bytes().data() + table_offset);
  const BucketChoice choice = ChooseBuckets(hash, geometry_.bucket_count);
  Result<RenderInfo> found;  // The one object returned: a copy costs 10 ns.
  SlotContent content;
  for (const std::uint32_t bucket : {choice.first, choice.second}) {
    for (const auto& entry : buckets[bucket].entries) {
      const std::uint64_t value = entry.load(std::memory_order_acquire);
      if (value >> 32 != choice.fingerprint) continue;
      // A free entry wraps around to a slot that no index has.
      const std::uint32_t slot = static_cast<std::uint32_t>(value) - 1;
      if (slot >= geometry_.capacity) continue;
      if (!ReadSlot(slot, &content)) {
        found = Fail(HalfWritten(slot));
        return found;
      }
      if (matches(content) && ToReadyRender(content, &*found)) return found;
    }
  }
  found = Fail(StatusCode::kNotFound,
               fmt::format("no finished render has the {}; it may have expired",
                           name()));
  return found;
}

bool RenderIndexReader::ReadSlot(std::uint32_t slot,
                                 SlotContent* content) const {
  if (LoadSlot(Slot(slot), content)) return true;
  for (int pauses = 0; pauses < kSlotPauses && WriterAlive(); ++pauses) {
    std::this_thread::sleep_for(kSlotPause);
    if (LoadSlot(Slot(slot), content)) return true;
  }
  return false;
}

std::vector<RenderInfo> RenderIndexReader::List() const {
  std::vector<RenderInfo> renders;
  SlotContent content;
  RenderInfo render;
  for (std::uint32_t slot = 0; slot < geometry_.capacity; ++slot) {
    if (LooksReady(Slot(slot)) && ReadSlot(slot, &content) &&
        ToReadyRender(content, &render)) {
      renders.push_back(render);
    }
  }
  return renders;
}

std::uint64_t RenderIndexReader::epoch() const { return header().epoch; }

bool RenderIndexReader::Retired() const {
  return header().state.load(std::memory_order_acquire) ==
         static_cast<std::uint32_t>(IndexState::kRetired);
}

bool RenderIndexReader::Superseded() const {
  if (Retired()) return true;
  struct stat named;
  return ::fstatat(directory_.get(), kIndexFileName, &named,
                   AT_SYMLINK_NOFOLLOW) != 0 ||
         named.st_ino != inode_ || named.st_dev != device_;
}

bool RenderIndexReader::WriterAlive() const {
  return !Superseded() &&
         DirectoryLock::IsHeld(directory_.get()).value_or(false);
}

std::uint32_t RenderIndexReader::event_sequence() const {
  return header().event_sequence.load(std::memory_order_acquire);
}

Status RenderIndexReader::WaitForEvent(std::uint32_t seen,
                                       milliseconds timeout) const {
  // Capped, so that neither "for ever" nor its opposite overflows the clock.
  const auto deadline =
      steady_clock::now() +
      std::clamp<milliseconds>(timeout, milliseconds(0), kLongestWait);
  while (event_sequence() == seen) {
    const nanoseconds left = deadline - steady_clock::now();
    const nanoseconds slice = std::min<nanoseconds>(left, kLivenessInterval);
    if (slice > nanoseconds::zero()) {
      SleepWhile(header().event_sequence, seen, slice);
    }
    if (event_sequence() != seen) break;
    if (!WriterAlive()) {
      return Status(StatusCode::kUnavailable,
                    "the daemon that wrote this render index is gone; open "
                    "the index again");
    }
    if (steady_clock::now() >= deadline) {
      return Status(StatusCode::kTimedOut,
                    fmt::format("nothing was published or withdrawn within "
                                "{} ms",
                                timeout.count()));
    }
  }
  return {};
}

std::vector<std::pair<std::string, std::uint64_t>> RenderIndexReader::Counters()
    const {
  std::vector<std::pair<std::string, std::uint64_t>> counters;
  for (std::uint32_t i = 0;
       i < static_cast<std::uint32_t>(IndexCounter::kCount); ++i) {
    counters.emplace_back(ToString(static_cast<IndexCounter>(i)),
                          header().counters[i].load(std::memory_order_relaxed));
  }
  return counters;
}

}  // namespace goxel
