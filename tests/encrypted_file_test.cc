#include "ipc/encrypted_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace goxel {
namespace {

using testing::HasSubstr;
using testing::Not;
using HeaderBytes = std::array<std::byte, kEncryptedHeaderBytes>;

EncryptedHeader SampleHeader() {
  return {.record = {.id = 0x0123456789abcdef,
                     .key = {},
                     .session = 0xab12,
                     .created_unix_s = 1'700'000'000,
                     .ttl_s = 3600,
                     .format = RenderFormat::kEnc,
                     .width = 640,
                     .height = 480},
          .inner_format = RenderFormat::kPng};
}

HeaderBytes Write(const EncryptedHeader& header) {
  HeaderBytes bytes;
  WriteEncryptedHeader(header, bytes);
  return bytes;
}

std::string TextOf(const HeaderBytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(EncryptedFile, AHeaderIsReadAsItWasWritten) {
  const auto header = ParseEncryptedHeader(Write(SampleHeader()));

  ASSERT_TRUE(header) << header.error().message();
  const RenderRecord expected = SampleHeader().record;
  EXPECT_EQ(header->record.id, expected.id);
  EXPECT_EQ(header->record.session, expected.session);
  EXPECT_EQ(header->record.created_unix_s, expected.created_unix_s);
  EXPECT_EQ(header->record.ttl_s, expected.ttl_s);
  EXPECT_EQ(header->record.width, expected.width);
  EXPECT_EQ(header->record.height, expected.height);
  EXPECT_EQ(header->record.format, RenderFormat::kEnc);
  EXPECT_EQ(header->inner_format, RenderFormat::kPng);
  EXPECT_EQ(RenderFileName(header->record),
            "render_1700000000_00ab12_0123456789abcdef.enc");
}

TEST(EncryptedFile, WhatThePictureShowsIsNotInTheClear) {
  EncryptedHeader header = SampleHeader();
  header.record.key = {.high = 0x1111, .low = 0x2222};
  header.record.camera_json = R"({"azimuth":45})";
  header.record.settings_json = R"({"shading":"flat"})";

  const std::string text = TextOf(Write(header));

  EXPECT_THAT(text, Not(HasSubstr("azimuth")));
  EXPECT_THAT(text, Not(HasSubstr("shading")));
  EXPECT_THAT(text, Not(HasSubstr("1111")));
  EXPECT_EQ(text, TextOf(Write(SampleHeader())));
}

TEST(EncryptedFile, TheHeaderInTheDocumentIsTheOneWritten) {
  EXPECT_THAT(TextOf(Write(SampleHeader())),
              testing::StartsWith("GOXEL ENCRYPTED RENDER 1\n"
                                  "id=0123456789abcdef\n"
                                  "session=00ab12\n"
                                  "created=1700000000\n"
                                  "ttl=3600\n"
                                  "width=640\n"
                                  "height=480\n"
                                  "format=png\n"
                                  "algorithm=aes-256-gcm\n\n"));
}

TEST(EncryptedFile, AnyOtherHeaderIsDataLoss) {
  const HeaderBytes good = Write(SampleHeader());
  for (std::size_t i = 0; i < good.size(); ++i) {
    HeaderBytes bad = good;
    bad[i] = bad[i] == std::byte{'\n'} ? std::byte{' '} : std::byte{'\n'};
    EXPECT_FALSE(ParseEncryptedHeader(bad)) << i;
  }
  for (const std::size_t size : {0u, 1u, 4095u}) {
    const auto cut = ParseEncryptedHeader(std::span(good).first(size));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code(), StatusCode::kDataLoss);
  }
}

TEST(EncryptedFile, ARenderIsNotEncryptedTwice) {
  EncryptedHeader header = SampleHeader();
  header.inner_format = RenderFormat::kEnc;

  EXPECT_FALSE(ParseEncryptedHeader(Write(header)));
}

TEST(EncryptedFile, DamagedHeadersAreDigested) {
  const std::string good = TextOf(Write(SampleHeader()));
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = good;
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % 200;
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 8).resize(good.size(), '\n');
          break;
        default:
          text.insert(at, text.substr(random() % 200, 12)).resize(good.size());
      }
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()),
                           text.size());
  }
}

TEST(RenderSecret, HexDigitsComeBackAsTheyWere) {
  const std::string key(kEncryptionKeyBytes * 2, 'a');
  const std::string nonce = "000102030405060708090a0b";

  const auto secret = ParseRenderSecret(key, nonce);

  ASSERT_TRUE(secret) << secret.error().message();
  EXPECT_EQ(FormatSecretBytes(secret->key), key);
  EXPECT_EQ(FormatSecretBytes(secret->nonce), nonce);
}

TEST(RenderSecret, AWrongOneIsRefusedWithoutRepeatingIt) {
  const std::string key(kEncryptionKeyBytes * 2, 'a');
  const std::string nonce(kEncryptionNonceBytes * 2, '0');
  for (const auto& [bad_key, bad_nonce] :
       std::vector<std::pair<std::string, std::string>>{
           {"", nonce},
           {key, ""},
           {key + "aa", nonce},
           {std::string(kEncryptionKeyBytes * 2, 'g'), nonce},
           {key, "+" + nonce.substr(1)},
           {key, "0x" + nonce.substr(2)}}) {
    const auto secret = ParseRenderSecret(bad_key, bad_nonce);

    ASSERT_FALSE(secret) << bad_key << " " << bad_nonce;
    EXPECT_EQ(secret.error().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(secret.error().message(), Not(HasSubstr("aaaa")));
  }
}

TEST(RenderSecret, IsWipedAtTheEndOfItsLife) {
  alignas(RenderSecret) std::array<std::byte, sizeof(RenderSecret)> memory;
  auto* secret = new (memory.data()) RenderSecret;
  secret->key.fill(std::byte{0x5a});
  secret->nonce.fill(std::byte{0x5a});

  secret->~RenderSecret();

  EXPECT_THAT(memory, testing::Not(testing::Contains(std::byte{0x5a})));
}

}  // namespace
}  // namespace goxel
