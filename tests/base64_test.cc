#include "transfer/base64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <random>
#include <string>
#include <utility>

#include "tests/random_bytes.h"

namespace goxel {
namespace {

using testing::HasSubstr;

std::string Encode(std::span<const std::byte> bytes, SimdLevel level) {
  // The guard shows a write past the end.
  std::string text(Base64Length(bytes.size()) + 1, '#');
  EncodeBase64(bytes, std::span(text).first(text.size() - 1), level);
  EXPECT_EQ(text.back(), '#');
  text.pop_back();
  return text;
}

std::string Encode(std::string_view text, SimdLevel level) {
  return Encode(std::as_bytes(std::span(text)), level);
}

std::string OpenSslBase64(std::span<const std::byte> bytes) {
  std::string text(Base64Length(bytes.size()) + 1, '\0');
  const int length =
      ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()),
                        static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

// Every encoding test runs in both forms.
class Base64Test : public testing::TestWithParam<SimdLevel> {
 protected:
  void SetUp() override {
    if (GetParam() > BestSimdLevel()) GTEST_SKIP() << "no AVX2 here";
  }
};

INSTANTIATE_TEST_SUITE_P(, Base64Test,
                         testing::Values(SimdLevel::kScalar, SimdLevel::kAvx2),
                         [](const auto& level) {
                           return level.param == SimdLevel::kAvx2 ? "Avx2"
                                                                  : "Scalar";
                         });

// RFC 4648, section 10.
TEST_P(Base64Test, VectorsOfTheStandardMatch) {
  EXPECT_EQ(Encode("", GetParam()), "");
  EXPECT_EQ(Encode("f", GetParam()), "Zg==");
  EXPECT_EQ(Encode("fo", GetParam()), "Zm8=");
  EXPECT_EQ(Encode("foo", GetParam()), "Zm9v");
  EXPECT_EQ(Encode("foob", GetParam()), "Zm9vYg==");
  EXPECT_EQ(Encode("fooba", GetParam()), "Zm9vYmE=");
  EXPECT_EQ(Encode("foobar", GetParam()), "Zm9vYmFy");
}

TEST_P(Base64Test, EveryShortLengthMatchesOpenSsl) {
  for (unsigned size = 0; size <= 200; ++size) {
    // Exactly as large as the input, so that a sanitizer sees an overrun.
    const std::vector<std::byte> bytes = RandomBytes(size, size);
    EXPECT_EQ(Encode(bytes, GetParam()), OpenSslBase64(bytes)) << size;
  }
}

TEST_P(Base64Test, EveryPairOfBytesMatchesOpenSsl) {
  std::vector<std::byte> bytes;
  for (unsigned i = 0; i < 65536; ++i) {
    bytes.push_back(static_cast<std::byte>(i >> 8));
    bytes.push_back(static_cast<std::byte>(i));
    bytes.push_back(static_cast<std::byte>(i * 7));
  }
  EXPECT_EQ(Encode(bytes, GetParam()), OpenSslBase64(bytes));
}

TEST_P(Base64Test, PiecesJoinToTheWhole) {
  const auto bytes = RandomBytes(3 * kBase64PieceBytes + 1234, 5);
  std::string joined;
  for (std::span<const std::byte> rest = bytes; !rest.empty();) {
    const auto piece = rest.first(std::min(rest.size(), kBase64PieceBytes));
    joined += Encode(piece, GetParam());
    rest = rest.subspan(piece.size());
  }
  EXPECT_EQ(joined, Encode(bytes, GetParam()));
}

TEST(DecodeBase64, UndoesEncoding) {
  for (unsigned size = 0; size <= 200; ++size) {
    const auto bytes = RandomBytes(size, size);
    auto decoded = DecodeBase64(OpenSslBase64(bytes));
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
    EXPECT_EQ(*decoded, bytes);
  }
}

TEST(DecodeBase64, AnythingElseIsRefused) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zm9v=", "Z=g=", "Zg=g",
        "Zm9v\n", "Zm9v Zm9v ", "Zm-_", "Zm9\xc3", "Zg==Zg=="}) {
    auto decoded = DecodeBase64(text);
    ASSERT_FALSE(decoded.has_value()) << text;
    EXPECT_EQ(decoded.error().code(), StatusCode::kInvalidArgument) << text;
  }
}

// Otherwise two texts would stand for the same bytes.
TEST(DecodeBase64, UnusedBitsMustBeZero) {
  EXPECT_FALSE(DecodeBase64("Zh==").has_value());
  EXPECT_FALSE(DecodeBase64("Zm9=").has_value());
}

TEST(DecodeBase64, ErrorNamesTheFirstWrongCharacter) {
  const Status status = DecodeBase64("Zm9vZ!9v").error();

  EXPECT_THAT(status.message(), HasSubstr("0x21"));
  EXPECT_THAT(status.message(), HasSubstr("offset 5"));
}

}  // namespace
}  // namespace goxel
