// Byte layout of the render index, the file `index` of a managed directory.
// docs/index-layout.md draws it.
//
//   offset 0      IndexHeader                     4096 bytes
//   offset 4096   id buckets                      bucket_count * 64 bytes
//   then          key buckets                     bucket_count * 64 bytes
//   then          IndexSlot[capacity]             capacity * 256 bytes
//
// All integers are little-endian and naturally aligned; no pointers. One
// writer, any number of readers that map the file read-only; nobody takes a
// lock in it. The layout is read by clients in other languages: a change to any
// struct here bumps kIndexLayoutVersion, and a reader that meets another
// version refuses.

#ifndef IPC_INDEX_LAYOUT_H_
#define IPC_INDEX_LAYOUT_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace goxel {

inline constexpr char kIndexFileName[] = "index";

// "GOXLIDX1" read as a little-endian integer. The writer stores it last, so any
// other value means "still being made" or "not an index".
inline constexpr std::uint64_t kIndexMagic = 0x315844494c584f47;
inline constexpr std::uint32_t kIndexLayoutVersion = 2;

inline constexpr std::size_t kIndexHeaderBytes = 4096;
inline constexpr std::size_t kIndexSlotBytes = 256;
inline constexpr std::size_t kBucketEntries = 8;  // One cache line.
inline constexpr std::uint32_t kMinIndexCapacity = 8;
inline constexpr std::uint32_t kMaxIndexCapacity = 131072;

enum class IndexState : std::uint32_t {
  kBuilding = 0,
  kLive = 1,
  kDraining = 2,  // The daemon is stopping; what is there stays readable.
  kRetired = 3,   // Replaced or abandoned; open the directory's index again.
};

// Monotonic counts and current sums, in the header page. The order is part of
// the layout; new ones are appended.
enum class IndexCounter : std::uint32_t {
  kPublished = 0,    // Renders made visible.
  kCacheHits,        // Requests answered by a render that existed.
  kAdopted,          // Found valid at start.
  kEvictedTtl,       // Expired.
  kEvictedQuota,     // Made room for others.
  kWithdrawn,        // Removed on request.
  kBroken,           // Files found damaged and deleted.
  kLeaseBlocked,     // Evictions that a lease prevented.
  kStoreFull,        // Requests refused for lack of room.
  kStorageErrors,    // Files that could not be made.
  kDegraded,         // Requests answered in a lesser mode.
  kRecycled,         // Files reused for another render.
  kZeroCopy,         // Renders drawn straight into their file.
  kReadBack,         // Renders copied out of the renderer.
  kBytesFreed,       // By eviction, expiry and withdrawal.
  kCurrentBytes,     // Charged to the quota now.
  kCurrentRenders,   // READY now.
  kOrphanedBytes,    // Names gone, still mapped by readers.
  kIndexOverflow,    // Entries that found both buckets full.
  kNoSpace,          // ENOSPC and EDQUOT met.
  kSequenceRetries,  // Slot copies that readers repeated, as they report.
  kReaderHits,       // Look-ups that found a render, as readers report.
  kDirectoryLost,    // Times the directory was removed or replaced.
  kEncrypted,        // Renders kept encrypted.
  kJoined,           // Requests answered by another request's drawing.
  kLeasedBytes,      // Mapped by readers when last counted.
  kReservedBytes,    // Promised to renders that are being made.
  kSpareBytes,       // Files that wait for the next renders.
  kPinnedBytes,      // Exempt from eviction.
  kCount,
};

// "published", "cache_hits", ...; "unknown" from kCount on.
std::string_view ToString(IndexCounter counter);

// Distributions of times, in the header page. The order is part of the layout;
// new ones are appended.
enum class IndexHistogram : std::uint32_t {
  kRender = 0,  // Drawing, from stage to the last pixel.
  kTransfer,    // From the last pixel until the render is visible.
  kQueue,       // From the request until the render thread took it.
  kEvict,       // Removing one render to make room.
  kAdmit,       // Reserving room for one render.
  kCount,
};

// "render", "transfer", ...; "unknown" from kCount on.
std::string_view ToString(IndexHistogram histogram);

// Bucket i counts the times from 2^i up to, not including, 2^(i+1) ns; the
// first also takes 0, the last (275 s) all that is longer.
inline constexpr std::size_t kHistogramBuckets = 39;

struct HistogramWords {
  std::atomic<std::uint64_t> sum_ns;
  std::array<std::atomic<std::uint64_t>, kHistogramBuckets> buckets;
};

inline constexpr std::size_t kWaitWords = 256;

struct IndexHeader {
  std::atomic<std::uint64_t> magic;
  std::uint32_t layout_version;
  std::uint32_t slot_bytes;     // kIndexSlotBytes.
  std::uint64_t layout_hash;    // kIndexLayoutHash of the writer.
  std::uint64_t segment_bytes;  // Equals the file's size.
  std::uint64_t epoch;
  // Of the host when the segment was made; CLOCK_BOOTTIME holds within one.
  std::array<std::uint8_t, 16> boot_id;
  std::uint32_t capacity;      // Slots; a power of two.
  std::uint32_t bucket_count;  // Per table; a power of two.
  std::uint64_t id_buckets_offset;
  std::uint64_t key_buckets_offset;
  std::uint64_t slots_offset;

  // What a request for the current scene needs for its key (content_key.h); 0
  // while unknown. Between two edits a reader may meet one half of each hash:
  // no scene has that, so it finds nothing.
  std::atomic<std::uint64_t> scene_high;
  std::atomic<std::uint64_t> scene_low;
  std::atomic<std::uint64_t> build_hash;
  std::array<std::byte, 16> reserved0;

  // A cache line of its own: the words that change while readers look.
  std::atomic<std::uint32_t> state;           // IndexState.
  std::atomic<std::uint32_t> event_sequence;  // Futex word.
  std::array<std::byte, 56> reserved1;

  std::array<std::atomic<std::uint64_t>, 64> counters;  // IndexCounter.
  std::array<HistogramWords, 7> histograms;             // IndexHistogram.
  std::array<std::byte, 128> reserved2;

  // Futex words for those who wait for one id or key: WaitPlaceOf().
  std::array<std::atomic<std::uint32_t>, kWaitWords> wait_words;
};

// One slot's content. `sequence` beside it is odd while the writer is inside.
// The words are copied one atomic 64-bit word at a time, never as a struct.
struct SlotContent {
  std::uint32_t state;       // RenderState.
  std::uint32_t generation;  // Grows each time the slot gets another render.
  std::uint64_t id;
  std::uint64_t key_high;
  std::uint64_t key_low;
  std::uint32_t format;        // RenderFormat.
  std::uint32_t pixel_format;  // PixelFormat.
  std::uint32_t width;         // Pixels.
  std::uint32_t height;        // Pixels.
  std::uint32_t stride_bytes;
  std::uint32_t pixel_offset;
  std::uint64_t size_bytes;  // Of the file.
  std::int64_t created_unix_s;
  std::int64_t expires_unix_ns;
  std::int64_t expires_boottime_ns;
  std::uint32_t ttl_s;
  std::uint32_t session;
  std::uint32_t flags;
  std::uint32_t rows_ready;
  std::uint64_t render_ns;
  std::uint64_t transfer_ns;
  std::uint32_t checksum_kind;  // ChecksumKind.
  std::uint32_t reserved0;
  std::array<std::uint8_t, 32> checksum;
  std::array<std::uint64_t, 11> reserved1;
};

inline constexpr std::size_t kSlotWords = sizeof(SlotContent) / 8;

struct IndexSlot {
  std::atomic<std::uint64_t> sequence;
  std::array<std::atomic<std::uint64_t>, kSlotWords> words;
};

// Both tables are arrays of buckets. An entry is fingerprint << 32 | slot + 1,
// 0 when free. An id or key has two candidate buckets, so that a look-up reads
// at most 16 entries and a miss is definite.
struct IndexBucket {
  std::array<std::atomic<std::uint64_t>, kBucketEntries> entries;
};

// Where a 64-bit hash may live, and what an entry shows of it. Ids are random
// and hash to themselves; a key hashes to high ^ low.
struct BucketChoice {
  std::uint32_t first;
  std::uint32_t second;
  std::uint32_t fingerprint;
};
constexpr BucketChoice ChooseBuckets(std::uint64_t hash,
                                     std::uint32_t bucket_count) {
  const auto mask = bucket_count - 1;
  // Fibonacci multiplier (Knuth, TAOCP 3, 6.4): spreads the high bits.
  const std::uint64_t mixed = hash * 0x9e3779b97f4a7c15;
  return {.first = static_cast<std::uint32_t>(hash) & mask,
          .second = static_cast<std::uint32_t>(mixed >> 32) & mask,
          .fingerprint = static_cast<std::uint32_t>(hash >> 32)};
}

// Where somebody who waits for the render with this hash sleeps: on one of the
// wait words, with one bit of its futex bitset. The word grows whenever a
// render with such a hash becomes READY, and with the state of the index; two
// hashes share word and bit once in 8,192 times, and then a waiter wakes for
// the other's render too.
struct WaitPlace {
  std::uint32_t word;  // Below kWaitWords.
  std::uint32_t bits;  // Exactly one.
};
constexpr WaitPlace WaitPlaceOf(std::uint64_t hash) {
  const std::uint64_t mixed = hash * 0x9e3779b97f4a7c15;  // ChooseBuckets()
  return {.word = static_cast<std::uint32_t>(mixed >> 56),
          .bits = std::uint32_t{1} << (mixed >> 51 & 31)};
}

// The sizes and places that follow from a capacity. Writer and reader both
// compute them; the offsets in the header are for people and for checking.
struct IndexGeometry {
  std::uint32_t capacity;      // Slots.
  std::uint32_t bucket_count;  // Per table.
  std::uint64_t id_buckets_offset;
  std::uint64_t key_buckets_offset;
  std::uint64_t slots_offset;
  std::uint64_t segment_bytes;
};
// A quarter of a bucket per slot: with every slot taken a table is half full,
// where two choices of eight entries practically never both fill up.
// REQUIRES: capacity is a power of two from kMinIndexCapacity to
// kMaxIndexCapacity.
constexpr IndexGeometry GeometryOf(std::uint32_t capacity) {
  const std::uint32_t bucket_count = capacity / 4;
  const std::uint64_t table_bytes =
      std::uint64_t{bucket_count} * sizeof(IndexBucket);
  const std::uint64_t slots_offset = kIndexHeaderBytes + 2 * table_bytes;
  return {.capacity = capacity,
          .bucket_count = bucket_count,
          .id_buckets_offset = kIndexHeaderBytes,
          .key_buckets_offset = kIndexHeaderBytes + table_bytes,
          .slots_offset = slots_offset,
          .segment_bytes =
              slots_offset + std::uint64_t{capacity} * sizeof(IndexSlot)};
}

// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over 64-bit numbers
// instead of bytes.
template <std::size_t kCount>
constexpr std::uint64_t HashNumbers(
    const std::array<std::uint64_t, kCount>& numbers) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint64_t number : numbers) {
    hash = (hash ^ number) * 0x100000001b3;
  }
  return hash;
}

// Differs between any two builds that lay the segment out differently; a reader
// refuses an index with another one.
inline constexpr std::uint64_t kIndexLayoutHash =
    HashNumbers(std::to_array<std::uint64_t>({
        kIndexLayoutVersion,
        kBucketEntries,
        kHistogramBuckets,
        kWaitWords,
        sizeof(IndexHeader),
        offsetof(IndexHeader, magic),
        offsetof(IndexHeader, layout_version),
        offsetof(IndexHeader, slot_bytes),
        offsetof(IndexHeader, layout_hash),
        offsetof(IndexHeader, segment_bytes),
        offsetof(IndexHeader, epoch),
        offsetof(IndexHeader, boot_id),
        offsetof(IndexHeader, capacity),
        offsetof(IndexHeader, bucket_count),
        offsetof(IndexHeader, id_buckets_offset),
        offsetof(IndexHeader, key_buckets_offset),
        offsetof(IndexHeader, slots_offset),
        offsetof(IndexHeader, scene_high),
        offsetof(IndexHeader, scene_low),
        offsetof(IndexHeader, build_hash),
        offsetof(IndexHeader, state),
        offsetof(IndexHeader, event_sequence),
        offsetof(IndexHeader, counters),
        offsetof(IndexHeader, histograms),
        offsetof(IndexHeader, wait_words),
        sizeof(HistogramWords),
        offsetof(HistogramWords, buckets),
        sizeof(SlotContent),
        offsetof(SlotContent, state),
        offsetof(SlotContent, generation),
        offsetof(SlotContent, id),
        offsetof(SlotContent, key_high),
        offsetof(SlotContent, key_low),
        offsetof(SlotContent, format),
        offsetof(SlotContent, pixel_format),
        offsetof(SlotContent, width),
        offsetof(SlotContent, height),
        offsetof(SlotContent, stride_bytes),
        offsetof(SlotContent, pixel_offset),
        offsetof(SlotContent, size_bytes),
        offsetof(SlotContent, created_unix_s),
        offsetof(SlotContent, expires_unix_ns),
        offsetof(SlotContent, expires_boottime_ns),
        offsetof(SlotContent, ttl_s),
        offsetof(SlotContent, session),
        offsetof(SlotContent, flags),
        offsetof(SlotContent, rows_ready),
        offsetof(SlotContent, render_ns),
        offsetof(SlotContent, transfer_ns),
        offsetof(SlotContent, checksum_kind),
        offsetof(SlotContent, checksum),
        sizeof(IndexSlot),
        offsetof(IndexSlot, words),
        sizeof(IndexBucket),
    }));

static_assert(sizeof(IndexHeader) == kIndexHeaderBytes);
static_assert(offsetof(IndexHeader, epoch) == 32);
static_assert(offsetof(IndexHeader, boot_id) == 40);
static_assert(offsetof(IndexHeader, capacity) == 56);
static_assert(offsetof(IndexHeader, state) == 128);
static_assert(offsetof(IndexHeader, event_sequence) == 132);
static_assert(offsetof(IndexHeader, scene_high) == 88);
static_assert(offsetof(IndexHeader, counters) == 192);
static_assert(offsetof(IndexHeader, histograms) == 704);
static_assert(offsetof(IndexHeader, wait_words) == 3072);
static_assert(kWaitWords == 256, "WaitPlaceOf() takes 8 bits");
static_assert(sizeof(HistogramWords) == 320);
static_assert(sizeof(SlotContent) == 248);
static_assert(offsetof(SlotContent, size_bytes) == 56);
static_assert(offsetof(SlotContent, expires_boottime_ns) == 80);
static_assert(offsetof(SlotContent, checksum) == 128);
static_assert(sizeof(IndexSlot) == kIndexSlotBytes);
static_assert(sizeof(IndexBucket) == 64);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free,
              "a lock inside shared memory would be private to one process");

}  // namespace goxel

#endif  // IPC_INDEX_LAYOUT_H_
