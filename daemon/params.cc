#include "daemon/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

namespace goxel {
namespace {

static_assert(MessageText::kPadding >= simdjson::SIMDJSON_PADDING);

// The end of the string that begins at `at`, behind its quote.
std::size_t EndOfString(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

// Names the first number that no double holds, such as 1e999, by the string
// before it, which is its parameter. Empty when there is none.
std::string DescribeHugeNumber(std::string_view json) {
  constexpr std::size_t kShownBytes = 40;
  constexpr std::string_view kOfNumbers = "0123456789+-.eE";
  std::string_view name = "a number";
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      const std::size_t end = EndOfString(json, at);
      name = json.substr(at, end - at);
      at = end;
      continue;
    }
    const bool begins = json[at] == '-' || (json[at] >= '0' && json[at] <= '9');
    if (!begins) {
      ++at;
      continue;
    }
    const std::size_t end =
        std::min(json.find_first_not_of(kOfNumbers, at), json.size());
    const std::string text(json.substr(at, end - at));
    if (std::isinf(std::strtod(text.c_str(), nullptr))) {
      return fmt::format("{} is {}; expected a number of at most 1.7e308", name,
                         text.substr(0, kShownBytes));
    }
    at = end;
  }
  return {};
}

Result<Json> Checked(simdjson::simdjson_result<Json> parsed,
                     std::string_view json) {
  Json root;
  if (const auto error = parsed.get(root)) {
    std::string huge;
    if (error == simdjson::NUMBER_ERROR) huge = DescribeHugeNumber(json);
    if (!huge.empty()) return Fail(StatusCode::kInvalidArgument, huge);
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("params are not readable JSON: {}",
                            simdjson::error_message(error)));
  }
  return root;
}

std::optional<Json> UnlessNull(simdjson::simdjson_result<Json> found) {
  Json value;
  if (found.get(value) != simdjson::SUCCESS || value.is_null()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Result<Params> Params::Parse(std::string_view json) {
  if (json.empty()) return Params(nullptr, std::nullopt);
  auto parser = std::make_unique<simdjson::dom::parser>();
  auto root = Checked(parser->parse(json.data(), json.size()), json);
  if (!root) return Fail(std::move(root.error()));
  return Params(std::move(parser), *root);
}

Result<Params> Params::Parse(const MessageText& json,
                             simdjson::dom::parser& parser) {
  if (json.empty()) return Params(nullptr, std::nullopt);
  constexpr bool kCopied = false;
  const std::string_view text = json.view();
  auto root = Checked(parser.parse(text.data(), text.size(), kCopied), text);
  if (!root) return Fail(std::move(root.error()));
  return Params(nullptr, *root);
}

std::optional<Json> Params::Find(std::string_view name,
                                 std::size_t position) const {
  if (is_array()) return UnlessNull(root_->at(position));
  return Find(name);
}

std::optional<Json> Params::Find(std::string_view name) const {
  if (!is_object()) return std::nullopt;
  return Member(*root_, name);
}

std::optional<std::string_view> Params::String(std::string_view name,
                                               std::size_t position) const {
  const auto value = Find(name, position);
  if (!value || !value->is_string()) return std::nullopt;
  return value->get_string().value_unsafe();
}

std::optional<Json> Member(Json object, std::string_view key) {
  return UnlessNull(object.at_key(key));
}

std::optional<std::int32_t> AsCoordinate(Json value) {
  switch (value.type()) {
    case simdjson::dom::element_type::INT64:
      return static_cast<std::int32_t>(value.get_int64().value_unsafe());
    case simdjson::dom::element_type::UINT64:
      return static_cast<std::int32_t>(value.get_uint64().value_unsafe());
    case simdjson::dom::element_type::DOUBLE: {
      const double floor = std::floor(value.get_double().value_unsafe());
      // Within int64, so that the cut below is defined.
      if (!(std::abs(floor) < 0x1p62)) return std::nullopt;
      return static_cast<std::int32_t>(static_cast<std::int64_t>(floor));
    }
    default:
      return std::nullopt;
  }
}

}  // namespace goxel
