#include "transfer/checksum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace goxel {
namespace {

std::string ChecksumOf(ChecksumKind kind, std::string_view text) {
  auto builder = ChecksumBuilder::Create(kind);
  EXPECT_TRUE(builder.has_value()) << builder.error().message();
  builder->Add(std::as_bytes(std::span(text)));
  return FormatChecksum(builder->Finish());
}

// FIPS 180-2, appendix B.1; and the well-known value of the empty message.
TEST(Checksum, Sha256MatchesItsStandard) {
  EXPECT_EQ(ChecksumOf(ChecksumKind::kSha256, "abc"),
            "sha256:"
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ChecksumOf(ChecksumKind::kSha256, ""),
            "sha256:"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// As `xxhsum -H2` prints them.
TEST(Checksum, Xxh3MatchesTheReferenceProgram) {
  EXPECT_EQ(ChecksumOf(ChecksumKind::kXxh3, ""),
            "xxh3:99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(ChecksumOf(ChecksumKind::kXxh3, "abc"),
            "xxh3:06b05ab6733a618578af5f94892f3950");
}

TEST(Checksum, NoneIsEmpty) {
  EXPECT_EQ(ChecksumOf(ChecksumKind::kNone, "abc"), "");
}

TEST(Checksum, PiecesGiveTheChecksumOfTheWhole) {
  std::mt19937 random(1);
  std::string text(100'000, ' ');
  for (char& c : text) c = static_cast<char>(random());

  for (ChecksumKind kind : {ChecksumKind::kSha256, ChecksumKind::kXxh3}) {
    auto builder = ChecksumBuilder::Create(kind);
    ASSERT_TRUE(builder.has_value());
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view piece = rest.substr(0, random() % 5000);
      builder->Add(std::as_bytes(std::span(piece)));
      rest.remove_prefix(piece.size());
    }
    EXPECT_EQ(FormatChecksum(builder->Finish()), ChecksumOf(kind, text));
  }
}

TEST(Checksum, KindsAreParsedByName) {
  EXPECT_EQ(ParseChecksumKind("sha256"), ChecksumKind::kSha256);
  EXPECT_EQ(ParseChecksumKind("xxh3"), ChecksumKind::kXxh3);
  EXPECT_EQ(ParseChecksumKind("none"), ChecksumKind::kNone);
}

TEST(Checksum, UnknownKindIsRefusedWithTheValidOnes) {
  const Status status = ParseChecksumKind("md5").error();

  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  for (const char* word : {"md5", "sha256", "xxh3", "none"}) {
    EXPECT_THAT(status.message(), testing::HasSubstr(word));
  }
}

}  // namespace
}  // namespace goxel
