// Taking apart files made of lines of words. Nothing here reads beyond the
// given text, and no line is copied.

#ifndef RENDERER_FORMATS_TEXT_LINES_H_
#define RENDERER_FORMATS_TEXT_LINES_H_

#include <charconv>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace goxel {

std::string_view AsText(std::span<const std::byte> bytes);

// Cuts the first line off `text`, without its '\n'.
std::string_view TakeLine(std::string_view& text);

// Cuts the first word off `line`; empty when there is none. Words end at
// spaces, tabs and carriage returns.
std::string_view TakeWord(std::string_view& line);

// `text` without the blanks around it.
std::string_view Trim(std::string_view text);

// True when the line is blank or starts with '#'.
bool IsComment(std::string_view line);

// The line, short enough for a message and without bytes that are no text.
std::string Quote(std::string_view line);

// False unless all of `word` is one number that fits.
template <typename T>
bool ParseInteger(std::string_view word, int base, T& value) {
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value, base);
  return error == std::errc() && stop == end;
}

// The same for a decimal fraction. Infinities and "nan" are no numbers here.
bool ParseNumber(std::string_view word, double& value);

}  // namespace goxel

#endif  // RENDERER_FORMATS_TEXT_LINES_H_
