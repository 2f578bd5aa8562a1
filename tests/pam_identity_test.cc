#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "ipc/pam_header.h"
#include "tests/result_code.h"

namespace goxel {
namespace {

using Header = std::array<std::byte, kPamHeaderBytes>;

RenderRecord SomeRecord() {
  RenderRecord record;
  record.id = 0xfedcba9876543210;
  record.key = {.high = 1, .low = 2};
  record.created_unix_s = 1'800'000'000;
  record.ttl_s = 3600;
  record.width = 16384;
  record.height = 7;
  return record;
}

Header Write(const RenderRecord& record) {
  Header header;
  WritePamHeader(record, header);
  return header;
}

TEST(PamIdentityTest, IsReadFromHeadersOfEveryLength) {
  RenderRecord record = SomeRecord();
  for (std::size_t length = 0; length < 1500; length += 7) {
    record.camera_json = std::string(length, '#');
    record.settings_json = std::string(1500 - length, 'W');

    const auto identity = ReadPamIdentity(Write(record));

    ASSERT_TRUE(identity) << length;
    EXPECT_EQ(identity->id, record.id);
    EXPECT_EQ(identity->width, record.width);
    EXPECT_EQ(identity->height, record.height);
  }
}

TEST(PamIdentityTest, OfOtherBytesIsDataLoss) {
  Header header{};
  EXPECT_EQ(CodeOf(ReadPamIdentity(header)), StatusCode::kDataLoss);

  header.fill(std::byte{'\n'});
  EXPECT_EQ(CodeOf(ReadPamIdentity(header)), StatusCode::kDataLoss);

  header.fill(std::byte{'#'});
  EXPECT_EQ(CodeOf(ReadPamIdentity(header)), StatusCode::kDataLoss);
}

TEST(PamIdentityTest, OfADamagedHeaderIsTheSameOrDataLoss) {
  const RenderRecord record = SomeRecord();
  const Header whole = Write(record);
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    Header header = whole;
    const std::size_t at = kPamHeaderBytes - 1 - random() % 400;
    header[at] = std::byte{'\n'};

    const auto identity = ReadPamIdentity(header);

    if (!identity) continue;
    EXPECT_EQ(identity->id, record.id);
    EXPECT_LE(identity->width, record.width);
    EXPECT_LE(identity->height, record.height);
  }
}

}  // namespace
}  // namespace goxel
