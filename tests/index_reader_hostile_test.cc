// The reader against segments that no writer of ours made. The sanitizers are
// the judge: every look-up must end, inside the mapping. What
// tests/fuzz/index_reader_fuzzer.cc does for longer.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "ipc/render_index_reader.h"
#include "ipc/render_index_writer.h"
#include "tests/ask_everything.h"
#include "tests/render_directory.h"

namespace goxel {
namespace {

constexpr std::uint32_t kCapacity = 8;

class HostileIndexTest : public testing::Test {
 protected:
  // A good segment with renders 1 to 6.
  HostileIndexTest() {
    const auto writer =
        *RenderIndexWriter::Create(directory_.fd(), kCapacity, 1);
    for (RenderId id = 1; id <= 6; ++id) {
      RenderInfo render = RenderDirectory::Describe(id);
      render.key = {.high = id, .low = 9};
      EXPECT_TRUE(writer->Publish(render).ok());
    }
    EXPECT_TRUE(writer->MakeLive().ok());
    std::ifstream file(directory_.path() / kIndexFileName, std::ios::binary);
    good_.resize(GeometryOf(kCapacity).segment_bytes);
    file.read(good_.data(), static_cast<std::streamsize>(good_.size()));
  }

  // The reader's view of `bytes` as the file `index`.
  Result<RenderIndexReader> Open(const std::string& bytes) const {
    const auto path = directory_.path() / kIndexFileName;
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
    return RenderIndexReader::Open(directory_.fd());
  }

  StatusCode CodeOfOpening(const std::string& bytes) const {
    const auto reader = Open(bytes);
    return reader ? StatusCode::kOk : reader.error().code();
  }

  // The good segment with `value` written at `offset`.
  template <typename Value>
  std::string With(std::size_t offset, Value value) const {
    std::string bytes = good_;
    std::memcpy(bytes.data() + offset, &value, sizeof(value));
    return bytes;
  }

  RenderDirectory directory_;
  std::string good_;
};

TEST_F(HostileIndexTest, GoodSegmentIsAccepted) {
  const auto reader = Open(good_);
  ASSERT_TRUE(reader) << reader.error().message();
  EXPECT_EQ(reader->List().size(), 6u);
}

TEST_F(HostileIndexTest, ShortAndLongFilesAreDataLoss) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096},
        good_.size() - 1}) {
    EXPECT_EQ(CodeOfOpening(good_.substr(0, size)), StatusCode::kDataLoss)
        << size;
  }
  EXPECT_EQ(CodeOfOpening(good_ + "x"), StatusCode::kDataLoss);
}

TEST_F(HostileIndexTest, UnfinishedSegmentIsUnavailable) {
  EXPECT_EQ(CodeOfOpening(With(0, std::uint64_t{0})), StatusCode::kUnavailable);
}

TEST_F(HostileIndexTest, EveryWrongHeaderFieldIsDataLoss) {
  const std::size_t fields[] = {offsetof(IndexHeader, magic),
                                offsetof(IndexHeader, layout_version),
                                offsetof(IndexHeader, slot_bytes),
                                offsetof(IndexHeader, layout_hash),
                                offsetof(IndexHeader, segment_bytes),
                                offsetof(IndexHeader, capacity),
                                offsetof(IndexHeader, bucket_count),
                                offsetof(IndexHeader, id_buckets_offset),
                                offsetof(IndexHeader, key_buckets_offset),
                                offsetof(IndexHeader, slots_offset)};
  for (const std::size_t field : fields) {
    for (const std::uint32_t value : {3u, 7u, 4097u, 1u << 31, ~0u}) {
      EXPECT_EQ(CodeOfOpening(With(field, value)), StatusCode::kDataLoss)
          << field << " = " << value;
    }
  }
}

TEST_F(HostileIndexTest, DirectoryCalledIndexIsRefused) {
  std::filesystem::remove(directory_.path() / kIndexFileName);
  std::filesystem::create_directory(directory_.path() / kIndexFileName);

  EXPECT_FALSE(RenderIndexReader::Open(directory_.fd()));
}

TEST_F(HostileIndexTest, FifoCalledIndexDoesNotHangTheReader) {
  std::filesystem::remove(directory_.path() / kIndexFileName);
  ASSERT_EQ(::mkfifoat(directory_.fd(), kIndexFileName, 0600), 0);

  EXPECT_FALSE(RenderIndexReader::Open(directory_.fd()));
}

TEST_F(HostileIndexTest, SlotWithUnknownValuesIsNoRender) {
  const std::size_t slot = GeometryOf(kCapacity).slots_offset + 8;
  for (const std::size_t field :
       {offsetof(SlotContent, state), offsetof(SlotContent, format),
        offsetof(SlotContent, pixel_format),
        offsetof(SlotContent, checksum_kind)}) {
    const auto reader = Open(With(slot + field, std::uint32_t{77}));
    ASSERT_TRUE(reader) << reader.error().message();
    EXPECT_FALSE(reader->Find(1));
    EXPECT_EQ(reader->List().size(), 5u);
  }
}

TEST_F(HostileIndexTest, RandomBytesBehindAGoodHeaderDoNoHarm) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    std::string bytes = good_;
    for (std::size_t i = kIndexHeaderBytes; i < bytes.size(); ++i) {
      if (random() % 8 != 0) bytes[i] = static_cast<char>(random());
    }
    const auto reader = Open(bytes);
    ASSERT_TRUE(reader) << reader.error().message();
    AskEverything(*reader);
  }
}

// Everything in the header page that a reader does not check is but a number.
TEST_F(HostileIndexTest, RandomWordsInTheHeaderDoNoHarm) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 300; ++round) {
    std::string bytes = good_;
    for (std::size_t i = offsetof(IndexHeader, scene_high);
         i < kIndexHeaderBytes; ++i) {
      bytes[i] = round == 0 ? '\xff' : static_cast<char>(random());
    }
    const auto reader = Open(bytes);
    ASSERT_TRUE(reader) << reader.error().message();
    AskEverything(*reader);
    EXPECT_EQ(reader->List().size(), 6u);
  }
}

// Entries that lead to any slot, with the fingerprint that is looked for, and
// slots with any sequence.
TEST_F(HostileIndexTest, EntriesThatLeadAnywhereDoNoHarm) {
  std::mt19937_64 random(2);
  const IndexGeometry geometry = GeometryOf(kCapacity);
  for (int round = 0; round < 300; ++round) {
    std::string bytes = good_;
    for (std::size_t at = geometry.id_buckets_offset;
         at < geometry.slots_offset; at += 8) {
      const std::uint64_t entry = random() >> (random() % 33 + 31);
      std::memcpy(bytes.data() + at, &entry, sizeof(entry));
    }
    const std::uint64_t sequence = random() % 2;
    std::memcpy(bytes.data() + geometry.slots_offset, &sequence, 8);
    const auto reader = Open(bytes);
    ASSERT_TRUE(reader) << reader.error().message();
    AskEverything(*reader);
  }
}

TEST_F(HostileIndexTest, RandomFilesAreRefused) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 300; ++round) {
    std::string bytes(random() % 3 == 0 ? good_.size() : random() % 9000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_EQ(CodeOfOpening(bytes), StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace goxel
