#include "clients/cpp/decryption.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>
#include <utility>

#include "ipc/unique_fd.h"

namespace goxel {
namespace {

// A length that OpenSSL's int holds.
constexpr std::size_t kPieceBytes = 1 << 20;

struct DeleteContext {
  void operator()(EVP_CIPHER_CTX* context) const {
    ::EVP_CIPHER_CTX_free(context);
  }
};

struct DeleteCipher {
  void operator()(EVP_CIPHER* cipher) const { ::EVP_CIPHER_free(cipher); }
};

unsigned char* Raw(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
const unsigned char* Raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Result<std::vector<std::byte>> ReadFile(const std::filesystem::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0) {
    return Fail(
        Status::FromErrno(fmt::format("open '{}'", path.native()), errno));
  }
  if (!S_ISREG(status.st_mode)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("'{}' is not a regular file; name the file of an "
                            "encrypted render",
                            path.native()));
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count =
        ::read(fd.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return Fail(
          Status::FromErrno(fmt::format("read '{}'", path.native()), errno));
    }
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

// Decrypts `bytes` in place. False when the tag does not fit; what is in
// `bytes` is worthless then.
bool Decrypt(const RenderSecret& secret, std::span<const std::byte> header,
             std::span<std::byte> bytes, std::span<std::byte> tag) {
  const std::unique_ptr<EVP_CIPHER, DeleteCipher> cipher(
      ::EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  const std::unique_ptr<EVP_CIPHER_CTX, DeleteContext> context(
      ::EVP_CIPHER_CTX_new());
  int length = 0;
  if (cipher == nullptr || context == nullptr ||
      ::EVP_DecryptInit_ex2(context.get(), cipher.get(), Raw(secret.key),
                            Raw(secret.nonce), nullptr) != 1 ||
      ::EVP_DecryptUpdate(context.get(), nullptr, &length, Raw(header),
                          static_cast<int>(header.size())) != 1) {
    return false;
  }
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kPieceBytes));
    if (::EVP_DecryptUpdate(context.get(), Raw(piece), &length, Raw(piece),
                            static_cast<int>(piece.size())) != 1) {
      return false;
    }
    bytes = bytes.subspan(piece.size());
  }
  return ::EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG,
                               static_cast<int>(tag.size()), tag.data()) == 1 &&
         ::EVP_DecryptFinal_ex(context.get(), nullptr, &length) == 1;
}

}  // namespace

Result<DecryptedRender> DecryptRender(const std::filesystem::path& path,
                                      const RenderSecret& secret) {
  auto file = ReadFile(path);
  if (!file) return Fail(std::move(file.error()));
  if (file->size() <= kEncryptionOverheadBytes) {
    return Fail(
        StatusCode::kDataLoss,
        fmt::format("'{}' has {} bytes; an encrypted render has more "
                    "than {}",
                    path.native(), file->size(), kEncryptionOverheadBytes));
  }
  const std::span<std::byte> all(*file);
  const auto header_bytes = all.first(kEncryptedHeaderBytes);
  const auto header = ParseEncryptedHeader(header_bytes);
  if (!header) {
    return Fail(header.error().Retold(
        StatusCode::kDataLoss,
        fmt::format("'{}': {}", path.native(), header.error().message())));
  }
  const std::size_t size = all.size() - kEncryptionOverheadBytes;
  const auto bytes = all.subspan(kEncryptedHeaderBytes, size);
  if (!Decrypt(secret, header_bytes, bytes, all.last(kEncryptionTagBytes))) {
    ::OPENSSL_cleanse(file->data(), file->size());
    return Fail(StatusCode::kDataLoss,
                fmt::format("'{}' is not what the daemon wrote with this key "
                            "and nonce: it was changed, or they belong to "
                            "another render than {}",
                            path.native(), FormatRenderId(header->record.id)));
  }
  file->erase(file->begin(), file->begin() + kEncryptedHeaderBytes);
  file->resize(size);
  return DecryptedRender{.id = header->record.id,
                         .format = header->inner_format,
                         .width = header->record.width,
                         .height = header->record.height,
                         .bytes = *std::move(file)};
}

}  // namespace goxel
