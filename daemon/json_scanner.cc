#include "daemon/json_scanner.h"

#include <simdjson.h>

namespace goxel {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The value of a hexadecimal digit; 16 or more for anything else.
unsigned HexDigit(char c) {
  if (IsDigit(c)) return static_cast<unsigned>(c - '0');
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f')
    return static_cast<unsigned>(lower - 'a') + 10;
  return 16;
}

bool IsHighSurrogate(unsigned unit) { return unit >> 10 == 0xd800 >> 10; }
bool IsLowSurrogate(unsigned unit) { return unit >> 10 == 0xdc00 >> 10; }

}  // namespace

bool JsonScanner::TakeWord(std::string_view word) {
  if (!std::string_view(at_, end_).starts_with(word)) return false;
  at_ += word.size();
  return true;
}

bool JsonScanner::ReadValue(std::string_view* raw) {
  Peek();
  const char* const start = at_;
  if (!SkipValue()) return false;
  *raw = {start, at_};
  return true;
}

bool JsonScanner::SkipValue() {
  std::string_view ignored;
  switch (Peek()) {
    case '{':
      return ReadObject([this](std::string_view) { return SkipValue(); });
    case '[':
      return ReadArray([this] { return SkipValue(); });
    case '"':
      return ReadString(&ignored);
    case 't':
      return TakeWord("true");
    case 'f':
      return TakeWord("false");
    case 'n':
      return TakeWord("null");
    default:
      return ReadNumber(&ignored);
  }
}

// Passes the rest of a number, behind its integer.
bool JsonScanner::TakeFraction() {
  if (TakeNext('.') && !TakeDigits()) return false;
  if (!TakeNext('e') && !TakeNext('E')) return true;
  if (!TakeNext('+')) TakeNext('-');
  return TakeDigits();
}

// Passes what follows a backslash. A surrogate must have its other half.
bool JsonScanner::SkipEscape() {
  if (at_ == end_) return false;
  const char kind = *at_++;
  if (kind != 'u') {
    return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
  }
  unsigned first = 0;
  if (!ReadCodeUnit(&first) || IsLowSurrogate(first)) return false;
  if (!IsHighSurrogate(first)) return true;
  unsigned second = 0;
  return TakeWord("\\u") && ReadCodeUnit(&second) && IsLowSurrogate(second);
}

bool JsonScanner::ReadCodeUnit(unsigned* unit) {
  for (int i = 0; i < 4; ++i) {
    const unsigned digit = at_ == end_ ? 16 : HexDigit(*at_);
    if (digit > 15) return false;
    *unit = *unit << 4 | digit;
    ++at_;
  }
  return true;
}

std::string Unescaped(std::string_view raw) {
  if (raw.find('\\') == raw.npos) return std::string(raw);
  std::string quoted = "\"";
  quoted.append(raw).push_back('"');
  simdjson::dom::parser parser;
  std::string_view text;
  const auto error = parser.parse(quoted).get_string().get(text);
  return error == simdjson::SUCCESS ? std::string(text) : std::string();
}

}  // namespace goxel
