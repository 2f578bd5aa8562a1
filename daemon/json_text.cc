#include "daemon/json_text.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>

namespace goxel {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

unsigned char ByteAt(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

// How many bytes of `text` form one character that is not ASCII; 0 when they
// form none (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
std::size_t MultiByteLength(std::string_view text) {
  const unsigned char lead = ByteAt(text, 0);
  const unsigned char second = ByteAt(text, 1);
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  std::size_t length = 0;
  if (lead >= 0xc2 && lead <= 0xdf) length = 2;
  if (lead >= 0xe0 && lead <= 0xef) length = 3;
  if (lead >= 0xf0 && lead <= 0xf4) length = 4;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xed) high = 0x9f;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  if (length == 0 || second < low || second > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((ByteAt(text, i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

void AppendAscii(char c, std::string* json) {
  switch (c) {
    case '"':
    case '\\':
      json->push_back('\\');
      json->push_back(c);
      break;
    case '\n':
      json->append("\\n");
      break;
    case '\r':
      json->append("\\r");
      break;
    case '\t':
      json->append("\\t");
      break;
    default:
      if (c >= ' ') {
        json->push_back(c);
      } else {
        fmt::format_to(std::back_inserter(*json), "\\u{:04x}",
                       static_cast<unsigned>(c));
      }
  }
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* json) {
  json->push_back('"');
  while (!text.empty()) {
    std::size_t length = 1;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      AppendAscii(text.front(), json);
    } else if ((length = MultiByteLength(text)) > 0) {
      json->append(text.substr(0, length));
    } else {
      json->append(kReplacement);
      length = 1;
    }
    text.remove_prefix(length);
  }
  json->push_back('"');
}

}  // namespace goxel
