#include "ipc/render_index_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "ipc/futex.h"
#include "ipc/index_slot.h"

namespace goxel {
namespace {

constexpr char kTemporaryName[] = ".index-new";
constexpr char kBootIdPath[] = "/proc/sys/kernel/random/boot_id";

// The kernel's UUID of this boot, as bytes; zeros where there is none.
std::array<std::uint8_t, 16> ReadBootId() {
  std::array<std::uint8_t, 16> bytes{};
  std::array<char, 64> text{};
  const UniqueFd fd(::open(kBootIdPath, O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || ::read(fd.get(), text.data(), text.size() - 1) <= 0) {
    return bytes;
  }
  std::string digits(text.data());
  std::erase_if(digits, [](char c) { return c == '-' || c == '\n'; });
  for (std::size_t i = 0; i < bytes.size() && i * 2 + 2 <= digits.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(
        std::strtoul(digits.substr(i * 2, 2).c_str(), nullptr, 16));
  }
  return bytes;
}

// Blocks are allocated now, so that no later store ends in SIGBUS.
Result<MappedRegion> AllocateAndMap(int fd, std::uint64_t bytes) {
  if (const int error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes))) {
    return Fail(Status::FromErrno(
        fmt::format("allocate {} bytes for the render index", bytes), error));
  }
  return MappedRegion::MapAll(fd, MapAccess::kReadWrite);
}

void Wake(IndexHeader* header) {
  header->event_sequence.fetch_add(1, std::memory_order_release);
  WakeAll(&header->event_sequence);
}

void Retire(IndexHeader* header) {
  header->state.store(static_cast<std::uint32_t>(IndexState::kRetired),
                      std::memory_order_release);
  Wake(header);
}

bool IsOurs(const IndexHeader& header) {
  return header.magic.load(std::memory_order_acquire) == kIndexMagic &&
         header.layout_version == kIndexLayoutVersion &&
         header.layout_hash == kIndexLayoutHash;
}

// The header page of the file `index` that is there now; empty when there is
// none or it is not ours to write to.
MappedRegion MapPreviousHeader(int directory_fd) {
  const UniqueFd fd(::openat(directory_fd, kIndexFileName,
                             O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.valid()) return {};
  auto region =
      MappedRegion::Map(fd.get(), MapAccess::kReadWrite, 0, kIndexHeaderBytes);
  return region ? *std::move(region) : MappedRegion();
}

IndexHeader* HeaderOf(MappedRegion* region) {
  return reinterpret_cast<IndexHeader*>(region->writable_bytes().data());
}

std::uint64_t HashOf(ContentKey key) { return key.high ^ key.low; }

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
    mode_t file_mode) {
  if (capacity > kMaxIndexCapacity) {
    return Fail(StatusCode::kTooLarge,
                fmt::format("an index for {} renders is too large; {} is the "
                            "most",
                            capacity, kMaxIndexCapacity));
  }
  const IndexGeometry geometry =
      GeometryOf(std::max(kMinIndexCapacity, std::bit_ceil(capacity)));
  UniqueFd directory(::fcntl(directory_fd, F_DUPFD_CLOEXEC, 0));
  if (!directory.valid()) {
    return Fail(Status::FromErrno("duplicate the directory descriptor", errno));
  }
  auto file = UnnamedFile::Create(directory.get(), kTemporaryName, file_mode);
  if (!file) return Fail(std::move(file.error()));
  auto region = AllocateAndMap(file->fd(), geometry.segment_bytes);
  if (!region) return Fail(std::move(region.error()));
  return std::unique_ptr<RenderIndexWriter>(
      new RenderIndexWriter(std::move(directory), *std::move(file),
                            *std::move(region), geometry, epoch));
}

RenderIndexWriter::RenderIndexWriter(UniqueFd directory, UnnamedFile file,
                                     MappedRegion region,
                                     const IndexGeometry& geometry,
                                     std::uint64_t epoch)
    : directory_(std::move(directory)),
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

RenderIndexWriter::~RenderIndexWriter() { Retire(&header()); }

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
  header().boot_id = ReadBootId();
  header().capacity = geometry_.capacity;
  header().bucket_count = geometry_.bucket_count;
  header().id_buckets_offset = geometry_.id_buckets_offset;
  header().key_buckets_offset = geometry_.key_buckets_offset;
  header().slots_offset = geometry_.slots_offset;
}

Status RenderIndexWriter::MakeLive() {
  MappedRegion previous = MapPreviousHeader(directory_.get());
  header().magic.store(kIndexMagic, std::memory_order_release);
  SetState(IndexState::kLive);
  if (Status named = file_.NameAs(kIndexFileName); !named.ok()) {
    SetState(IndexState::kBuilding);
    return named;
  }
  if (previous.size() != 0 && IsOurs(*HeaderOf(&previous))) {
    Retire(HeaderOf(&previous));
  }
  return {};
}

void RenderIndexWriter::SetState(IndexState state) {
  header().state.store(static_cast<std::uint32_t>(state),
                       std::memory_order_release);
  Announce();
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
  } else {
    PublishAgain(info, &found->second);
  }
  Announce();
  return {};
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
  Announce();
  return {};
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

// Always wakes: readers cannot tell us that they wait.
void RenderIndexWriter::Announce() { Wake(&header()); }

std::atomic<std::uint64_t>& RenderIndexWriter::CounterWord(
    IndexCounter counter) {
  return header().counters[static_cast<std::size_t>(counter)];
}

void RenderIndexWriter::Count(IndexCounter counter, std::uint64_t amount) {
  CounterWord(counter).fetch_add(amount, std::memory_order_relaxed);
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
