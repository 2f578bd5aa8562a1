#include "clients/cli/key_file.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <span>
#include <string_view>

#include "clients/cli/picture_output.h"

namespace goxel {
namespace {

constexpr std::size_t kKeyDigits = kEncryptionKeyBytes * 2;
constexpr std::size_t kNonceDigits = kEncryptionNonceBytes * 2;

struct CloseFile {
  void operator()(FILE* file) const { std::fclose(file); }
};

}  // namespace

Status WriteKeyFile(const std::string& path, const RenderSecret& secret) {
  std::string text = fmt::format("{}\n{}\n", FormatSecretBytes(secret.key),
                                 FormatSecretBytes(secret.nonce));
  Status written =
      WriteBytes(std::as_bytes(std::span(text)), path, OutputAccess::kOwner);
  ::OPENSSL_cleanse(text.data(), text.size());
  return written;
}

Result<RenderSecret> ReadKeyFile(const std::string& path) {
  const std::unique_ptr<FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) {
    return Fail(
        Status::FromErrno(fmt::format("open the key file '{}'", path), errno));
  }
  std::array<char, kKeyDigits + 1 + kNonceDigits + 2> buffer;
  const std::size_t size =
      std::fread(buffer.data(), 1, buffer.size(), file.get());
  std::string_view text(buffer.data(), size);
  if (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t end = text.find('\n');
  auto secret =
      end == text.npos
          ? Fail(StatusCode::kInvalidArgument, "it has one line")
          : ParseRenderSecret(text.substr(0, end), text.substr(end + 1));
  ::OPENSSL_cleanse(buffer.data(), buffer.size());
  if (secret) return secret;
  return Fail(
      StatusCode::kInvalidArgument,
      fmt::format("'{}' is no key file: {}; it has two lines of hex "
                  "digits, {} of the key and {} of the nonce",
                  path, secret.error().message(), kKeyDigits, kNonceDigits));
}

}  // namespace goxel
