#include "ipc/encrypted_file.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "ipc/hex.h"

namespace goxel {
namespace {

constexpr std::string_view kMagicLine = "GOXEL ENCRYPTED RENDER 1\n";

std::string HeaderText(const EncryptedHeader& header) {
  const RenderRecord& record = header.record;
  std::string text = fmt::format(
      "{}id={}\nsession={:06x}\ncreated={}\nttl={}\nwidth={}\nheight={}\n"
      "format={}\nalgorithm={}\n",
      kMagicLine, FormatRenderId(record.id), record.session & 0xffffff,
      record.created_unix_s, record.ttl_s, record.width, record.height,
      ToString(header.inner_format), kEncryptionAlgorithm);
  text.resize(kEncryptedHeaderBytes, '\n');
  return text;
}

// The value of the line that begins with `name` and '='; "" when there is none.
std::string_view Value(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.size() > name.size() && line.starts_with(name) &&
        line[name.size()] == '=') {
      return line.substr(name.size() + 1);
    }
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return {};
}

template <typename Integer>
bool ReadNumber(std::string_view text, Integer* value, int base = 10) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *value, base);
  return error == std::errc() && stop == end;
}

std::optional<EncryptedHeader> ParseText(std::string_view text) {
  const auto id = ParseRenderId(Value(text, "id"));
  const auto format = ParseRenderFormat(Value(text, "format"));
  EncryptedHeader header{.record = {.format = RenderFormat::kEnc}};
  RenderRecord& record = header.record;
  if (!id || !format || *format == RenderFormat::kEnc ||
      !ReadNumber(Value(text, "session"), &record.session, 16) ||
      !ReadNumber(Value(text, "created"), &record.created_unix_s) ||
      !ReadNumber(Value(text, "ttl"), &record.ttl_s) ||
      !ReadNumber(Value(text, "width"), &record.width) ||
      !ReadNumber(Value(text, "height"), &record.height) || record.width == 0 ||
      record.height == 0) {
    return std::nullopt;
  }
  record.id = *id;
  header.inner_format = *format;
  return header;
}

bool ReadHex(std::string_view text, std::span<std::byte> bytes) {
  if (text.size() != bytes.size() * 2) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint8_t value = 0;
    if (!ReadNumber(text.substr(i * 2, 2), &value, 16)) return false;
    bytes[i] = std::byte{value};
  }
  return true;
}

}  // namespace

RenderSecret::~RenderSecret() {
  ::OPENSSL_cleanse(key.data(), key.size());
  ::OPENSSL_cleanse(nonce.data(), nonce.size());
}

Result<RenderSecret> ParseRenderSecret(std::string_view key_hex,
                                       std::string_view nonce_hex) {
  RenderSecret secret;
  if (!ReadHex(key_hex, secret.key)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("the key has {} characters or one that is no hex "
                            "digit; give {} hex digits",
                            key_hex.size(), kEncryptionKeyBytes * 2));
  }
  if (!ReadHex(nonce_hex, secret.nonce)) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("the nonce has {} characters or one that is no hex "
                            "digit; give {} hex digits",
                            nonce_hex.size(), kEncryptionNonceBytes * 2));
  }
  return secret;
}

std::string FormatSecretBytes(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    AppendHex(std::to_integer<std::uint64_t>(byte), 2, text);
  }
  return text;
}

void WriteEncryptedHeader(const EncryptedHeader& header,
                          std::span<std::byte, kEncryptedHeaderBytes> bytes) {
  const std::string text = HeaderText(header);
  std::memcpy(bytes.data(), text.data(), bytes.size());
}

Result<EncryptedHeader> ParseEncryptedHeader(std::span<const std::byte> bytes) {
  if (bytes.size() < kEncryptedHeaderBytes) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("{} bytes are too few for the header of an "
                            "encrypted render; it has {}",
                            bytes.size(), kEncryptedHeaderBytes));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              kEncryptedHeaderBytes);
  // Writing it again must give the same bytes: that refuses whatever this
  // lenient reading let through.
  auto header = text.starts_with(kMagicLine) ? ParseText(text) : std::nullopt;
  if (!header || HeaderText(*header) != text) {
    return Fail(StatusCode::kDataLoss,
                "the first 4096 bytes are not the header of an encrypted "
                "render");
  }
  return *std::move(header);
}

}  // namespace goxel
