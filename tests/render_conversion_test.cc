#include "daemon/render_conversion.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <vector>

#include "daemon/checksum_on_demand.h"
#include "daemon/file_checksum.h"
#include "ipc/content_key.h"
#include "ipc/pam_header.h"
#include "tests/decoded_png.h"
#include "tests/store_in_directory.h"
#include "transfer/png_decoder.h"

namespace goxel {
namespace {

constexpr std::uint32_t kWidth = 61;
constexpr std::uint32_t kHeight = 47;

std::vector<std::byte> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

class RenderConversionTest : public testing::Test {
 protected:
  RenderStore& store() { return files_.store(); }

  // A raw render with every kind of byte in it, alpha included.
  RenderInfo AddSource(bool encrypted = false) {
    auto staged = files_.Stage({.key = key_,
                                .ttl = std::chrono::seconds(600),
                                .width = kWidth,
                                .height = kHeight,
                                .camera_json = R"({"azimuth":1})",
                                .recyclable = true,
                                .encrypted = encrypted});
    std::uint32_t random = 1;
    for (std::byte& byte : staged->pixels()) {
      random = random * 1664525u + 1013904223u;
      byte = static_cast<std::byte>(random >> 24);
    }
    return files_.Commit(*staged);
  }

  std::vector<std::byte> FileOf(const RenderInfo& info) {
    return ReadFile(store().PathOf(info));
  }
  std::vector<std::byte> PixelsOf(const RenderInfo& raw) {
    auto file = FileOf(raw);
    file.erase(file.begin(), file.begin() + kPamHeaderBytes);
    return file;
  }

  ConvertedRender Convert(ConversionOrder order) {
    auto converted = ConvertRender(store(), order);
    EXPECT_TRUE(converted) << converted.error().message();
    return converted.value_or(ConvertedRender{});
  }

  StoreInDirectory files_;
  const ContentKey key_ =
      WithVariant({.high = 7, .low = 9 << 4}, KeyVariant::kPam);
};

TEST_F(RenderConversionTest, PngOfAMappedRenderShowsItsPixels) {
  const RenderInfo raw = AddSource();

  const ConvertedRender png = Convert({.source = raw.id});

  const DecodedPng decoded = DecodePng(FileOf(png.info));
  EXPECT_EQ(decoded.error, "");
  EXPECT_EQ(decoded.width, kWidth);
  EXPECT_TRUE(decoded.pixels == PixelsOf(raw));
  EXPECT_FALSE(png.cached);
  EXPECT_EQ(png.camera_json, R"({"azimuth":1})");
  EXPECT_EQ(
      png.info.checksum,
      ChecksumOfFile(store().PathOf(png.info), ChecksumKind::kSha256).value());
}

TEST_F(RenderConversionTest, ThereAndBackAgainGivesTheSamePixels) {
  const RenderInfo raw = AddSource();
  const std::vector<std::byte> pixels = PixelsOf(raw);
  const RenderInfo png = Convert({.source = raw.id}).info;
  ASSERT_TRUE(store().Withdraw(raw.id));

  const ConvertedRender back =
      Convert({.source = png.id, .format = RenderFormat::kPam});

  EXPECT_FALSE(back.cached);
  EXPECT_NE(back.info.id, raw.id);
  EXPECT_EQ(back.info.key, raw.key);
  EXPECT_EQ(back.info.pixel_format, PixelFormat::kRgba8);
  EXPECT_TRUE(PixelsOf(back.info) == pixels);
}

TEST_F(RenderConversionTest, BmpHasEveryPixel) {
  const RenderInfo raw = AddSource();

  const auto bmp =
      FileOf(Convert({.source = raw.id, .format = RenderFormat::kBmp}).info);

  const std::vector<std::byte> pixels = PixelsOf(raw);
  ASSERT_GT(bmp.size(), pixels.size());
  // Bottom up, blue first.
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    const std::size_t row = kHeight - 1 - i / (kWidth * 4);
    const std::size_t at = bmp.size() - pixels.size() + row * kWidth * 4 +
                           i % (std::size_t{kWidth} * 4);
    ASSERT_EQ(bmp[at], pixels[i + 2]);
    ASSERT_EQ(bmp[at + 1], pixels[i + 1]);
    ASSERT_EQ(bmp[at + 2], pixels[i]);
    ASSERT_EQ(bmp[at + 3], pixels[i + 3]);
  }
}

TEST_F(RenderConversionTest, AJpegIsSharedWhenItsKeyIsKnown) {
  const RenderInfo raw = AddSource();
  const ConversionOrder usual{.source = raw.id, .format = RenderFormat::kJpg};
  ConversionOrder small = usual;
  small.quality = 20;

  const ConvertedRender first = Convert(usual);
  EXPECT_EQ(first.info.key, WithVariant(key_, KeyVariant::kJpg));
  EXPECT_EQ(Convert(usual).info.id, first.info.id);
  const ConvertedRender other = Convert(small);
  EXPECT_TRUE(other.info.key.empty());
  EXPECT_LT(other.info.size_bytes, first.info.size_bytes);
  EXPECT_NE(Convert(small).info.id, other.info.id);
}

TEST_F(RenderConversionTest, PpmHasTheColoursWithoutAlpha) {
  const RenderInfo raw = AddSource();
  const RenderInfo png = Convert({.source = raw.id}).info;

  const auto of_raw =
      FileOf(Convert({.source = raw.id, .format = RenderFormat::kPpm}).info);
  ASSERT_TRUE(store().Withdraw(
      store().FindByKey(WithVariant(key_, KeyVariant::kPpm)).value().id));
  const auto of_png =
      FileOf(Convert({.source = png.id, .format = RenderFormat::kPpm}).info);

  EXPECT_EQ(of_raw.size(), 13u + kWidth * kHeight * 3);
  EXPECT_TRUE(of_raw == of_png);
}

TEST_F(RenderConversionTest, ResultHasTheKeyAndTheEndOfLifeOfASibling) {
  const RenderInfo raw = AddSource();

  const RenderInfo png =
      Convert({.source = raw.id, .compression = "smallest"}).info;

  EXPECT_EQ(png.key, WithVariant(raw.key, KeyVariant::kPngSmallest));
  EXPECT_EQ(store().FindByKey(png.key).value().id, png.id);
  EXPECT_GE(png.expires_boottime_ns, raw.expires_boottime_ns);
  EXPECT_LE(png.expires_boottime_ns - raw.expires_boottime_ns, 2'000'000'000);
}

TEST_F(RenderConversionTest, SiblingThatExistsIsTheAnswer) {
  const RenderInfo raw = AddSource();
  const RenderInfo png = Convert({.source = raw.id}).info;

  const ConvertedRender again = Convert({.source = raw.id});
  const ConvertedRender itself =
      Convert({.source = png.id, .format = RenderFormat::kPng});
  const ConvertedRender back =
      Convert({.source = png.id, .format = RenderFormat::kPam});

  EXPECT_TRUE(again.cached);
  EXPECT_EQ(again.info.id, png.id);
  EXPECT_TRUE(itself.cached);
  EXPECT_EQ(itself.info.id, png.id);
  EXPECT_TRUE(back.cached);
  EXPECT_EQ(back.info.id, raw.id);
}

TEST_F(RenderConversionTest, AnotherCompressionIsAnotherRender) {
  const RenderInfo raw = AddSource();
  const RenderInfo fast = Convert({.source = raw.id}).info;

  const ConvertedRender small =
      Convert({.source = fast.id, .compression = "smallest"});

  EXPECT_FALSE(small.cached);
  EXPECT_NE(small.info.id, fast.id);
  EXPECT_TRUE(DecodePng(FileOf(small.info)).pixels == PixelsOf(raw));
}

TEST_F(RenderConversionTest, EncryptedRenderIsRefused) {
  const RenderInfo raw = AddSource(/*encrypted=*/true);

  const auto refused = ConvertRender(store(), {.source = raw.id});

  EXPECT_EQ(refused.error().code(), StatusCode::kFailedPrecondition);
}

// Its alpha is lost, so it could pass for another picture than its key says.
TEST_F(RenderConversionTest, PpmIsNoSource) {
  const RenderInfo raw = AddSource();
  const RenderInfo ppm =
      Convert({.source = raw.id, .format = RenderFormat::kPpm}).info;

  EXPECT_EQ(ConvertRender(store(), {.source = ppm.id}).error().code(),
            StatusCode::kFailedPrecondition);
}

TEST_F(RenderConversionTest, BrokenFileLeavesNothingBehind) {
  const RenderInfo raw = AddSource();
  const RenderInfo png = Convert({.source = raw.id}).info;
  ASSERT_TRUE(store().Withdraw(raw.id));
  const auto path = store().PathOf(png);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  std::filesystem::resize_file(path, png.size_bytes / 2);

  const auto refused =
      ConvertRender(store(), {.source = png.id, .format = RenderFormat::kPam});

  EXPECT_EQ(refused.error().code(), StatusCode::kDataLoss);
  EXPECT_EQ(store().Stats().reserved_bytes, 0u);
  EXPECT_EQ(store().List().size(), 1u);
}

TEST_F(RenderConversionTest, UnknownRenderIsNotFound) {
  EXPECT_EQ(ConvertRender(store(), {.source = 77}).error().code(),
            StatusCode::kNotFound);
}

TEST_F(RenderConversionTest, ChecksumOnDemandIsRemembered) {
  const RenderInfo raw = AddSource();

  const auto info = WithChecksum(store(), raw, ChecksumKind::kXxh3);

  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(info->checksum,
            ChecksumOfFile(store().PathOf(raw), ChecksumKind::kXxh3).value());
  EXPECT_EQ(store().Find(raw.id).value().checksum, info->checksum);
}

TEST(PngDecoder, OtherSizesAndOtherFilesAreDataLoss) {
  std::vector<std::byte> pixels(64);
  const std::vector<std::byte> noise(100, std::byte{3});

  EXPECT_EQ(DecodePng(noise, 4, 4, pixels).code(), StatusCode::kDataLoss);
  EXPECT_EQ(DecodePng({}, 4, 4, pixels).code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace goxel
