#include "tests/e2e/json_pattern.h"

#include <simdjson.h>

#include <string_view>

namespace goxel {
namespace {

using simdjson::dom::element;

constexpr std::string_view kMore = "...";
constexpr std::string_view kWords = "*has ";

std::string Differ(const std::string& where, element pattern, element json) {
  return where + " is " + simdjson::minify(json) + ", expected " +
         simdjson::minify(pattern);
}

bool IsMore(element pattern) {
  std::string_view text;
  return !pattern.get_string().get(text) && text == kMore;
}

bool IsInteger(element json) { return json.is_int64() || json.is_uint64(); }

// simdjson calls integers doubles, too.
bool IsNumber(element json) { return json.is_number(); }

bool MatchesGap(std::string_view gap, element json) {
  std::string_view text;
  const bool is_text = !json.get_string().get(text);
  if (gap == "*") return true;
  if (gap == "*integer") return IsInteger(json);
  if (gap == "*number") return IsNumber(json);
  if (gap == "*string") return is_text;
  if (gap == "*boolean") return json.is_bool();
  if (gap == "*array") return json.is_array();
  if (gap == "*object") return json.is_object();
  return is_text && gap.starts_with(kWords) &&
         text.find(gap.substr(kWords.size())) != std::string_view::npos;
}

std::string Compare(element pattern, element json, const std::string& where);

std::string CompareObjects(element pattern, element json,
                           const std::string& where) {
  bool open = false;
  for (const auto [key, expected] : pattern.get_object()) {
    if (key == kMore) {
      open = true;
      continue;
    }
    const std::string place = where + "/" + std::string(key);
    element value;
    if (json.get_object().at_key(key).get(value)) return place + " is missing";
    std::string difference = Compare(expected, value, place);
    if (!difference.empty()) return difference;
  }
  for (const auto [key, value] : json.get_object()) {
    element expected;
    if (!open && pattern.get_object().at_key(key).get(expected)) {
      return where + "/" + std::string(key) + " is not expected";
    }
  }
  return "";
}

std::string CompareArrays(element pattern, element json,
                          const std::string& where) {
  std::size_t index = 0;
  const std::size_t size = simdjson::dom::array(json).size();
  for (const element expected : pattern.get_array()) {
    if (IsMore(expected)) return "";
    if (index == size) return Differ(where, pattern, json);
    const std::string place = where + "/" + std::to_string(index);
    std::string difference =
        Compare(expected, simdjson::dom::array(json).at(index++), place);
    if (!difference.empty()) return difference;
  }
  return index == size ? "" : Differ(where, pattern, json);
}

std::string Compare(element pattern, element json, const std::string& where) {
  std::string_view text;
  if (!pattern.get_string().get(text) && text.starts_with('*')) {
    return MatchesGap(text, json) ? "" : Differ(where, pattern, json);
  }
  if (pattern.is_object() && json.is_object()) {
    return CompareObjects(pattern, json, where);
  }
  if (pattern.is_array() && json.is_array()) {
    return CompareArrays(pattern, json, where);
  }
  if (IsNumber(pattern) && IsNumber(json)) {
    return double(pattern) == double(json) ? "" : Differ(where, pattern, json);
  }
  const bool same = simdjson::minify(pattern) == simdjson::minify(json);
  return same ? "" : Differ(where, pattern, json);
}

}  // namespace

std::string Mismatch(const std::string& pattern, const std::string& json) {
  simdjson::dom::parser pattern_parser;
  simdjson::dom::parser json_parser;
  element expected;
  element value;
  if (pattern_parser.parse(pattern).get(expected)) {
    return "the pattern is no JSON: " + pattern;
  }
  if (json_parser.parse(json).get(value)) return "no JSON: " + json;
  return Compare(expected, value, "");
}

}  // namespace goxel
