#include "transfer/raw_encoders.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "ipc/pam_header.h"

namespace goxel {
namespace {

// Two rows of two pixels, with a padding of four bytes behind the first.
constexpr unsigned char kPixels[] = {1, 2, 3, 4,  5,  6,  7,  8,  0,  0,
                                     0, 0, 9, 10, 11, 12, 13, 14, 15, 16};

PixelView View() {
  return {.pixels = std::as_bytes(std::span(kPixels)),
          .width = 2,
          .height = 2,
          .stride_bytes = 12};
}

ByteSink AppendTo(std::string& file) {
  return [&file](std::span<const std::byte> piece) {
    file.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return Status();
  };
}

TEST(EncodePpm, WritesHeaderAndColoursWithoutAlpha) {
  std::string file;

  ASSERT_TRUE(EncodePpm(View(), AppendTo(file)).ok());

  EXPECT_EQ(file,
            "P6\n2 2\n255\n\x01\x02\x03\x05\x06\x07\x09\x0a\x0b\x0d\x0e\x0f");
}

TEST(EncodePam, WritesTheFileOfAMappedRender) {
  const RenderRecord record{.id = 77, .ttl_s = 60, .width = 2, .height = 2};
  std::string file;

  ASSERT_TRUE(EncodePam(View(), record, AppendTo(file)).ok());

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

  EXPECT_EQ(EncodePam(View(), {.width = 2, .height = 3}, AppendTo(file)).code(),
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
    EXPECT_EQ(EncodePpm(View(), sink).code(), StatusCode::kStorageFailed);
    EXPECT_EQ(calls, good_calls + 1);
  }
}

TEST(RawEncoders, ShortSpansAreRefused) {
  PixelView view = View();
  view.height = 3;
  std::string file;

  EXPECT_EQ(EncodePpm(view, AppendTo(file)).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(EncodePam(view, {.width = 2, .height = 3}, AppendTo(file)).code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace goxel
