#include "transfer/jpg_encoder.h"

#include <gtest/gtest.h>

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

// Needs FILE declared before it.
#include <jpeglib.h>

#include "transfer/record_json.h"

namespace goxel {
namespace {

struct Picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::byte> pixels;  // RGBA.

  PixelView view() const {
    return {.pixels = pixels,
            .width = width,
            .height = height,
            .stride_bytes = width * 4};
  }
};

// Colours that change slowly, opaque.
Picture Smooth(std::uint32_t width, std::uint32_t height) {
  Picture picture{width, height, {}};
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      for (const std::uint32_t channel :
           {x * 255 / width, y * 255 / height, 128u, 255u}) {
        picture.pixels.push_back(static_cast<std::byte>(channel));
      }
    }
  }
  return picture;
}

ByteSink AppendTo(std::vector<std::byte>& file) {
  return [&file](std::span<const std::byte> bytes) {
    file.insert(file.end(), bytes.begin(), bytes.end());
    return Status();
  };
}

std::vector<std::byte> Encoded(const Picture& picture, int quality,
                               const RenderRecord* record = nullptr) {
  std::vector<std::byte> file;
  const Status status =
      EncodeJpg(picture.view(), record, quality, AppendTo(file));
  EXPECT_TRUE(status.ok()) << status.message();
  return file;
}

// RGB rows. libjpeg's own handler ends the test on a broken file.
std::vector<int> Decoded(const std::vector<std::byte>& file) {
  jpeg_error_mgr errors;
  jpeg_decompress_struct info;
  info.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(file.data()),
               file.size());
  jpeg_read_header(&info, TRUE);
  jpeg_start_decompress(&info);
  std::vector<JSAMPLE> row(std::size_t{info.output_width} * 3);
  std::vector<int> rgb;
  while (info.output_scanline < info.output_height) {
    JSAMPROW rows = row.data();
    jpeg_read_scanlines(&info, &rows, 1);
    rgb.insert(rgb.end(), row.begin(), row.end());
  }
  EXPECT_EQ(errors.num_warnings, 0);
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return rgb;
}

// The largest difference of a channel from that of an opaque picture.
int LargestDifference(const Picture& picture, const std::vector<int>& rgb) {
  EXPECT_EQ(rgb.size(), picture.pixels.size() / 4 * 3);
  int largest = 0;
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    const int wanted = std::to_integer<int>(picture.pixels[i / 3 * 4 + i % 3]);
    largest = std::max(largest, std::abs(rgb[i] - wanted));
  }
  return largest;
}

TEST(JpgEncoder, PixelsComeBackNearlyAsTheyWere) {
  for (const auto& [width, height] :
       {std::pair(64u, 48u), std::pair(17u, 3u), std::pair(1u, 1u)}) {
    const Picture picture = Smooth(width, height);
    EXPECT_LE(LargestDifference(picture, Decoded(Encoded(picture, 95))), 12)
        << width << " x " << height;
  }
}

TEST(JpgEncoder, LessQualityMakesASmallerFile) {
  const Picture picture = Smooth(256, 256);

  EXPECT_LT(Encoded(picture, 20).size(), Encoded(picture, 95).size());
}

TEST(JpgEncoder, TransparentPixelsAreWhite) {
  Picture picture = Smooth(16, 16);
  for (std::size_t i = 3; i < picture.pixels.size(); i += 4) {
    picture.pixels[i] = std::byte{0};
  }

  for (const int channel : Decoded(Encoded(picture, 95))) {
    EXPECT_EQ(channel, 255);
  }
}

TEST(JpgEncoder, AFileTellsItsRecord) {
  const RenderRecord record{.id = 77,
                            .ttl_s = 60,
                            .format = RenderFormat::kJpg,
                            .width = 32,
                            .height = 8,
                            .camera_json = R"({"azimuth":45})"};
  const auto file = Encoded(Smooth(32, 8), 90, &record);

  const auto read =
      ReadJpgRecord(std::span(file).first(std::min(file.size(), kRecordReach)));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->id, 77u);
  EXPECT_EQ(read->width, 32u);
  EXPECT_EQ(read->camera_json, record.camera_json);
}

TEST(JpgEncoder, AFileWithoutARecordIsNoneOfOurs) {
  const auto file = Encoded(Smooth(8, 8), 90);

  EXPECT_EQ(ReadJpgRecord(file).error().code(), StatusCode::kDataLoss);
  EXPECT_EQ(ReadJpgRecord(std::span(file).first(1)).error().code(),
            StatusCode::kDataLoss);
}

TEST(JpgEncoder, ACutFileIsReadWithoutOverrun) {
  const RenderRecord record{.id = 77, .format = RenderFormat::kJpg};
  const auto file = Encoded(Smooth(8, 8), 90, &record);

  const std::size_t record_end = 2 + 18 + 4 + std::string("goxel ").size() +
                                 FormatRecordJson(record).size();
  for (std::size_t size = 0; size < record_end; ++size) {
    const std::vector<std::byte> cut(file.begin(),
                                     file.begin() + static_cast<long>(size));
    EXPECT_FALSE(ReadJpgRecord(cut)) << size;
  }
}

TEST(JpgEncoder, NoiseStaysBelowTheBound) {
  std::mt19937 random(3);
  Picture picture = Smooth(65, 33);
  for (std::byte& byte : picture.pixels) {
    byte = static_cast<std::byte>(random() & 255);
  }

  EXPECT_LE(Encoded(picture, 100).size(), MaxJpgBytes(65, 33));
}

TEST(JpgEncoder, WhatTheSinkRefusesEndsTheEncoding) {
  const Picture picture = Smooth(512, 512);
  int calls = 0;

  const Status status = EncodeJpg(
      picture.view(), nullptr, 100, [&](std::span<const std::byte>) -> Status {
        ++calls;
        return {StatusCode::kStorageFailed, "the disk is full"};
      });

  EXPECT_EQ(status.code(), StatusCode::kStorageFailed);
  EXPECT_EQ(calls, 1);
}

TEST(JpgEncoder, WrongQualitiesAreRefused) {
  for (const int quality : {0, 101, -5}) {
    std::vector<std::byte> file;
    EXPECT_EQ(
        EncodeJpg(Smooth(4, 4).view(), nullptr, quality, AppendTo(file)).code(),
        StatusCode::kInvalidArgument);
    EXPECT_TRUE(file.empty());
  }
}

TEST(JpgEncoder, MoreThanJpegCanHoldIsRefused) {
  Picture picture{70000, 1, std::vector<std::byte>(70000 * 4)};
  std::vector<std::byte> file;

  EXPECT_EQ(EncodeJpg(picture.view(), nullptr, 90, AppendTo(file)).code(),
            StatusCode::kTooLarge);
}

}  // namespace
}  // namespace goxel
