#include "ipc/render_index_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "ipc/futex.h"
#include "ipc/histogram.h"
#include "ipc/index_slot.h"
#include "ipc/previous_index.h"

namespace goxel {
namespace {

constexpr char kTemporaryName[] = ".index-new";

// Blocks are allocated now, so that no later store ends in SIGBUS.
SysResult<MappedRegion> AllocateAndMap(FileSystem& files, int fd,
                                       std::uint64_t bytes) {
  const auto allocated = files.Allocate(fd, bytes);
  if (!allocated) return tl::unexpected(allocated.error());
  return files.Map(fd, MapAccess::kReadWrite, 0, bytes);
}

void ChangeAndWake(std::atomic<std::uint32_t>* word,
                   std::uint32_t bits = kAllFutexBits) {
  word->fetch_add(1, std::memory_order_release);
  WakeSleepers(word, bits);
}

// Those who wait for one render look whether they wait in vain from now on.
void StoreState(IndexState state, IndexHeader* header) {
  header->state.store(static_cast<std::uint32_t>(state),
                      std::memory_order_release);
  ChangeAndWake(&header->event_sequence);
  for (auto& word : header->wait_words) ChangeAndWake(&word);
}

IndexHeader* HeaderOf(MappedRegion* region) {
  return reinterpret_cast<IndexHeader*>(region->writable_bytes().data());
}

}  // namespace

class RenderIndexWriter::Table {
 public:
  Table(std::byte* begin, std::uint32_t bucket_count)
      : buckets_(reinterpret_cast<IndexBucket*>(begin)), count_(bucket_count) {}

  // False when both buckets of the hash are full.
  bool HasRoom(std::uint64_t hash) const {
    const BucketChoice choice = ChooseBuckets(hash, count_);
    return Free(buckets_[choice.first]) + Free(buckets_[choice.second]) > 0;
  }

  // REQUIRES: HasRoom(hash)
  void Insert(std::uint64_t hash, std::uint32_t slot) {
    const BucketChoice choice = ChooseBuckets(hash, count_);
    IndexBucket& first = buckets_[choice.first];
    IndexBucket& second = buckets_[choice.second];
    IndexBucket& emptier = Free(second) > Free(first) ? second : first;
    for (auto& entry : emptier.entries) {
      if (entry.load(std::memory_order_relaxed) != 0) continue;
      entry.store(Entry(choice, slot), std::memory_order_release);
      return;
    }
  }

  void Remove(std::uint64_t hash, std::uint32_t slot) {
    const BucketChoice choice = ChooseBuckets(hash, count_);
    for (const std::uint32_t bucket : {choice.first, choice.second}) {
      for (auto& entry : buckets_[bucket].entries) {
        if (entry.load(std::memory_order_relaxed) == Entry(choice, slot)) {
          entry.store(0, std::memory_order_release);
        }
      }
    }
  }

 private:
  static std::uint64_t Entry(const BucketChoice& choice, std::uint32_t slot) {
    return std::uint64_t{choice.fingerprint} << 32 | (slot + 1);
  }

  static std::ptrdiff_t Free(const IndexBucket& bucket) {
    return std::ranges::count_if(bucket.entries, [](const auto& entry) {
      return entry.load(std::memory_order_relaxed) == 0;
    });
  }

  IndexBucket* buckets_;
  std::uint32_t count_;
};

Result<std::unique_ptr<RenderIndexWriter>> RenderIndexWriter::Create(
    int directory_fd, std::uint32_t capacity, std::uint64_t epoch,
    mode_t file_mode, std::shared_ptr<FileSystem> files) {
  if (capacity > kMaxIndexCapacity) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("an index for {} renders is too large; {} is the "
                            "most",
                            capacity, kMaxIndexCapacity));
  }
  const IndexGeometry geometry =
      GeometryOf(std::max(kMinIndexCapacity, std::bit_ceil(capacity)));
  auto directory = files->Duplicate(directory_fd);
  if (!directory) {
    return Fail(Status::FromErrno("duplicate the directory descriptor",
                                  directory.error()));
  }
  auto file =
      UnnamedFile::Create(directory->get(), kTemporaryName, file_mode, files);
  if (!file) return Fail(std::move(file.error()));
  auto region = AllocateAndMap(*files, file->fd(), geometry.segment_bytes);
  if (!region) {
    return Fail(
        Status::FromErrno(fmt::format("allocate {} bytes for the render index",
                                      geometry.segment_bytes),
                          region.error()));
  }
  return std::unique_ptr<RenderIndexWriter>(new RenderIndexWriter(
      std::move(files), *std::move(directory), *std::move(file),
      *std::move(region), geometry, epoch));
}

RenderIndexWriter::RenderIndexWriter(std::shared_ptr<FileSystem> files,
                                     UniqueFd directory, UnnamedFile file,
                                     MappedRegion region,
                                     const IndexGeometry& geometry,
                                     std::uint64_t epoch)
    : files_(std::move(files)),
      directory_(std::move(directory)),
      file_(std::move(file)),
      region_(std::move(region)),
      geometry_(geometry),
      epoch_(epoch),
      generations_(geometry.capacity) {
  for (std::uint32_t slot = geometry.capacity; slot > 0; --slot) {
    free_slots_.push_back(slot - 1);
  }
  WriteHeader();
}

RenderIndexWriter::~RenderIndexWriter() { SetState(IndexState::kRetired); }

IndexHeader& RenderIndexWriter::header() { return *HeaderOf(&region_); }

RenderIndexWriter::Table RenderIndexWriter::IdTable() {
  return Table(region_.writable_bytes().data() + geometry_.id_buckets_offset,
               geometry_.bucket_count);
}

RenderIndexWriter::Table RenderIndexWriter::KeyTable() {
  return Table(region_.writable_bytes().data() + geometry_.key_buckets_offset,
               geometry_.bucket_count);
}

IndexSlot& RenderIndexWriter::Slot(std::uint32_t slot) {
  return reinterpret_cast<IndexSlot*>(region_.writable_bytes().data() +
                                      geometry_.slots_offset)[slot];
}

// All but the magic, which says that the segment is complete.
void RenderIndexWriter::WriteHeader() {
  header().layout_version = kIndexLayoutVersion;
  header().slot_bytes = kIndexSlotBytes;
  header().layout_hash = kIndexLayoutHash;
  header().segment_bytes = geometry_.segment_bytes;
  header().epoch = epoch_;
  header().boot_id = ReadBootId(*files_);
  header().capacity = geometry_.capacity;
  header().bucket_count = geometry_.bucket_count;
  header().id_buckets_offset = geometry_.id_buckets_offset;
  header().key_buckets_offset = geometry_.key_buckets_offset;
  header().slots_offset = geometry_.slots_offset;
}

Status RenderIndexWriter::MakeLive() {
  MappedRegion previous = MapPreviousHeader(*files_, directory_.get());
  header().magic.store(kIndexMagic, std::memory_order_release);
  SetState(IndexState::kLive);
  if (Status named = file_.NameAs(kIndexFileName); !named.ok()) {
    SetState(IndexState::kBuilding);
    return named;
  }
  if (previous.size() != 0) {
    StoreState(IndexState::kRetired, HeaderOf(&previous));
  }
  return {};
}

void RenderIndexWriter::SetState(IndexState state) {
  StoreState(state, &header());
}

Status RenderIndexWriter::Publish(const RenderInfo& info) {
  if (info.id == 0 || info.state == RenderState::kEmpty) {
    return Status(StatusCode::kInvalidArgument,
                  fmt::format("render {} with state {} cannot be published; "
                              "give an id that is not 0, and PENDING or READY",
                              FormatRenderId(info.id),
                              static_cast<std::uint32_t>(info.state)));
  }
  const auto found = published_.find(info.id);
  if (found == published_.end()) {
    if (Status status = PublishNew(info); !status.ok()) return status;
    WakeWaiters({}, info);
    return {};
  }
  const RenderInfo before = found->second.info;
  PublishAgain(info, &found->second);
  WakeWaiters(before, info);
  return {};
}

// Readers cannot tell us that they wait, so it always wakes; but those who wait
// for one id or key only by the change that makes it READY.
void RenderIndexWriter::WakeWaiters(const RenderInfo& before,
                                    const RenderInfo& after) {
  const auto wake = [this](std::uint64_t hash) {
    const WaitPlace place = WaitPlaceOf(hash);
    ChangeAndWake(&header().wait_words[place.word], place.bits);
  };
  const bool was_ready = before.state == RenderState::kReady;
  if (after.state == RenderState::kReady) {
    if (!was_ready) wake(after.id);
    const bool has_new_key = !was_ready || after.key != before.key;
    if (has_new_key && !after.key.empty()) wake(HashOf(after.key));
  }
  ChangeAndWake(&header().event_sequence);
}

// The slot is complete before any bucket leads to it.
Status RenderIndexWriter::PublishNew(const RenderInfo& info) {
  if (free_slots_.empty()) {
    return Status(StatusCode::kResourceExhausted,
                  fmt::format("all {} slots of the render index are taken; "
                              "withdraw a render or raise max_renders",
                              geometry_.capacity));
  }
  if (!IdTable().HasRoom(info.id)) {
    Count(IndexCounter::kIndexOverflow);
    return Status(StatusCode::kResourceExhausted,
                  fmt::format("both buckets of render {} are full; withdraw a "
                              "render or choose another id",
                              FormatRenderId(info.id)));
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  StoreSlot(ToSlotContent(info, ++generations_[slot]), &Slot(slot));
  IdTable().Insert(info.id, slot);
  InsertKey(info.key, slot);
  published_.emplace(info.id, Published{.slot = slot, .info = info});
  return {};
}

void RenderIndexWriter::PublishAgain(const RenderInfo& info,
                                     Published* published) {
  const std::uint32_t slot = published->slot;
  const ContentKey old_key = published->info.key;
  StoreSlot(ToSlotContent(info, generations_[slot]), &Slot(slot));
  if (info.key != old_key) {
    RemoveKey(old_key, slot);
    InsertKey(info.key, slot);
  }
  published->info = info;
}

// The buckets forget the slot before it is emptied.
Status RenderIndexWriter::Withdraw(RenderId id) {
  const auto found = published_.find(id);
  if (found == published_.end()) {
    return Status(StatusCode::kNotFound,
                  fmt::format("render {} is not in the index; withdraw one "
                              "that is published",
                              FormatRenderId(id)));
  }
  const std::uint32_t slot = found->second.slot;
  IdTable().Remove(id, slot);
  RemoveKey(found->second.info.key, slot);
  StoreSlot(ToSlotContent({}, generations_[slot]), &Slot(slot));
  published_.erase(found);
  free_slots_.push_back(slot);
  ChangeAndWake(&header().event_sequence);
  return {};
}

void RenderIndexWriter::ForgetKey(RenderId id) {
  const auto found = published_.find(id);
  if (found == published_.end()) return;
  RenderInfo info = found->second.info;
  info.key = {};
  PublishAgain(info, &found->second);
  ChangeAndWake(&header().event_sequence);
}

void RenderIndexWriter::SetRowsReady(RenderId id, std::uint32_t rows) {
  const auto found = published_.find(id);
  if (found == published_.end()) return;
  auto& [slot, info] = found->second;
  if (info.state != RenderState::kPending) return;
  info.rows_ready = rows;
  StoreSlot(ToSlotContent(info, generations_[slot]), &Slot(slot));
}

void RenderIndexWriter::InsertKey(ContentKey key, std::uint32_t slot) {
  if (key.empty()) return;
  if (KeyTable().HasRoom(HashOf(key))) {
    KeyTable().Insert(HashOf(key), slot);
  } else {
    Count(IndexCounter::kIndexOverflow);
  }
}

void RenderIndexWriter::RemoveKey(ContentKey key, std::uint32_t slot) {
  if (!key.empty()) KeyTable().Remove(HashOf(key), slot);
}

std::atomic<std::uint64_t>& RenderIndexWriter::CounterWord(
    IndexCounter counter) {
  return header().counters[static_cast<std::size_t>(counter)];
}

void RenderIndexWriter::Count(IndexCounter counter, std::uint64_t amount) {
  CounterWord(counter).fetch_add(amount, std::memory_order_relaxed);
}

void RenderIndexWriter::Record(IndexHistogram histogram,
                               std::chrono::nanoseconds time) {
  HistogramWords& words =
      header().histograms[static_cast<std::size_t>(histogram)];
  words.buckets[HistogramBucketOf(time)].fetch_add(1,
                                                   std::memory_order_relaxed);
  words.sum_ns.fetch_add(
      static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)),
      std::memory_order_relaxed);
}

void RenderIndexWriter::SetScene(std::uint64_t high, std::uint64_t low) {
  header().scene_high.store(high, std::memory_order_release);
  header().scene_low.store(low, std::memory_order_release);
}

void RenderIndexWriter::SetBuild(std::uint64_t build_hash) {
  header().build_hash.store(build_hash, std::memory_order_release);
}

void RenderIndexWriter::SetCounter(IndexCounter counter, std::uint64_t value) {
  CounterWord(counter).store(value, std::memory_order_relaxed);
}

std::uint64_t RenderIndexWriter::counter(IndexCounter counter) const {
  const auto* header =
      reinterpret_cast<const IndexHeader*>(region_.bytes().data());
  return header->counters[static_cast<std::size_t>(counter)].load(
      std::memory_order_relaxed);
}

}  // namespace goxel
