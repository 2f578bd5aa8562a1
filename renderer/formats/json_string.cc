#include "renderer/formats/json_string.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace goxel {
namespace {

unsigned char ByteAt(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

// What a first byte says about its character.
struct Lead {
  std::size_t length;
  std::uint32_t bits;    // Of the first byte.
  std::uint32_t lowest;  // Anything below has a shorter form.
};

std::optional<Lead> ReadLead(unsigned char byte) {
  if (byte < 0x80) return Lead{1, byte, 0};
  if (byte >> 5 == 0x06) return Lead{2, byte & 0x1Fu, 0x80};
  if (byte >> 4 == 0x0E) return Lead{3, byte & 0x0Fu, 0x800};
  if (byte >> 3 == 0x1E) return Lead{4, byte & 0x07u, 0x10000};
  return std::nullopt;
}

// Bytes of the character at the start of `text`; 0 when it is no UTF-8.
std::size_t CharacterBytes(std::string_view text) {
  const std::optional<Lead> lead = ReadLead(ByteAt(text, 0));
  if (!lead || lead->length > text.size()) return 0;
  std::uint32_t code = lead->bits;
  for (std::size_t i = 1; i < lead->length; ++i) {
    const unsigned char next = ByteAt(text, i);
    if (next >> 6 != 0x02) return 0;
    code = code << 6 | (next & 0x3Fu);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < lead->lowest || code > 0x10FFFF || surrogate ? 0 : lead->length;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = CharacterBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace

std::string EscapeJson(std::string_view text) {
  const bool is_utf8 = IsUtf8(text);
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (byte < ' ') {
      escaped += fmt::format("\\u{:04x}", byte);
    } else {
      escaped += byte < 0x80 || is_utf8 ? c : '?';
    }
  }
  return escaped;
}

}  // namespace goxel
