// Encryption by the daemon's side and decryption by the client's.

#include "transfer/encryption.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "clients/cpp/decryption.h"

namespace goxel {
namespace {

using Bytes = std::vector<std::byte>;

Bytes FromHex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(
        std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

RenderSecret NewSecret() {
  auto secret = MakeRenderSecret();
  EXPECT_TRUE(secret) << secret.error().message();
  return *secret;
}

// Ciphertext and tag of `plain`, given in pieces of `piece` bytes.
Bytes Encrypt(const RenderSecret& secret, std::span<const std::byte> header,
              std::span<const std::byte> plain, std::size_t piece) {
  Bytes out;
  auto encryptor = RenderEncryptor::Create(
      secret, header, [&](std::span<const std::byte> bytes) {
        out.insert(out.end(), bytes.begin(), bytes.end());
        return Status();
      });
  EXPECT_TRUE(encryptor) << encryptor.error().message();
  while (!plain.empty()) {
    const auto part = plain.first(std::min(piece, plain.size()));
    EXPECT_TRUE(encryptor->Add(part).ok());
    plain = plain.subspan(part.size());
  }
  EXPECT_TRUE(encryptor->Finish().ok());
  return out;
}

Bytes Picture(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>(i * 7 + i / 251);
  }
  return bytes;
}

class EncryptionTest : public testing::Test {
 protected:
  EncryptionTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "goxel-enc-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  ~EncryptionTest() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path Write(std::span<const std::byte> file) const {
    const auto path = directory_ / "render.enc";
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(file.data()),
               static_cast<std::streamsize>(file.size()));
    return path;
  }

  // A whole encrypted file.
  static Bytes MakeFile(const RenderSecret& secret,
                        std::span<const std::byte> plain, RenderId id = 7) {
    std::array<std::byte, kEncryptedHeaderBytes> header;
    WriteEncryptedHeader({.record = {.id = id,
                                     .created_unix_s = 1'700'000'000,
                                     .ttl_s = 60,
                                     .format = RenderFormat::kEnc,
                                     .width = 3,
                                     .height = 2},
                          .inner_format = RenderFormat::kPpm},
                         header);
    Bytes file(header.begin(), header.end());
    const Bytes rest = Encrypt(secret, header, plain, 1000);
    file.insert(file.end(), rest.begin(), rest.end());
    return file;
  }

  void ExpectRefused(std::span<const std::byte> file,
                     const RenderSecret& secret, const std::string& why) const {
    const auto render = DecryptRender(Write(file), secret);
    ASSERT_FALSE(render) << why;
    EXPECT_EQ(render.error().code(), StatusCode::kDataLoss) << why;
  }

  std::filesystem::path directory_;
};

// Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation".
TEST_F(EncryptionTest, TheKnownAnswerComesOut) {
  const auto secret = ParseRenderSecret(
      "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
      "cafebabefacedbaddecaf888");
  const Bytes plain = FromHex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const Bytes header = FromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");

  for (const std::size_t piece : {1u, 13u, 16u, 60u}) {
    EXPECT_EQ(Encrypt(*secret, header, plain, piece),
              FromHex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c9"
                      "7598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                      "c5f61e6393ba7a0abcc9f662"
                      "76fc6ece0f4e1768cddf8853bb2d551b"))
        << piece;
  }
}

TEST_F(EncryptionTest, EveryRenderHasAKeyOfItsOwn) {
  const RenderSecret one = NewSecret();
  const RenderSecret two = NewSecret();

  EXPECT_NE(one.key, two.key);
  EXPECT_NE(one.nonce, two.nonce);
}

TEST_F(EncryptionTest, WhatIsEncryptedDecryptsToItself) {
  const RenderSecret secret = NewSecret();
  for (const std::size_t size : {1u, 15u, 16u, 17u, 65'536u, 3'000'001u}) {
    const Bytes plain = Picture(size);

    const auto render = DecryptRender(Write(MakeFile(secret, plain)), secret);

    ASSERT_TRUE(render) << size << ": " << render.error().message();
    EXPECT_EQ(render->bytes, plain) << size;
    EXPECT_EQ(render->id, 7u);
    EXPECT_EQ(render->format, RenderFormat::kPpm);
    EXPECT_EQ(render->width, 3u);
    EXPECT_EQ(render->height, 2u);
  }
}

// The same container read by OpenSSL calls in another order.
TEST_F(EncryptionTest, AnIndependentReaderAgrees) {
  const RenderSecret secret = NewSecret();
  const Bytes plain = Picture(5000);
  Bytes file = MakeFile(secret, plain);
  const auto raw = [&](std::size_t offset) {
    return reinterpret_cast<unsigned char*>(file.data() + offset);
  };
  Bytes out(plain.size());
  int length = 0;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  ASSERT_EQ(
      EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nullptr, nullptr, nullptr),
      1);
  ASSERT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_IVLEN, 12, nullptr),
            1);
  ASSERT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16,
                                raw(file.size() - 16)),
            1);
  ASSERT_EQ(EVP_DecryptInit_ex(
                context, nullptr, nullptr,
                reinterpret_cast<const unsigned char*>(secret.key.data()),
                reinterpret_cast<const unsigned char*>(secret.nonce.data())),
            1);
  ASSERT_EQ(EVP_DecryptUpdate(context, nullptr, &length, raw(0), 4096), 1);
  ASSERT_EQ(
      EVP_DecryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()),
                        &length, raw(4096), static_cast<int>(plain.size())),
      1);
  EXPECT_EQ(EVP_DecryptFinal_ex(context, raw(0), &length), 1);
  EVP_CIPHER_CTX_free(context);
  EXPECT_EQ(out, plain);
}

TEST_F(EncryptionTest, NoByteCanBeChangedUnnoticed) {
  const RenderSecret secret = NewSecret();
  Bytes file = MakeFile(secret, Picture(300));
  // Most of the header is newlines: some of them will do.
  const auto step = [](std::size_t i) {
    return i > 200 && i + 100 < kEncryptedHeaderBytes ? 61u : 1u;
  };
  for (std::size_t i = 0; i < file.size(); i += step(i)) {
    file[i] ^= std::byte{1};
    ExpectRefused(file, secret, "byte " + std::to_string(i));
    file[i] ^= std::byte{1};
  }
  EXPECT_TRUE(DecryptRender(Write(file), secret));
}

// A header that is valid in itself, but of another render or time to live.
TEST_F(EncryptionTest, AnotherValidHeaderIsNoticed) {
  const RenderSecret secret = NewSecret();
  Bytes file = MakeFile(secret, Picture(300), 7);
  const Bytes other = MakeFile(secret, Picture(300), 8);

  std::copy_n(other.begin(), kEncryptedHeaderBytes, file.begin());

  ExpectRefused(file, secret, "the header of render 8");
}

TEST_F(EncryptionTest, AFileThatWasCutOrExtendedIsNoticed) {
  const RenderSecret secret = NewSecret();
  const Bytes file = MakeFile(secret, Picture(300));
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kEncryptedHeaderBytes - 1,
        kEncryptedHeaderBytes, kEncryptedHeaderBytes + kEncryptionTagBytes,
        file.size() - 16, file.size() - 1}) {
    ExpectRefused(std::span(file).first(size), secret, std::to_string(size));
  }
  Bytes longer = file;
  longer.push_back(std::byte{0});
  ExpectRefused(longer, secret, "a byte more");
}

TEST_F(EncryptionTest, TheSecretOfAnotherRenderDoesNotFit) {
  const RenderSecret secret = NewSecret();
  const Bytes file = MakeFile(secret, Picture(300));
  RenderSecret other_key = secret;
  other_key.key[31] ^= std::byte{1};
  RenderSecret other_nonce = secret;
  other_nonce.nonce[0] ^= std::byte{0x80};

  ExpectRefused(file, other_key, "another key");
  ExpectRefused(file, other_nonce, "another nonce");
  ExpectRefused(MakeFile(NewSecret(), Picture(300)), secret, "swapped files");
}

TEST_F(EncryptionTest, ARefusalNamesTheFileAndTheReasons) {
  const RenderSecret secret = NewSecret();

  const auto render =
      DecryptRender(Write(MakeFile(NewSecret(), Picture(300))), secret);

  ASSERT_FALSE(render);
  EXPECT_THAT(render.error().message(), testing::HasSubstr("render.enc"));
  EXPECT_THAT(render.error().message(), testing::HasSubstr("was changed"));
  EXPECT_THAT(render.error().message(), testing::HasSubstr("another render"));
}

TEST_F(EncryptionTest, WhatIsNoFileIsRefused) {
  EXPECT_EQ(DecryptRender(directory_, {}).error().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(DecryptRender(directory_ / "none", {}).error().code(),
            StatusCode::kNotFound);
}

TEST_F(EncryptionTest, AFailingSinkEndsTheEncryption) {
  const Status full(StatusCode::kStorageFailed, "no space left");
  auto encryptor = RenderEncryptor::Create(
      NewSecret(), {}, [&](std::span<const std::byte>) { return full; });
  ASSERT_TRUE(encryptor);

  EXPECT_EQ(encryptor->Add(Picture(10)).code(), StatusCode::kStorageFailed);
}

}  // namespace
}  // namespace goxel
