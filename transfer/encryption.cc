#include "transfer/encryption.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <utility>

namespace goxel {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

struct DeleteContext {
  void operator()(EVP_CIPHER_CTX* context) const {
    ::EVP_CIPHER_CTX_free(context);
  }
};

struct DeleteCipher {
  void operator()(EVP_CIPHER* cipher) const { ::EVP_CIPHER_free(cipher); }
};

unsigned char* Raw(std::byte* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* Raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

Status NoEncryption() {
  return Fail(StatusCode::kInternal,
              "OpenSSL cannot encrypt with AES-256-GCM; its default provider "
              "is needed");
}

bool FillRandom(std::span<std::byte> bytes) {
  return ::RAND_priv_bytes(Raw(bytes.data()), static_cast<int>(bytes.size())) ==
         1;
}

}  // namespace

Result<RenderSecret> MakeRenderSecret() {
  RenderSecret secret;
  if (FillRandom(secret.key) && FillRandom(secret.nonce)) return secret;
  return Fail(StatusCode::kInternal,
              "RAND_priv_bytes gave no random bytes; is the operating system's "
              "generator reachable?");
}

struct RenderEncryptor::State {
  std::unique_ptr<EVP_CIPHER_CTX, DeleteContext> context;
  ByteSink sink;
  std::array<std::byte, kPieceBytes> piece;

  bool Start(const RenderSecret& secret,
             std::span<const std::byte> authenticated) {
    const std::unique_ptr<EVP_CIPHER, DeleteCipher> cipher(
        ::EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
    context.reset(::EVP_CIPHER_CTX_new());
    int length = 0;
    // GCM's own nonce length is 12 bytes, RenderSecret's.
    return cipher != nullptr && context != nullptr &&
           ::EVP_EncryptInit_ex2(context.get(), cipher.get(),
                                 Raw(secret.key.data()),
                                 Raw(secret.nonce.data()), nullptr) == 1 &&
           ::EVP_EncryptUpdate(context.get(), nullptr, &length,
                               Raw(authenticated.data()),
                               static_cast<int>(authenticated.size())) == 1;
  }
};

Result<RenderEncryptor> RenderEncryptor::Create(
    const RenderSecret& secret, std::span<const std::byte> authenticated,
    ByteSink sink) {
  auto state = std::make_unique<State>();
  state->sink = std::move(sink);
  if (!state->Start(secret, authenticated)) return Fail(NoEncryption());
  return RenderEncryptor(std::move(state));
}

RenderEncryptor::RenderEncryptor(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
RenderEncryptor::~RenderEncryptor() = default;
RenderEncryptor::RenderEncryptor(RenderEncryptor&&) noexcept = default;
RenderEncryptor& RenderEncryptor::operator=(RenderEncryptor&&) noexcept =
    default;

Status RenderEncryptor::Add(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kPieceBytes));
    int length = 0;
    if (::EVP_EncryptUpdate(state_->context.get(), Raw(state_->piece.data()),
                            &length, Raw(part.data()),
                            static_cast<int>(part.size())) != 1) {
      return NoEncryption();
    }
    Status written = state_->sink(
        std::span(state_->piece).first(static_cast<std::size_t>(length)));
    if (!written.ok()) return written;
    bytes = bytes.subspan(part.size());
  }
  return {};
}

Status RenderEncryptor::Finish() {
  std::array<std::byte, kEncryptionTagBytes> tag;
  int length = 0;
  // GCM is a stream cipher: nothing is left to write but the tag.
  if (::EVP_EncryptFinal_ex(state_->context.get(), Raw(state_->piece.data()),
                            &length) != 1 ||
      ::EVP_CIPHER_CTX_ctrl(state_->context.get(), EVP_CTRL_AEAD_GET_TAG,
                            static_cast<int>(tag.size()), tag.data()) != 1) {
    return NoEncryption();
  }
  return state_->sink(tag);
}

}  // namespace goxel
