#include "clients/cpp/png_check.h"

#include <gmock/gmock.h>

#include <string>

namespace goxel {
namespace {

using testing::HasSubstr;

// One grey pixel; every CRC is right.
const std::string kPng(
    "\x89PNG\r\n\x1a\n"
    "\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3a\x7e\x9b\x55"
    "\0\0\0\x0aIDATx\x9c\x63\x60\0\0\0\2\0\1\x48\xaf\xa4\x71"
    "\0\0\0\0IEND\xae\x42\x60\x82",
    67);

Status Check(const std::string& file) {
  return CheckPng(std::as_bytes(std::span(file)));
}

TEST(PngCheck, AnIntactFileIsFine) {
  EXPECT_TRUE(Check(kPng).ok()) << Check(kPng).message();
}

TEST(PngCheck, EveryDamagedByteIsFound) {
  for (std::size_t i = 0; i < kPng.size(); ++i) {
    std::string damaged = kPng;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);

    EXPECT_EQ(Check(damaged).code(), StatusCode::kDataLoss) << "byte " << i;
  }
}

TEST(PngCheck, EveryLengthButItsOwnIsFound) {
  for (std::size_t size = 0; size < kPng.size(); ++size) {
    EXPECT_EQ(Check(kPng.substr(0, size)).code(), StatusCode::kDataLoss)
        << size << " bytes";
  }
  EXPECT_THAT(Check(kPng + "x").message(), HasSubstr("1 bytes follow"));
}

TEST(PngCheck, TheMessageNamesChunkAndPlace) {
  std::string damaged = kPng;
  damaged[43] = 'x';

  EXPECT_THAT(Check(damaged).message(),
              HasSubstr("the chunk IDAT at byte 33 does not match its CRC"));
}

}  // namespace
}  // namespace goxel
