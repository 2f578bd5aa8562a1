#include "ipc/index_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace goxel {
namespace {

std::filesystem::path GoldenPath() {
  return std::filesystem::path(GOXEL_SOURCE_DIR) / "tests" / "golden" /
         "index_layout.json";
}

struct Field {
  const char* name;
  const char* type;  // "u32", "i64", "u8[16]", "u64[64]".
  std::size_t offset;
};

void WriteStruct(const char* name, std::size_t size,
                 std::initializer_list<Field> fields, std::ostream* json) {
  *json << "  \"" << name << "\": {\n    \"size\": " << size
        << ",\n    \"fields\": [\n";
  const char* separator = "";
  for (const Field& field : fields) {
    *json << separator << "      [\"" << field.name << "\", \"" << field.type
          << "\", " << field.offset << "]";
    separator = ",\n";
  }
  *json << "\n    ]\n  },\n";
}

void WriteHeaderStruct(std::ostream* json) {
  using H = IndexHeader;
  WriteStruct("IndexHeader", sizeof(H),
              {{"magic", "u64", offsetof(H, magic)},
               {"layout_version", "u32", offsetof(H, layout_version)},
               {"slot_bytes", "u32", offsetof(H, slot_bytes)},
               {"layout_hash", "u64", offsetof(H, layout_hash)},
               {"segment_bytes", "u64", offsetof(H, segment_bytes)},
               {"epoch", "u64", offsetof(H, epoch)},
               {"boot_id", "u8[16]", offsetof(H, boot_id)},
               {"capacity", "u32", offsetof(H, capacity)},
               {"bucket_count", "u32", offsetof(H, bucket_count)},
               {"id_buckets_offset", "u64", offsetof(H, id_buckets_offset)},
               {"key_buckets_offset", "u64", offsetof(H, key_buckets_offset)},
               {"slots_offset", "u64", offsetof(H, slots_offset)},
               {"scene_high", "u64", offsetof(H, scene_high)},
               {"scene_low", "u64", offsetof(H, scene_low)},
               {"build_hash", "u64", offsetof(H, build_hash)},
               {"state", "u32", offsetof(H, state)},
               {"event_sequence", "u32", offsetof(H, event_sequence)},
               {"counters", "u64[64]", offsetof(H, counters)},
               {"histograms", "HistogramWords[7]", offsetof(H, histograms)},
               {"wait_words", "u32[256]", offsetof(H, wait_words)}},
              json);
  using W = HistogramWords;
  WriteStruct("HistogramWords", sizeof(W),
              {{"sum_ns", "u64", offsetof(W, sum_ns)},
               {"buckets", "u64[39]", offsetof(W, buckets)}},
              json);
}

void WriteSlotStructs(std::ostream* json) {
  using S = SlotContent;
  WriteStruct("IndexSlot", sizeof(IndexSlot),
              {{"sequence", "u64", offsetof(IndexSlot, sequence)},
               {"words", "u64[31]", offsetof(IndexSlot, words)}},
              json);
  WriteStruct("SlotContent", sizeof(S),
              {{"state", "u32", offsetof(S, state)},
               {"generation", "u32", offsetof(S, generation)},
               {"id", "u64", offsetof(S, id)},
               {"key_high", "u64", offsetof(S, key_high)},
               {"key_low", "u64", offsetof(S, key_low)},
               {"format", "u32", offsetof(S, format)},
               {"pixel_format", "u32", offsetof(S, pixel_format)},
               {"width", "u32", offsetof(S, width)},
               {"height", "u32", offsetof(S, height)},
               {"stride_bytes", "u32", offsetof(S, stride_bytes)},
               {"pixel_offset", "u32", offsetof(S, pixel_offset)},
               {"size_bytes", "u64", offsetof(S, size_bytes)},
               {"created_unix_s", "i64", offsetof(S, created_unix_s)},
               {"expires_unix_ns", "i64", offsetof(S, expires_unix_ns)},
               {"expires_boottime_ns", "i64", offsetof(S, expires_boottime_ns)},
               {"ttl_s", "u32", offsetof(S, ttl_s)},
               {"session", "u32", offsetof(S, session)},
               {"flags", "u32", offsetof(S, flags)},
               {"rows_ready", "u32", offsetof(S, rows_ready)},
               {"render_ns", "u64", offsetof(S, render_ns)},
               {"transfer_ns", "u64", offsetof(S, transfer_ns)},
               {"checksum_kind", "u32", offsetof(S, checksum_kind)},
               {"checksum", "u8[32]", offsetof(S, checksum)}},
              json);
  WriteStruct("IndexBucket", sizeof(IndexBucket),
              {{"entries", "u64[8]", offsetof(IndexBucket, entries)}}, json);
}

// The names of all values of an enum that ends with kCount.
template <typename Enum>
void WriteNames(const char* member, std::ostream* json) {
  *json << "  \"" << member << "\": [";
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(Enum::kCount); ++i) {
    *json << (i == 0 ? "\n    \"" : ",\n    \"")
          << ToString(static_cast<Enum>(i)) << "\"";
  }
  *json << "\n  ]";
}

// The whole layout as JSON; readers in other languages are tested against it.
std::string LayoutJson() {
  std::ostringstream json;
  json << "{\n  \"magic\": \"GOXLIDX1\",\n  \"layout_version\": "
       << kIndexLayoutVersion << ",\n  \"layout_hash\": \"" << std::hex
       << kIndexLayoutHash << std::dec
       << "\",\n  \"min_capacity\": " << kMinIndexCapacity
       << ",\n  \"max_capacity\": " << kMaxIndexCapacity << ",\n";
  WriteHeaderStruct(&json);
  WriteSlotStructs(&json);
  WriteNames<IndexCounter>("counters", &json);
  json << ",\n";
  WriteNames<IndexHistogram>("histograms", &json);
  json << "\n}\n";
  return json.str();
}

TEST(IndexLayout, IsTheOneThatReadersInOtherLanguagesKnow) {
  std::ifstream file(GoldenPath());
  const std::string golden{std::istreambuf_iterator<char>(file), {}};

  EXPECT_EQ(LayoutJson(), golden)
      << "A changed layout needs a new kIndexLayoutVersion, and this text in "
      << GoldenPath();
}

TEST(IndexLayout, MagicReadsAsText) {
  EXPECT_EQ(std::memcmp(&kIndexMagic, "GOXLIDX1", sizeof(kIndexMagic)), 0);
}

TEST(IndexLayout, PartsOfASegmentTouchWithoutOverlap) {
  for (std::uint32_t capacity = kMinIndexCapacity;
       capacity <= kMaxIndexCapacity; capacity *= 2) {
    const IndexGeometry geometry = GeometryOf(capacity);
    const std::uint64_t table_bytes = geometry.bucket_count * 64ull;

    EXPECT_EQ(geometry.bucket_count, capacity / 4);
    EXPECT_EQ(geometry.id_buckets_offset, 4096u);
    EXPECT_EQ(geometry.key_buckets_offset, 4096 + table_bytes);
    EXPECT_EQ(geometry.slots_offset, 4096 + 2 * table_bytes);
    EXPECT_EQ(geometry.segment_bytes,
              geometry.slots_offset + capacity * 256ull);
  }
}

// Values that a reader in another language can check its own hash against.
TEST(IndexLayout, BucketsOfAHashAreTheDocumentedOnes) {
  const BucketChoice choice = ChooseBuckets(0x0123456789abcdef, 1024);

  EXPECT_EQ(choice.first, 0x1efu);
  EXPECT_EQ(choice.second,
            (0x0123456789abcdef * 0x9e3779b97f4a7c15 >> 32) & 1023);
  EXPECT_EQ(choice.fingerprint, 0x01234567u);
}

TEST(IndexLayout, WaitersOfAHashSleepWhereDocumented) {
  constexpr std::uint64_t kMixed = 0x0123456789abcdef * 0x9e3779b97f4a7c15;
  const WaitPlace place = WaitPlaceOf(0x0123456789abcdef);

  EXPECT_EQ(place.word, kMixed >> 56);
  EXPECT_EQ(place.bits, 1u << (kMixed >> 51 & 31));
}

template <typename Enum>
std::size_t CountNames() {
  std::set<std::string_view> names;
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(Enum::kCount); ++i) {
    names.insert(ToString(static_cast<Enum>(i)));
  }
  return names.size();
}

TEST(IndexLayout, EveryCounterAndHistogramHasItsOwnName) {
  EXPECT_EQ(CountNames<IndexCounter>(),
            static_cast<std::size_t>(IndexCounter::kCount));
  EXPECT_EQ(CountNames<IndexHistogram>(),
            static_cast<std::size_t>(IndexHistogram::kCount));
  EXPECT_EQ(ToString(IndexCounter::kPublished), "published");
  EXPECT_EQ(ToString(IndexCounter::kIndexOverflow), "index_overflow");
  EXPECT_EQ(ToString(IndexCounter::kPinnedBytes), "pinned_bytes");
  EXPECT_EQ(ToString(IndexCounter::kCount), "unknown");
  EXPECT_EQ(ToString(IndexHistogram::kAdmit), "admit");
  EXPECT_EQ(ToString(IndexHistogram::kCount), "unknown");
}

}  // namespace
}  // namespace goxel
