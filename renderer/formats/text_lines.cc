#include "renderer/formats/text_lines.h"

#include <cmath>

namespace goxel {
namespace {

constexpr std::string_view kBlanks = " \t\r";

}  // namespace

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

std::string_view TakeWord(std::string_view& line) {
  const std::size_t start = line.find_first_not_of(kBlanks);
  if (start == line.npos) return {};
  const std::size_t end = line.find_first_of(kBlanks, start);
  const std::string_view word = line.substr(start, end - start);
  line.remove_prefix(end == line.npos ? line.size() : end);
  return word;
}

std::string_view Trim(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == text.npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) + 1 - start);
}

bool IsComment(std::string_view line) {
  const std::string_view word = TakeWord(line);
  return word.empty() || word.front() == '#';
}

std::string Quote(std::string_view line) {
  constexpr std::size_t kLongest = 60;
  std::string quoted;
  for (const char c : line.substr(0, kLongest)) {
    quoted += c >= ' ' && c <= '~' ? c : '?';
  }
  return quoted + (line.size() > kLongest ? "..." : "");
}

bool ParseNumber(std::string_view word, double& value) {
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  return error == std::errc() && stop == end && std::isfinite(value);
}

}  // namespace goxel
