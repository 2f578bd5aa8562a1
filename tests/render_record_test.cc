#include "ipc/render_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "ipc/render_info.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr char kGoodName[] = "render_1700000000_00ab12_0123456789abcdef.png";

RenderRecord RecordOf(std::int64_t created, std::uint32_t session, RenderId id,
                      RenderFormat format) {
  RenderRecord record;
  record.created_unix_s = created;
  record.session = session;
  record.id = id;
  record.format = format;
  return record;
}

TEST(RenderRecord, NameHasTheDocumentedForm) {
  EXPECT_EQ(RenderFileName(RecordOf(1700000000, 0xab12, 0x0123456789abcdef,
                                    RenderFormat::kPng)),
            kGoodName);
}

TEST(RenderRecord, InfoAndRecordGiveTheSameName) {
  RenderInfo info;
  info.created_unix_s = 1700000000;
  info.session = 0xab12;
  info.id = 0x0123456789abcdef;
  info.format = RenderFormat::kPng;

  EXPECT_EQ(RenderFileName(info), kGoodName);
}

TEST(RenderRecord, NamesRoundTrip) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 10000; ++round) {
    const auto record =
        RecordOf(static_cast<std::int64_t>(random() >> 1 >> (round % 63)),
                 static_cast<std::uint32_t>(random() & 0xffffff), random() | 1,
                 static_cast<RenderFormat>(1 + random() % 6));

    const auto parts = ParseRenderFileName(RenderFileName(record));

    ASSERT_TRUE(parts) << parts.error().message();
    EXPECT_EQ(parts->created_unix_s, record.created_unix_s);
    EXPECT_EQ(parts->session, record.session);
    EXPECT_EQ(parts->id, record.id);
    EXPECT_EQ(parts->format, record.format);
  }
}

TEST(RenderRecord, OnlyTheLow24BitsOfASessionCount) {
  const auto name =
      RenderFileName(RecordOf(1, 0xff00ab12, 1, RenderFormat::kPam));

  EXPECT_THAT(name, HasSubstr("_00ab12_"));
}

TEST(RenderRecord, HostileNamesAreRefused) {
  const std::string names[] = {
      "",
      ".",
      "..",
      "index",
      "lock",
      "render_",
      "render_1700000000_00ab12_0123456789abcdef",
      "render_1700000000_00ab12_0123456789abcdef.",
      "render_1700000000_00ab12_0123456789abcdef.exe",
      "render_1700000000_00ab12_0123456789abcdef.png ",
      "render_1700000000_00ab12_0123456789abcdef.png.png",
      "render_1700000000_00ab12_0123456789abcdef.PNG",
      "render_1700000000_00ab12_0123456789ABCDEF.png",
      "render_1700000000_00ab12_0000000000000000.png",
      "render_1700000000_00ab12_123456789abcdef.png",
      "render_1700000000_00ab12_0x23456789abcdef.png",
      "render_1700000000_0ab12_0123456789abcdef.png",
      "render_1700000000_000ab12_0123456789abcdef.png",
      "render_01700000000_00ab12_0123456789abcdef.png",
      "render_-1_00ab12_0123456789abcdef.png",
      "render_+1_00ab12_0123456789abcdef.png",
      "render_1e9_00ab12_0123456789abcdef.png",
      "render__00ab12_0123456789abcdef.png",
      "render_99999999999999999999_00ab12_0123456789abcdef.png",
      "Render_1700000000_00ab12_0123456789abcdef.png",
      "../render_1700000000_00ab12_0123456789abcdef.png",
      "render_1700000000_00ab12_0123456789abcdef.png/..",
      std::string(kGoodName) + std::string(2, '\0'),
      std::string(5000, 'a')};
  for (const std::string& name : names) {
    EXPECT_FALSE(ParseRenderFileName(name)) << name;
  }
}

TEST(RenderRecord, WhateverNameParsesIsWrittenTheSameWay) {
  for (std::size_t i = 0; i < sizeof(kGoodName) - 1; ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string name = kGoodName;
      name[i] = static_cast<char>(byte);
      const auto parts = ParseRenderFileName(name);
      if (!parts) continue;
      EXPECT_EQ(RenderFileName(RecordOf(parts->created_unix_s, parts->session,
                                        parts->id, parts->format)),
                name);
    }
  }
}

TEST(RenderRecord, IdsRoundTripAndZeroIsNone) {
  EXPECT_EQ(FormatRenderId(0x1f), "000000000000001f");
  EXPECT_EQ(*ParseRenderId("000000000000001f"), 0x1fu);
  EXPECT_EQ(*ParseRenderId("ffffffffffffffff"),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(ParseRenderId("0000000000000000"));
  EXPECT_FALSE(ParseRenderId("1f"));
  EXPECT_FALSE(ParseRenderId("000000000000001F"));
  EXPECT_THAT(ParseRenderId("hello").error().message(), HasSubstr("\"hello\""));
}

TEST(RenderRecord, KeysRoundTrip) {
  const ContentKey key{.high = 0x0123456789abcdef, .low = 0xfedcba9876543210};

  EXPECT_EQ(FormatContentKey(key), "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(*ParseContentKey(FormatContentKey(key)), key);
  EXPECT_TRUE(ParseContentKey(std::string(32, '0'))->empty());
  for (const std::size_t length : {0, 1, 15, 16, 17, 31, 33, 48}) {
    EXPECT_FALSE(ParseContentKey(std::string(length, 'a'))) << length;
  }
}

TEST(RenderRecord, FormatsHaveTheirExtensionAsName) {
  for (std::uint32_t i = 1; i <= 7; ++i) {
    const auto format = static_cast<RenderFormat>(i);
    EXPECT_EQ(*ParseRenderFormat(ToString(format)), format);
  }
  EXPECT_EQ(ToString(static_cast<RenderFormat>(99)), "unknown");
  EXPECT_THAT(ParseRenderFormat("gif").error().message(),
              HasSubstr("pam, png, ppm, jpg, bmp, qoi, enc"));
  EXPECT_FALSE(ParseRenderFormat("unknown"));
}

TEST(RenderRecord, ChecksumsNameTheirKind) {
  Checksum checksum;
  EXPECT_EQ(FormatChecksum(checksum), "");

  checksum.bytes[0] = std::byte{0xa1};
  checksum.kind = ChecksumKind::kSha256;
  EXPECT_EQ(FormatChecksum(checksum), "sha256:a1" + std::string(62, '0'));

  checksum.kind = ChecksumKind::kXxh3;
  EXPECT_EQ(FormatChecksum(checksum), "xxh3:a1" + std::string(30, '0'));
}

}  // namespace
}  // namespace goxel
