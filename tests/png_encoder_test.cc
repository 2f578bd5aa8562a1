#include "transfer/png_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/decoded_png.h"
#include "tests/voxel_picture.h"
#include "transfer/png_chunks.h"

namespace goxel {
namespace {

using Bytes = std::vector<std::byte>;

Result<Bytes> Encode(const PixelView& image, PngCompression compression,
                     const RenderRecord* record = nullptr) {
  Bytes file;
  Status status = EncodePng(
      image, record, compression, [&](std::span<const std::byte> piece) {
        file.insert(file.end(), piece.begin(), piece.end());
        return Status();
      });
  if (!status.ok()) return Fail(std::move(status));
  return file;
}

PixelView ViewOf(const Bytes& pixels, std::uint32_t width,
                 std::uint32_t height) {
  return {.pixels = pixels,
          .width = width,
          .height = height,
          .stride_bytes = width * 4};
}

// Pixels whose channels come from `value`, called with x, y and the channel.
Bytes Paint(
    std::uint32_t width, std::uint32_t height,
    const std::function<unsigned(unsigned, unsigned, unsigned)>& value) {
  Bytes pixels;
  pixels.reserve(std::size_t{width} * height * 4);
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      for (unsigned c = 0; c < 4; ++c) {
        pixels.push_back(static_cast<std::byte>(value(x, y, c)));
      }
    }
  }
  return pixels;
}

Bytes Noise(std::uint32_t width, std::uint32_t height,
            std::optional<unsigned> alpha) {
  std::mt19937 random(width * 31 + height);
  return Paint(width, height, [&](unsigned, unsigned, unsigned c) {
    return c == 3 && alpha ? *alpha : random();
  });
}

class PngEncoderTest : public testing::TestWithParam<PngCompression> {
 protected:
  // Encodes, checks that libpng gets the same pixels back without a warning
  // and that the size is within the promise. Returns whether it is RGBA.
  bool ExpectRoundTrip(const Bytes& pixels, std::uint32_t width,
                       std::uint32_t height) {
    auto file = Encode(ViewOf(pixels, width, height), GetParam());
    EXPECT_TRUE(file.has_value()) << file.error().message();
    const DecodedPng decoded = DecodePng(*file);
    EXPECT_EQ(decoded.error, "");
    EXPECT_EQ(decoded.width, width);
    EXPECT_EQ(decoded.height, height);
    EXPECT_TRUE(decoded.pixels == pixels) << width << "x" << height;
    EXPECT_LE(file->size(), MaxPngBytes(width, height));
    return decoded.has_alpha;
  }
};

INSTANTIATE_TEST_SUITE_P(, PngEncoderTest,
                         testing::Values(PngCompression::kFast,
                                         PngCompression::kBalanced,
                                         PngCompression::kSmallest),
                         [](const auto& compression) {
                           switch (compression.param) {
                             case PngCompression::kFast:
                               return "Fast";
                             case PngCompression::kBalanced:
                               return "Balanced";
                             default:
                               return "Smallest";
                           }
                         });

TEST_P(PngEncoderTest, NoiseOfEverySmallSizeDecodes) {
  for (std::uint32_t height : {1u, 2u, 3u, 17u}) {
    for (std::uint32_t width = 1; width <= 40; ++width) {
      EXPECT_TRUE(ExpectRoundTrip(Noise(width, height, {}), width, height));
      EXPECT_FALSE(ExpectRoundTrip(Noise(width, height, 255), width, height));
    }
  }
}

TEST_P(PngEncoderTest, ExtremeShapesDecode) {
  for (auto [width, height] : {std::pair{1u, 16384u}, std::pair{16384u, 1u},
                               std::pair{16384u, 20u}, std::pair{1921u, 41u}}) {
    ExpectRoundTrip(Noise(width, height, {}), width, height);
    ExpectRoundTrip(Noise(width, height, 255), width, height);
  }
}

// Chunks hold 64 KiB: somewhere among these widths the stream ends, or its
// checksum straddles, the end of one.
TEST_P(PngEncoderTest, StreamsThatEndWhereAChunkEndsDecode) {
  for (std::uint32_t width = 21'780; width <= 21'850; ++width) {
    ExpectRoundTrip(Noise(width, 1, 255), width, 1);
  }
}

TEST_P(PngEncoderTest, EqualPixelsDecode) {
  for (unsigned value : {0u, 1u, 128u, 255u}) {
    const Bytes pixels =
        Paint(640, 480, [&](unsigned, unsigned, unsigned) { return value; });
    EXPECT_EQ(ExpectRoundTrip(pixels, 640, 480), value != 255);
  }
}

TEST_P(PngEncoderTest, OneTransparentPixelAnywhereIsKept) {
  for (std::size_t pixel : {0u, 99u, 100u, 4999u, 9999u}) {
    Bytes pixels = Noise(100, 100, 255);
    pixels[pixel * 4 + 3] = std::byte{254};
    EXPECT_TRUE(ExpectRoundTrip(pixels, 100, 100));
  }
}

// Colours behind alpha 0 are not ours to throw away.
TEST_P(PngEncoderTest, TransparentPixelsKeepTheirColour) {
  EXPECT_TRUE(ExpectRoundTrip(Noise(64, 64, 0), 64, 64));
}

TEST_P(PngEncoderTest, VoxelPicturesDecode) {
  for (int voxel_px : {100, 12}) {
    for (std::uint8_t sky_alpha : {std::uint8_t{0}, std::uint8_t{255}}) {
      const VoxelPicture picture(
          801, 601,
          {.voxel_px = voxel_px, .colour_noise = 12, .sky_alpha = sky_alpha});
      const auto pixels = picture.view().pixels;
      ExpectRoundTrip({pixels.begin(), pixels.end()}, 801, 601);
    }
  }
}

TEST_P(PngEncoderTest, RowPaddingIsNotEncoded) {
  const Bytes padded = Noise(50, 20, {});
  const PixelView view{.pixels = std::span(padded).first(padded.size() - 40),
                       .width = 40,
                       .height = 20,
                       .stride_bytes = 200};

  auto file = Encode(view, GetParam());

  ASSERT_TRUE(file.has_value()) << file.error().message();
  const DecodedPng decoded = DecodePng(*file);
  ASSERT_EQ(decoded.width, 40u);
  for (std::uint32_t y = 0; y < 20; ++y) {
    EXPECT_TRUE(std::ranges::equal(
        view.Row(y), std::span(decoded.pixels).subspan(y * 160, 160)));
  }
}

TEST_P(PngEncoderTest, RecordTravelsBeforeThePixels) {
  const VoxelPicture picture(64, 48);
  const RenderRecord record{.id = 0x0123456789abcdef,
                            .key = {.high = 5, .low = 6},
                            .session = 0xabcdef,
                            .created_unix_s = 1'700'000'000,
                            .ttl_s = 3600,
                            .format = RenderFormat::kPng,
                            .width = 64,
                            .height = 48,
                            .camera_json = R"({"azimuth":45.5})",
                            .settings_json = R"({"samples":4})"};

  auto file = Encode(picture.view(), GetParam(), &record);

  ASSERT_TRUE(file.has_value()) << file.error().message();
  EXPECT_EQ(DecodePng(*file).error, "");
  auto read = ReadPngRecord(std::span(*file).first(1024));
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->id, record.id);
  EXPECT_EQ(read->key, record.key);
  EXPECT_EQ(read->session, record.session);
  EXPECT_EQ(read->camera_json, record.camera_json);
  EXPECT_EQ(read->settings_json, record.settings_json);
}

TEST_P(PngEncoderTest, ErrorOfTheSinkEndsTheEncoding) {
  const Bytes pixels = Noise(600, 400, 255);
  for (int good_calls : {0, 1, 3, 8}) {
    int calls = 0;
    const Status status =
        EncodePng(ViewOf(pixels, 600, 400), nullptr, GetParam(),
                  [&](std::span<const std::byte>) {
                    if (calls++ < good_calls) return Status();
                    return Status(StatusCode::kStorageFailed, "disk full");
                  });
    EXPECT_EQ(status.code(), StatusCode::kStorageFailed);
    EXPECT_EQ(status.message(), "disk full");
    EXPECT_EQ(calls, good_calls + 1);
  }
}

TEST_P(PngEncoderTest, ImpossibleImagesAreRefused) {
  const Bytes pixels = Noise(10, 10, 255);
  for (PixelView view :
       {ViewOf(pixels, 0, 10), ViewOf(pixels, 10, 0), ViewOf(pixels, 10, 11),
        ViewOf(pixels, 11, 10), ViewOf({}, 1, 1)}) {
    EXPECT_EQ(Encode(view, GetParam()).error().code(),
              StatusCode::kInvalidArgument);
  }
  PixelView overlapping = ViewOf(pixels, 10, 10);
  overlapping.stride_bytes = 39;
  EXPECT_EQ(Encode(overlapping, GetParam()).error().code(),
            StatusCode::kInvalidArgument);
}

// Every chunk sound, in order, and one zlib stream over all IDAT chunks whose
// end is the end of the data: what a checker like pngcheck asks for.
TEST_P(PngEncoderTest, FileIsWellFormed) {
  const Bytes pixels = Noise(300, 200, 255);
  auto file = Encode(ViewOf(pixels, 300, 200), GetParam());
  ASSERT_TRUE(file.has_value());

  const std::string_view text(reinterpret_cast<const char*>(file->data()),
                              file->size());
  auto reader = PngChunkReader::Open(text);
  ASSERT_TRUE(reader.has_value());
  std::string types;
  std::string stream;
  std::size_t size = kPngSignature.size();
  while (auto chunk = reader->Next()) {
    size += kPngChunkOverhead + chunk->data.size();
    if (chunk->type == "IDAT") stream += chunk->data;
    if (!types.ends_with(chunk->type)) types += chunk->type;
  }
  EXPECT_EQ(size, file->size());
  EXPECT_EQ(types, "IHDRIDATIEND");

  std::vector<unsigned char> rows(200 * (1 + 300 * 3) + 1);
  uLongf length = rows.size();
  uLong used = stream.size();
  EXPECT_EQ(::uncompress2(rows.data(), &length,
                          reinterpret_cast<const Bytef*>(stream.data()), &used),
            Z_OK);
  EXPECT_EQ(length, rows.size() - 1);
  EXPECT_EQ(used, stream.size());
}

TEST(PngCompression, IsParsedByName) {
  EXPECT_EQ(ParsePngCompression("fast"), PngCompression::kFast);
  EXPECT_EQ(ParsePngCompression("balanced"), PngCompression::kBalanced);
  EXPECT_EQ(ParsePngCompression("smallest"), PngCompression::kSmallest);
}

TEST(PngCompression, UnknownNameIsRefusedWithTheValidOnes) {
  const Status status = ParsePngCompression("best").error();

  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  for (const char* word : {"best", "fast", "balanced", "smallest"}) {
    EXPECT_THAT(status.message(), testing::HasSubstr(word));
  }
}

TEST(PngCompression, SlowerSettingsGiveSmallerFiles) {
  const VoxelPicture picture(1280, 720);
  const auto size = [&](PngCompression compression) {
    return Encode(picture.view(), compression)->size();
  };

  EXPECT_GT(size(PngCompression::kFast), size(PngCompression::kBalanced));
  EXPECT_GE(size(PngCompression::kBalanced), size(PngCompression::kSmallest));
}

}  // namespace
}  // namespace goxel
