#include "daemon/json_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace goxel {
namespace {

constexpr std::size_t kShownBytes = 60;

// The value as JSON, cut where it is long. Bytes that a cut would tear out of a
// UTF-8 sequence go too.
std::string Show(Json value) {
  std::string text = simdjson::minify(value);
  if (text.size() <= kShownBytes) return text;
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + "...";
}

}  // namespace

tl::unexpected<Status> BadValue(std::string_view name, Json value,
                                std::string_view expected) {
  return Fail(
      StatusCode::kInvalidArgument,
      fmt::format("{} is {}; expected {}", name, Show(value), expected));
}

Result<bool> ReadBool(Json value, std::string_view name) {
  if (!value.is_bool()) return BadValue(name, value, "true or false");
  return value.get_bool().value_unsafe();
}

Result<std::string_view> ReadString(Json value, std::string_view name) {
  if (!value.is_string()) return BadValue(name, value, "a string");
  return value.get_string().value_unsafe();
}

Result<std::int64_t> ReadInteger(Json value, std::string_view name,
                                 std::int64_t min, std::int64_t max) {
  std::int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS || number < min ||
      number > max) {
    return BadValue(name, value,
                    fmt::format("an integer from {} to {}", min, max));
  }
  return number;
}

Result<double> ReadNumber(Json value, std::string_view name) {
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS ||
      !std::isfinite(number)) {
    return BadValue(name, value, "a number");
  }
  return number;
}

Result<double> ReadNumber(Json value, std::string_view name, double min,
                          double max) {
  auto number = ReadNumber(value, name);
  if (number && *number >= min && *number <= max) return number;
  return BadValue(name, value, fmt::format("a number from {} to {}", min, max));
}

Status ReadNumbers(Json value, std::string_view name,
                   std::span<double> numbers) {
  const auto expected = fmt::format("an array of {} numbers", numbers.size());
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS ||
      array.size() != numbers.size()) {
    return BadValue(name, value, expected);
  }
  auto number = numbers.begin();
  for (const Json item : array) {
    if (item.get_double().get(*number++) != simdjson::SUCCESS) {
      return BadValue(name, value, expected);
    }
  }
  return {};
}

Result<std::size_t> ReadWord(Json value, std::string_view name,
                             std::span<const std::string_view> words) {
  std::string_view word;
  if (value.get_string().get(word) == simdjson::SUCCESS) {
    const auto found = std::ranges::find(words, word);
    if (found != words.end()) {
      return static_cast<std::size_t>(found - words.begin());
    }
  }
  return BadValue(name, value, Enumerate(words));
}

std::string Enumerate(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace goxel
