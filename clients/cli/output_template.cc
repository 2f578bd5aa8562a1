#include "clients/cli/output_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace goxel {
namespace {

std::string FieldNames(std::span<const TemplateField> fields) {
  std::string names;
  for (const TemplateField& field : fields) {
    names += fmt::format("{}{{{}}}", names.empty() ? "" : ", ", field.name);
  }
  return names;
}

// "0" and a digit from 1 on: padding with zeros to so many characters.
std::optional<std::size_t> ParseWidth(std::string_view text) {
  if (text.size() != 2 || text[0] != '0' || text[1] < '1' || text[1] > '9') {
    return std::nullopt;
  }
  return static_cast<std::size_t>(text[1] - '0');
}

std::string Filled(const TemplateField& field, std::size_t width) {
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    return fmt::format("{:0{}}", *number, width);
  }
  std::string text = std::get<std::string>(field.value);
  std::ranges::replace_if(
      text, [](char c) { return c == '/' || c == ' '; }, '_');
  return text;
}

}  // namespace

// "azimuth:03" -> the field azimuth, 3 digits.
std::optional<OutputTemplate::Piece> OutputTemplate::ReadField(
    std::string_view inside, std::span<const TemplateField> fields) {
  const std::size_t colon = std::min(inside.find(':'), inside.size());
  const auto field =
      std::ranges::find(fields, inside.substr(0, colon), &TemplateField::name);
  if (field == fields.end()) return std::nullopt;
  Piece piece{.field = static_cast<std::size_t>(field - fields.begin())};
  if (colon == inside.size()) return piece;
  const auto width = ParseWidth(inside.substr(colon + 1));
  if (!width || !std::holds_alternative<std::int64_t>(field->value)) {
    return std::nullopt;
  }
  piece.width = *width;
  return piece;
}

Result<OutputTemplate> OutputTemplate::Parse(
    std::string_view text, std::span<const TemplateField> fields) {
  const auto refuse = [whole = text, fields](std::string_view what) {
    return Fail(StatusCode::kInvalidArgument,
                fmt::format("'{}' has {}; there are {}, numbers also padded: "
                            "{{index:03}}; {{{{ and }}}} are brackets",
                            whole, what, FieldNames(fields)));
  };
  OutputTemplate parsed;
  std::string plain;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_of("{}"), text.size());
    plain += text.substr(0, length);
    text.remove_prefix(length);
    if (text.empty()) break;
    if (text.starts_with("{{") || text.starts_with("}}")) {
      plain += text.front();
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = text.find('}');
    if (end == 0 || end == std::string_view::npos) {
      return refuse("a bracket without its other half");
    }
    const std::string_view inside = text.substr(1, end - 1);
    auto piece = ReadField(inside, fields);
    if (!piece) return refuse(fmt::format("{{{}}}, which is no field", inside));
    piece->text = std::exchange(plain, {});
    parsed.pieces_.push_back(*std::move(piece));
    text.remove_prefix(end + 1);
  }
  parsed.pieces_.push_back({.text = std::move(plain)});
  return parsed;
}

std::string OutputTemplate::Fill(std::span<const TemplateField> fields) const {
  std::string name;
  for (const Piece& piece : pieces_) {
    name += piece.text;
    if (piece.field) name += Filled(fields[*piece.field], piece.width);
  }
  return name;
}

}  // namespace goxel
