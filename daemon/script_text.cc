#include "daemon/script_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace goxel {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::size_t kSurrogateBytes = 3;
constexpr char kSurrogateLead = '\xed';

// The UTF-16 surrogate that `text` starts with; 0xd800 to 0xdfff.
std::optional<std::uint32_t> SurrogateAt(std::string_view text) {
  if (text.size() < kSurrogateBytes || text[0] != kSurrogateLead) {
    return std::nullopt;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const auto third = static_cast<unsigned char>(text[2]);
  if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) {
    return std::nullopt;
  }
  return 0xd000u + ((second & 0x3fu) << 6) + (third & 0x3fu);
}

bool IsHigh(std::uint32_t surrogate) { return surrogate < 0xdc00; }

void AppendFourBytes(std::uint32_t high, std::uint32_t low, std::string* text) {
  const std::uint32_t code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  for (const std::uint32_t byte :
       {0xf0 | code >> 18, 0x80 | (code >> 12 & 0x3f),
        0x80 | (code >> 6 & 0x3f), 0x80 | (code & 0x3f)}) {
    text->push_back(static_cast<char>(byte));
  }
}

}  // namespace

std::string Utf8FromSurrogates(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find(kSurrogateLead), text.size());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    const auto first = SurrogateAt(text);
    if (!first) {
      // Nothing left, or another character with the same first byte.
      out.append(text.substr(0, 1));
      text.remove_prefix(std::min<std::size_t>(1, text.size()));
      continue;
    }
    text.remove_prefix(kSurrogateBytes);
    const auto second = SurrogateAt(text);
    if (IsHigh(*first) && second && !IsHigh(*second)) {
      AppendFourBytes(*first, *second, &out);
      text.remove_prefix(kSurrogateBytes);
    } else {
      out.append(kReplacement);
    }
  }
  return out;
}

}  // namespace goxel
