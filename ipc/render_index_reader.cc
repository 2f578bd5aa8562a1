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

// Capped, so that neither "for ever" nor its opposite overflows the clock.
steady_clock::time_point DeadlineAfter(milliseconds timeout) {
  return steady_clock::now() +
         std::clamp<milliseconds>(timeout, milliseconds(0), kLongestWait);
}

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

Status WriterGone() {
  return Status(StatusCode::kUnavailable,
                "the daemon that wrote this render index is gone; open the "
                "index again");
}

bool HasState(const SlotContent& content, RenderState state) {
  return content.state == static_cast<std::uint32_t>(state);
}

std::string NameOf(RenderId id) { return "id " + FormatRenderId(id); }
std::string NameOf(ContentKey key) { return "key " + FormatContentKey(key); }

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
      [id](const SlotContent& content) {
        return content.id == id && HasState(content, RenderState::kReady);
      },
      [id] { return NameOf(id); });
}

Result<RenderInfo> RenderIndexReader::Progress(RenderId id) const {
  return Search(
      geometry_.id_buckets_offset, id,
      [id](const SlotContent& content) { return content.id == id; },
      [id] { return NameOf(id); });
}

Result<RenderInfo> RenderIndexReader::FindByKey(ContentKey key) const {
  return Search(
      geometry_.key_buckets_offset, HashOf(key),
      [key](const SlotContent& content) {
        return !key.empty() && content.key_high == key.high &&
               content.key_low == key.low &&
               HasState(content, RenderState::kReady);
      },
      [key] { return NameOf(key); });
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
      if (matches(content) && ToRender(content, &*found)) return found;
    }
  }
  found = Fail(StatusCode::kNotFound,
               fmt::format("no finished render has the {}; it may have expired",
                           name()));
  return found;
}

bool RenderIndexReader::TryReadSlot(std::uint32_t slot,
                                    SlotContent* content) const {
  std::uint64_t retries = 0;
  const bool loaded = LoadSlot(Slot(slot), content, &retries);
  if (retries != 0) {
    counts_->sequence_retries.fetch_add(retries, std::memory_order_relaxed);
  }
  return loaded;
}

bool RenderIndexReader::ReadSlot(std::uint32_t slot,
                                 SlotContent* content) const {
  if (TryReadSlot(slot, content)) return true;
  for (int pauses = 0; pauses < kSlotPauses && WriterAlive(); ++pauses) {
    std::this_thread::sleep_for(kSlotPause);
    if (TryReadSlot(slot, content)) return true;
  }
  return false;
}

std::vector<RenderInfo> RenderIndexReader::List() const {
  std::vector<RenderInfo> renders;
  SlotContent content;
  RenderInfo render;
  for (std::uint32_t slot = 0; slot < geometry_.capacity; ++slot) {
    if (LooksReady(Slot(slot)) && ReadSlot(slot, &content) &&
        HasState(content, RenderState::kReady) && ToRender(content, &render)) {
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
  const auto deadline = DeadlineAfter(timeout);
  while (event_sequence() == seen) {
    Sleep(header().event_sequence, seen, deadline - steady_clock::now(),
          kAllFutexBits);
    if (event_sequence() != seen) break;
    if (!WriterAlive()) return WriterGone();
    if (steady_clock::now() >= deadline) {
      return Status(StatusCode::kTimedOut,
                    fmt::format("nothing was published or withdrawn within "
                                "{} ms",
                                timeout.count()));
    }
  }
  return {};
}

void RenderIndexReader::Sleep(const std::atomic<std::uint32_t>& word,
                              std::uint32_t seen, nanoseconds left,
                              std::uint32_t bits) const {
  const nanoseconds slice = std::min<nanoseconds>(left, kLivenessInterval);
  if (slice <= nanoseconds::zero()) return;
  if (SleepWhile(word, seen, slice, bits)) {
    counts_->wake_ups.fetch_add(1, std::memory_order_relaxed);
  }
}

// No render is missed: the word is loaded before the look, and the writer
// changes it after the slot, so whatever the look was too early for keeps the
// kernel from putting this thread to sleep, or wakes it. That the word comes
// back to what it was takes 2^32 renders between the look and the sleep, and
// would cost one slice. A writer is asked for before the look, because what a
// dead one has published is there already.
template <typename Look, typename Name>
Result<RenderInfo> RenderIndexReader::WaitUntilFound(std::uint64_t hash,
                                                     milliseconds timeout,
                                                     Look look,
                                                     Name name) const {
  const WaitPlace place = WaitPlaceOf(hash);
  const auto& word = header().wait_words[place.word];
  const auto deadline = DeadlineAfter(timeout);
  for (;;) {
    const std::uint32_t seen = word.load(std::memory_order_acquire);
    const bool writer_alive = WriterAlive();
    auto found = look();
    if (found || found.error().code() != StatusCode::kNotFound) return found;
    if (!writer_alive) return Fail(WriterGone());
    const nanoseconds left = deadline - steady_clock::now();
    if (left <= nanoseconds::zero()) {
      return Fail(StatusCode::kTimedOut,
                  fmt::format("no render with the {} was ready within {} ms",
                              name(), timeout.count()));
    }
    Sleep(word, seen, left, place.bits);
  }
}

Result<RenderInfo> RenderIndexReader::WaitUntilReady(
    RenderId id, milliseconds timeout) const {
  return WaitUntilFound(
      id, timeout, [&] { return Find(id); }, [id] { return NameOf(id); });
}

Result<RenderInfo> RenderIndexReader::WaitUntilReady(
    ContentKey key, milliseconds timeout) const {
  return WaitUntilFound(
      HashOf(key), timeout, [&] { return FindByKey(key); },
      [key] { return NameOf(key); });
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

std::vector<Histogram> RenderIndexReader::Histograms() const {
  std::vector<Histogram> histograms;
  for (std::uint32_t i = 0;
       i < static_cast<std::uint32_t>(IndexHistogram::kCount); ++i) {
    const HistogramWords& words = header().histograms[i];
    Histogram& histogram = histograms.emplace_back();
    histogram.name = ToString(static_cast<IndexHistogram>(i));
    histogram.sum_ns = words.sum_ns.load(std::memory_order_relaxed);
    std::ranges::transform(
        words.buckets, histogram.buckets.begin(),
        [](const auto& word) { return word.load(std::memory_order_relaxed); });
  }
  return histograms;
}

SceneHash RenderIndexReader::scene() const {
  return {.high = header().scene_high.load(std::memory_order_acquire),
          .low = header().scene_low.load(std::memory_order_acquire)};
}

std::uint64_t RenderIndexReader::build_hash() const {
  return header().build_hash.load(std::memory_order_acquire);
}

std::uint64_t RenderIndexReader::sequence_retries() const {
  return counts_->sequence_retries.load(std::memory_order_relaxed);
}

std::uint64_t RenderIndexReader::wake_ups() const {
  return counts_->wake_ups.load(std::memory_order_relaxed);
}

}  // namespace goxel
