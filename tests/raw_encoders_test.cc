#include "transfer/raw_encoders.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "ipc/pam_header.h"
#include "tests/four_pixels.h"

namespace goxel {
namespace {

TEST(EncodePpm, WritesHeaderAndColoursWithoutAlpha) {
  std::string file;

  ASSERT_TRUE(EncodePpm(FourPixels(), AppendTo(file)).ok());

  EXPECT_EQ(file,
            "P6\n2 2\n255\n\x01\x02\x03\x05\x06\x07\x09\x0a\x0b\x0d\x0e\x0f");
}

TEST(EncodePam, WritesTheFileOfAMappedRender) {
  const RenderRecord record{.id = 77, .ttl_s = 60, .width = 2, .height = 2};
  std::string file;

  ASSERT_TRUE(EncodePam(FourPixels(), record, AppendTo(file)).ok());

  ASSERT_EQ(file.size(), kPamHeaderBytes + 16);
  auto read =
      ParsePamHeader(std::as_bytes(std::span(file)).first(kPamHeaderBytes));
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->id, 77u);
  EXPECT_EQ(file.substr(kPamHeaderBytes),
            "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10");
}

TEST(EncodePam, RecordOfAnotherSizeIsRefused) {
  std::string file;

  EXPECT_EQ(
      EncodePam(FourPixels(), {.width = 2, .height = 3}, AppendTo(file)).code(),
      StatusCode::kInvalidArgument);
  EXPECT_EQ(file, "");
}

TEST(RawEncoders, ErrorOfTheSinkEndsTheEncoding) {
  for (int good_calls : {0, 1, 2}) {
    int calls = 0;
    const ByteSink sink = [&](std::span<const std::byte>) {
      if (calls++ < good_calls) return Status();
      return Status(StatusCode::kStorageFailed, "disk full");
    };
    EXPECT_EQ(EncodePpm(FourPixels(), sink).code(), StatusCode::kStorageFailed);
    EXPECT_EQ(calls, good_calls + 1);
  }
}

TEST(RawEncoders, ShortSpansAreRefused) {
  PixelView view = FourPixels();
  view.height = 3;
  std::string file;

  EXPECT_EQ(EncodePpm(view, AppendTo(file)).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(EncodePam(view, {.width = 2, .height = 3}, AppendTo(file)).code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace goxel
