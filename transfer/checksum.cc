#include "transfer/checksum.h"

#include <fmt/core.h>
#include <openssl/evp.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

struct DeleteDigest {
  void operator()(EVP_MD* digest) const { ::EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
};

struct DeleteXxh3 {
  void operator()(XXH3_state_t* state) const { ::XXH3_freeState(state); }
};

Status OutOfMemory(std::string_view name) {
  return Fail(StatusCode::kResourceExhausted,
              fmt::format("no memory to compute a {} checksum", name));
}

}  // namespace

struct ChecksumBuilder::State {
  ChecksumKind kind = ChecksumKind::kNone;
  std::unique_ptr<EVP_MD_CTX, DeleteDigest> sha256;
  std::unique_ptr<XXH3_state_t, DeleteXxh3> xxh3;
  bool failed = false;

  Status StartSha256() {
    std::unique_ptr<EVP_MD, DeleteDigest> digest(
        ::EVP_MD_fetch(nullptr, "SHA256", nullptr));
    if (digest == nullptr) {
      return Fail(StatusCode::kInternal,
                  "OpenSSL has no SHA256; its default provider is needed");
    }
    sha256.reset(::EVP_MD_CTX_new());
    if (sha256 == nullptr ||
        ::EVP_DigestInit_ex2(sha256.get(), digest.get(), nullptr) != 1) {
      return OutOfMemory("sha256");
    }
    return {};
  }

  Status StartXxh3() {
    xxh3.reset(::XXH3_createState());
    if (xxh3 == nullptr || ::XXH3_128bits_reset(xxh3.get()) != XXH_OK) {
      return OutOfMemory("xxh3");
    }
    return {};
  }
};

Result<ChecksumBuilder> ChecksumBuilder::Create(ChecksumKind kind) {
  auto state = std::make_unique<State>();
  state->kind = kind;
  Status started;
  if (kind == ChecksumKind::kSha256) started = state->StartSha256();
  if (kind == ChecksumKind::kXxh3) started = state->StartXxh3();
  if (!started.ok()) return Fail(std::move(started));
  return ChecksumBuilder(std::move(state));
}

ChecksumBuilder::ChecksumBuilder(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
ChecksumBuilder::~ChecksumBuilder() = default;
ChecksumBuilder::ChecksumBuilder(ChecksumBuilder&&) noexcept = default;
ChecksumBuilder& ChecksumBuilder::operator=(ChecksumBuilder&&) noexcept =
    default;

void ChecksumBuilder::Add(std::span<const std::byte> bytes) {
  if (state_->sha256 != nullptr &&
      ::EVP_DigestUpdate(state_->sha256.get(), bytes.data(), bytes.size()) !=
          1) {
    state_->failed = true;
  }
  if (state_->xxh3 != nullptr &&
      ::XXH3_128bits_update(state_->xxh3.get(), bytes.data(), bytes.size()) !=
          XXH_OK) {
    state_->failed = true;
  }
}

Checksum ChecksumBuilder::Finish() {
  Checksum checksum;
  auto* const bytes = reinterpret_cast<unsigned char*>(checksum.bytes.data());
  if (state_->sha256 != nullptr &&
      ::EVP_DigestFinal_ex(state_->sha256.get(), bytes, nullptr) != 1) {
    state_->failed = true;
  }
  if (state_->xxh3 != nullptr) {
    XXH128_canonical_t canonical;
    ::XXH128_canonicalFromHash(&canonical,
                               ::XXH3_128bits_digest(state_->xxh3.get()));
    std::copy(std::begin(canonical.digest), std::end(canonical.digest), bytes);
  }
  if (state_->failed) return {};
  checksum.kind = state_->kind;
  return checksum;
}

Result<ChecksumKind> ParseChecksumKind(std::string_view name) {
  if (name == "sha256") return ChecksumKind::kSha256;
  if (name == "xxh3") return ChecksumKind::kXxh3;
  if (name == "none") return ChecksumKind::kNone;
  return Fail(StatusCode::kInvalidArgument,
              fmt::format("\"{}\" is not a checksum; give \"sha256\", \"xxh3\" "
                          "or \"none\"",
                          name));
}

}  // namespace goxel
