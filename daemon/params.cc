#include "daemon/params.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace goxel {
namespace {

static_assert(MessageText::kPadding >= simdjson::SIMDJSON_PADDING);

Result<Json> Checked(simdjson::simdjson_result<Json> parsed) {
  Json root;
  if (const auto error = parsed.get(root)) {
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
  auto root = Checked(parser->parse(json.data(), json.size()));
  if (!root) return Fail(std::move(root.error()));
  return Params(std::move(parser), *root);
}

Result<Params> Params::Parse(const MessageText& json,
                             simdjson::dom::parser& parser) {
  if (json.empty()) return Params(nullptr, std::nullopt);
  constexpr bool kCopied = false;
  const std::string_view text = json.view();
  auto root = Checked(parser.parse(text.data(), text.size(), kCopied));
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
