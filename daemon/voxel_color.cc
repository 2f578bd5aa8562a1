#include "daemon/voxel_color.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "daemon/json_values.h"
#include "daemon/param_reader.h"

namespace goxel {
namespace {

constexpr Color kWhite = {255, 255, 255, 255};
constexpr std::size_t kColorPosition = 3;  // In params that are an array.
constexpr std::array<std::string_view, 4> kChannelNames = {"r", "g", "b", "a"};

using Channels = std::array<std::optional<std::uint8_t>, 4>;

// An integer clamped to 0..255, or a fraction: 0 to 1 as parts of 255, beyond
// that clamped like an integer.
Result<std::uint8_t> ReadChannel(Json value, std::string_view name) {
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS) {
    return BadValue(name, value, "a number from 0 to 255");
  }
  // Not is_double(), which says yes to integers as well.
  const bool fraction = value.type() == simdjson::dom::element_type::DOUBLE;
  if (fraction && number >= 0 && number <= 1) number *= 255;
  return static_cast<std::uint8_t>(std::clamp(std::trunc(number), 0.0, 255.0));
}

// `find` gives the Json of channel 0 to 3, nullopt when it is missing.
template <typename Find>
Result<Channels> ReadChannels(const Find& find) {
  Channels channels;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::optional<Json> value = find(i);
    if (!value) continue;
    const auto channel = ReadChannel(*value, kChannelNames[i]);
    if (!channel) return Fail(channel.error());
    channels[i] = *channel;
  }
  return channels;
}

Color FromChannels(const Channels& channels, std::uint8_t missing) {
  return {channels[0].value_or(missing), channels[1].value_or(missing),
          channels[2].value_or(missing), channels[3].value_or(255)};
}

// White for an array of fewer than three.
Result<Color> FromArray(simdjson::dom::array array) {
  if (array.size() < 3) return kWhite;
  const auto channels = ReadChannels([&](std::size_t i) -> std::optional<Json> {
    Json item;
    if (array.at(i).get(item) != simdjson::SUCCESS) return std::nullopt;
    return item;
  });
  if (!channels) return Fail(channels.error());
  return FromChannels(*channels, 0);
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
  return FromArray(array);
}

std::optional<Json> NamedColor(const Params& params) {
  const auto color = params.Find("color");
  return color ? color : params.Find("rgba");
}

Result<Color> FromPositions(const Params& params) {
  if (const auto text = params.String({}, kColorPosition)) {
    const auto color = ParseHexColor(*text);
    if (color) return *color;
    return Fail(StatusCode::kInvalidArgument, "Invalid hex color in array");
  }
  const auto channels = ReadChannels(
      [&](std::size_t i) { return params.Find({}, kColorPosition + i); });
  if (!channels) return Fail(channels.error());
  return FromChannels(*channels, 0);
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
  if (const auto color = NamedColor(params)) return FromColorValue(*color);
  const auto channels = ReadChannels(
      [&](std::size_t i) { return params.Find(kChannelNames[i]); });
  if (!channels) return Fail(channels.error());
  const bool none = !(*channels)[0] && !(*channels)[1] && !(*channels)[2];
  return FromChannels(*channels, none ? 255 : 0);
}

Result<Color> ReadPaintColor(const Params& params, std::size_t position) {
  if (const auto named = NamedColor(params)) {
    auto color = FromColorValue(*named);
    if (!color || color->a > 0) return color;
    return BadValue("color", *named, "a color whose alpha is not 0");
  }
  ParamReader read(params);
  std::array<std::int32_t, 4> channels{};
  for (std::size_t i = 0; i < channels.size(); ++i) {
    channels[i] = static_cast<std::int32_t>(
        read.Integer(kChannelNames[i], position + i, 0,
                     std::numeric_limits<std::int32_t>::min(),
                     std::numeric_limits<std::int32_t>::max()));
  }
  if (!read.ok()) return Fail(read.status());
  const std::int32_t alpha = channels[3] <= 0 ? 255 : channels[3];
  return Color{static_cast<std::uint8_t>(channels[0]),
               static_cast<std::uint8_t>(channels[1]),
               static_cast<std::uint8_t>(channels[2]),
               static_cast<std::uint8_t>(std::min(alpha, 255))};
}

bool NamesColor(const Params& params) {
  return NamedColor(params) ||
         (params.Find("r") && params.Find("g") && params.Find("b"));
}

Result<Color> ReadChannels(Json value, std::string_view name,
                           std::uint8_t alpha) {
  constexpr std::string_view kExpected =
      "[r, g, b] or [r, g, b, a], integers from 0 to 255";
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS ||
      (array.size() != 3 && array.size() != 4)) {
    return BadValue(name, value, kExpected);
  }
  std::array<std::uint8_t, 4> channels = {0, 0, 0, alpha};
  auto channel = channels.begin();
  for (const Json item : array) {
    const auto number = ReadInteger(item, name, 0, 255);
    if (!number) return BadValue(name, value, kExpected);
    *channel++ = static_cast<std::uint8_t>(*number);
  }
  return Color{channels[0], channels[1], channels[2], channels[3]};
}

}  // namespace goxel
