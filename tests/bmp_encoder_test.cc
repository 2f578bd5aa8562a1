#include "transfer/bmp_encoder.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/four_pixels.h"
#include "transfer/record_json.h"

namespace goxel {
namespace {

std::uint32_t NumberAt(const std::string& file, std::size_t offset, int bytes) {
  std::uint32_t number = 0;
  for (int i = bytes - 1; i >= 0; --i) {
    number = number << 8 | static_cast<unsigned char>(
                               file[offset + static_cast<unsigned>(i)]);
  }
  return number;
}

TEST(BmpEncoder, WritesTheDocumentedHeader) {
  std::string file;

  ASSERT_TRUE(EncodeBmp(FourPixels(), nullptr, AppendTo(file)).ok());

  ASSERT_EQ(file.size(), kBmpHeaderBytes + 16);
  EXPECT_EQ(file.substr(0, 2), "BM");
  EXPECT_EQ(NumberAt(file, 2, 4), file.size());
  EXPECT_EQ(NumberAt(file, 10, 4), kBmpHeaderBytes);
  EXPECT_EQ(NumberAt(file, 14, 4), 108u);  // BITMAPV4HEADER
  EXPECT_EQ(NumberAt(file, 18, 4), 2u);    // Width.
  EXPECT_EQ(NumberAt(file, 22, 4), 2u);    // Height: bottom up.
  EXPECT_EQ(NumberAt(file, 26, 2), 1u);
  EXPECT_EQ(NumberAt(file, 28, 2), 32u);
  EXPECT_EQ(NumberAt(file, 30, 4), 3u);  // BI_BITFIELDS
  EXPECT_EQ(NumberAt(file, 54, 4), 0x00ff0000u);
  EXPECT_EQ(NumberAt(file, 66, 4), 0xff000000u);
  EXPECT_EQ(file.substr(70, 4), "BGRs");  // LCS_sRGB
}

TEST(BmpEncoder, PixelsAreBgraFromTheBottomUp) {
  std::string file;

  ASSERT_TRUE(EncodeBmp(FourPixels(), nullptr, AppendTo(file)).ok());

  EXPECT_EQ(file.substr(kBmpHeaderBytes),
            "\x0b\x0a\x09\x0c\x0f\x0e\x0d\x10\x03\x02\x01\x04\x07\x06\x05\x08");
}

TEST(BmpEncoder, AFileTellsItsRecordAndItsPixelsFollow) {
  const RenderRecord record{.id = 77,
                            .ttl_s = 60,
                            .format = RenderFormat::kBmp,
                            .width = 2,
                            .height = 2,
                            .settings_json = R"({"shading":"flat"})"};
  std::string file;

  ASSERT_TRUE(EncodeBmp(FourPixels(), &record, AppendTo(file)).ok());

  const auto read = ReadBmpRecord(std::as_bytes(std::span(file)));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->id, 77u);
  EXPECT_EQ(read->settings_json, record.settings_json);
  const std::uint32_t offset = NumberAt(file, 10, 4);
  EXPECT_EQ(offset % 4, 0u + kBmpHeaderBytes % 4);
  EXPECT_EQ(file.size(), offset + 16);
  EXPECT_EQ(file.substr(offset, 4), "\x0b\x0a\x09\x0c");
  EXPECT_LE(file.size(), MaxBmpBytes(2, 2));
}

TEST(BmpEncoder, AFileWithoutARecordIsNoneOfOurs) {
  std::string file;
  ASSERT_TRUE(EncodeBmp(FourPixels(), nullptr, AppendTo(file)).ok());

  EXPECT_EQ(ReadBmpRecord(std::as_bytes(std::span(file))).error().code(),
            StatusCode::kDataLoss);
}

TEST(BmpEncoder, ACutFileIsReadWithoutOverrun) {
  const RenderRecord record{.id = 77, .format = RenderFormat::kBmp};
  std::string file;
  ASSERT_TRUE(EncodeBmp(FourPixels(), &record, AppendTo(file)).ok());

  for (std::size_t size = 0; size < NumberAt(file, 10, 4); ++size) {
    const std::string cut = file.substr(0, size);
    EXPECT_FALSE(ReadBmpRecord(std::as_bytes(std::span(cut)))) << size;
  }
}

TEST(BmpEncoder, AShortSpanIsRefused) {
  PixelView view = FourPixels();
  view.height = 3;
  std::string file;

  EXPECT_EQ(EncodeBmp(view, nullptr, AppendTo(file)).code(),
            StatusCode::kInvalidArgument);
}

TEST(BmpEncoder, WhatTheSinkRefusesEndsTheEncoding) {
  int calls = 0;
  const Status status = EncodeBmp(
      FourPixels(), nullptr, [&](std::span<const std::byte>) -> Status {
        ++calls;
        return {StatusCode::kStorageFailed, "the disk is full"};
      });

  EXPECT_EQ(status.code(), StatusCode::kStorageFailed);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace goxel
