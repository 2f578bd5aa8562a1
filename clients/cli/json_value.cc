#include "clients/cli/json_value.h"

#include <fmt/format.h>

#include <utility>

namespace goxel {
namespace {

// The value as T, when it is one.
template <typename T>
T As(const std::optional<simdjson::dom::element>& element) {
  T value{};
  if (element && element->get<T>().get(value) != simdjson::SUCCESS) return T{};
  return value;
}

}  // namespace

JsonValue JsonValue::operator[](std::string_view key) const {
  simdjson::dom::element member;
  if (!element_ || element_->at_key(key).get(member) != simdjson::SUCCESS) {
    return {};
  }
  return JsonValue(member);
}

std::vector<JsonValue> JsonValue::items() const {
  std::vector<JsonValue> values;
  simdjson::dom::array array;
  if (!element_ || element_->get_array().get(array) != simdjson::SUCCESS) {
    return values;
  }
  for (const simdjson::dom::element element : array) {
    values.emplace_back(element);
  }
  return values;
}

std::string JsonValue::text() const {
  return std::string(As<std::string_view>(element_));
}

std::int64_t JsonValue::integer() const { return As<std::int64_t>(element_); }

double JsonValue::number() const { return As<double>(element_); }

bool JsonValue::flag() const { return As<bool>(element_); }

std::string JsonValue::json() const {
  return element_ ? simdjson::minify(*element_) : "null";
}

Result<JsonDocument> JsonDocument::Parse(std::string_view text) {
  JsonDocument document;
  document.parser_ = std::make_unique<simdjson::dom::parser>();
  simdjson::dom::element root;
  const auto error =
      document.parser_->parse(text.data(), text.size()).get(root);
  if (error) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("the daemon's reply cannot be read: {}",
                            simdjson::error_message(error)));
  }
  document.root_ = JsonValue(root);
  return document;
}

}  // namespace goxel
