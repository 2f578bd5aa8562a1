// Reads JSON text (RFC 8259) from front to back, a value at a time, and takes
// no memory for it. What is passed over is checked to be JSON through and
// through, but for its UTF-8, which simdjson::validate_utf8() checks much
// faster over the whole.
//
// A function that returns false has met something else than it was to read; the
// scanner is then of no further use. Who calls it bounds the nesting: skipping
// a value takes stack for each of its brackets.
//
// Thread safety: one thread at a time. Texts handed out lie in the text given.

#ifndef DAEMON_JSON_SCANNER_H_
#define DAEMON_JSON_SCANNER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace goxel {

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()) {}

  // The byte behind the blanks that come next; '\0' at the end.
  char Peek() {
    while (at_ != end_ && IsBlank(*at_)) ++at_;
    return at_ == end_ ? '\0' : *at_;
  }

  // Passes `c` if that comes next.
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }

  // True when nothing but blanks is left.
  bool AtEnd() {
    Peek();
    return at_ == end_;
  }

  std::size_t bytes_left() const {
    return static_cast<std::size_t>(end_ - at_);
  }

  // Passes a value of any kind and gives its text.
  bool ReadValue(std::string_view* raw);
  bool SkipValue();

  // Gives what stands between the quotes, escapes as they are.
  bool ReadString(std::string_view* raw) {
    if (!Take('"')) return false;
    const char* const start = at_;
    do {
      while (at_ != end_ && !StopsString(*at_)) ++at_;
      if (TakeNext('"')) {
        *raw = {start, at_ - 1};
        return true;
      }
    } while (TakeNext('\\') && SkipEscape());
    return false;
  }

  // Gives the text of a number of any size.
  bool ReadNumber(std::string_view* raw) {
    Peek();
    const char* const start = at_;
    TakeNext('-');
    if (!TakeNext('0') && !TakeDigits()) return false;
    if (at_ != end_ && (*at_ == '.' || (*at_ | 0x20) == 'e')) {
      if (!TakeFraction()) return false;
    }
    *raw = {start, at_};
    return true;
  }

  // Passes an object. Calls read_member(key) behind each colon, which passes
  // the value and returns whether it could. A key is as ReadString() gives it.
  template <typename ReadMember>
  bool ReadObject(ReadMember&& read_member) {
    if (!Take('{')) return false;
    if (Take('}')) return true;
    do {
      std::string_view key;
      if (!ReadString(&key) || !Take(':') || !read_member(key)) return false;
    } while (Take(','));
    return Take('}');
  }

  // The same for an array and its elements.
  template <typename ReadElement>
  bool ReadArray(ReadElement&& read_element) {
    if (!Take('[')) return false;
    if (Take(']')) return true;
    do {
      if (!read_element()) return false;
    } while (Take(','));
    return Take(']');
  }

 private:
  static bool IsBlank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  // The end of a string, an escape, and what no string may hold.
  static bool StopsString(char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\';
  }

  // The same as Take(), without a look behind blanks.
  bool TakeNext(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool TakeDigits() {
    const char* const start = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return at_ != start;
  }

  bool TakeFraction();
  bool TakeWord(std::string_view word);
  bool SkipEscape();
  bool ReadCodeUnit(unsigned* unit);

  const char* at_;
  const char* const end_;
};

// The text that ReadString() gave, without its escapes.
std::string Unescaped(std::string_view raw);

// True when `raw`, as ReadString() gave it, stands for `name`.
inline bool IsName(std::string_view raw, std::string_view name) {
  return raw == name || (raw.size() > name.size() &&
                         raw.find('\\') != raw.npos && Unescaped(raw) == name);
}

}  // namespace goxel

#endif  // DAEMON_JSON_SCANNER_H_
