#include "daemon/voxel_color.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace goxel {
namespace {

constexpr Color kWhite = {255, 255, 255, 255};
constexpr std::array<std::string_view, 4> kChannelNames = {"r", "g", "b", "a"};

// An integer clamped to 0..255, or a fraction: 0 to 1 as parts of 255, beyond
// that clamped like an integer.
std::optional<std::uint8_t> Channel(std::optional<Json> value) {
  if (!value) return std::nullopt;
  double number = 0;
  if (value->get_double().get(number) != simdjson::SUCCESS) return std::nullopt;
  // Not is_double(), which says yes to integers as well.
  const bool fraction = value->type() == simdjson::dom::element_type::DOUBLE;
  if (fraction && number >= 0 && number <= 1) number *= 255;
  return static_cast<std::uint8_t>(std::clamp(std::trunc(number), 0.0, 255.0));
}

Color FromChannels(const std::array<std::optional<std::uint8_t>, 4>& channels,
                   std::uint8_t missing) {
  return {channels[0].value_or(missing), channels[1].value_or(missing),
          channels[2].value_or(missing), channels[3].value_or(255)};
}

// nullopt for an array of fewer than three.
std::optional<Color> FromArray(simdjson::dom::array array) {
  std::array<std::optional<std::uint8_t>, 4> channels;
  std::size_t count = 0;
  for (const Json item : array) {
    if (count == channels.size()) break;
    channels[count++] = Channel(item);
  }
  if (count < 3) return std::nullopt;
  return FromChannels(channels, 0);
}

// {"r", "g", "b", "a"}: integers modulo 256, as existing clients may rely on.
Result<Color> FromObject(Json object) {
  std::array<std::optional<std::int32_t>, 4> channels;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (const auto value = Member(object, kChannelNames[i])) {
      channels[i] = AsCoordinate(*value);
    }
  }
  if (!channels[0] || !channels[1] || !channels[2]) {
    return Fail(StatusCode::kInvalidArgument,
                "Color object missing r, g, b fields");
  }
  return Color{static_cast<std::uint8_t>(*channels[0]),
               static_cast<std::uint8_t>(*channels[1]),
               static_cast<std::uint8_t>(*channels[2]),
               static_cast<std::uint8_t>(channels[3].value_or(255))};
}

Result<Color> FromColorValue(Json value) {
  if (value.is_string()) {
    const auto color = ParseHexColor(value.get_string().value_unsafe());
    if (color) return *color;
    return Fail(StatusCode::kInvalidArgument, "Invalid hex color format");
  }
  if (value.is_object()) return FromObject(value);
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return kWhite;
  return FromArray(array).value_or(kWhite);
}

Result<Color> FromPositions(const Params& params) {
  if (const auto text = params.String({}, 3)) {
    const auto color = ParseHexColor(*text);
    if (color) return *color;
    return Fail(StatusCode::kInvalidArgument, "Invalid hex color in array");
  }
  std::array<std::optional<std::uint8_t>, 4> channels;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    channels[i] = Channel(params.Find({}, 3 + i));
  }
  return FromChannels(channels, 0);
}

}  // namespace

std::optional<Color> ParseHexColor(std::string_view text) {
  if ((text.size() != 7 && text.size() != 9) || text[0] != '#') {
    return std::nullopt;
  }
  std::array<std::uint8_t, 4> channels = {0, 0, 0, 255};
  for (std::size_t i = 0; i < text.size() / 2; ++i) {
    const char* first = text.data() + 1 + 2 * i;
    const auto [end, error] =
        std::from_chars(first, first + 2, channels[i], 16);
    if (error != std::errc() || end != first + 2) return std::nullopt;
  }
  return Color{channels[0], channels[1], channels[2], channels[3]};
}

Result<Color> ReadVoxelColor(const Params& params) {
  if (params.is_array()) return FromPositions(params);
  if (const auto color = params.Find("color")) return FromColorValue(*color);
  if (const auto rgba = params.Find("rgba")) return FromColorValue(*rgba);
  std::array<std::optional<std::uint8_t>, 4> channels;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    channels[i] = Channel(params.Find(kChannelNames[i]));
  }
  const bool none = !channels[0] && !channels[1] && !channels[2];
  return FromChannels(channels, none ? 255 : 0);
}

}  // namespace goxel
