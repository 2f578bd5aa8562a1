#include "daemon/param_reader.h"

#include <array>
#include <cmath>
#include <utility>

#include "daemon/json_values.h"

namespace goxel {
namespace {

constexpr std::int32_t kMinCoordinate =
    std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMaxCoordinate =
    std::numeric_limits<std::int32_t>::max();

}  // namespace

Result<std::int32_t> ReadCoordinate(Json value, std::string_view name) {
  std::int64_t integer = 0;
  double number = 0;
  if (value.get_int64().get(integer) == simdjson::SUCCESS) {
    if (integer >= kMinCoordinate && integer <= kMaxCoordinate) {
      return static_cast<std::int32_t>(integer);
    }
  } else if (value.get_double().get(number) == simdjson::SUCCESS) {
    const double floor = std::floor(number);
    if (floor >= kMinCoordinate && floor <= kMaxCoordinate) {
      return static_cast<std::int32_t>(floor);
    }
  }
  return BadValue(name, value, "a coordinate from -2147483648 to 2147483647");
}

Result<Cell> ReadCell(Json value, std::string_view name) {
  constexpr std::string_view kExpected = "an array of 3 coordinates";
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS || array.size() != 3) {
    return BadValue(name, value, kExpected);
  }
  std::array<std::int32_t, 3> axes{};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    auto axis = ReadCoordinate(array.at(i).value_unsafe(), name);
    if (!axis) return Fail(std::move(axis.error()));
    axes[i] = *axis;
  }
  return Cell{axes[0], axes[1], axes[2]};
}

template <typename T>
T ParamReader::Keep(Result<T> read, T fallback) {
  if (read) return *read;
  Note(std::move(read.error()));
  return fallback;
}

void ParamReader::Note(Status error) {
  if (status_.ok()) status_ = std::move(error);
}

std::int32_t ParamReader::Coordinate(std::string_view name,
                                     std::size_t position,
                                     std::int32_t fallback) {
  const auto value = params_.Find(name, position);
  return value ? Keep(ReadCoordinate(*value, name), fallback) : fallback;
}

Cell ParamReader::Position(std::size_t position) {
  const auto nested = params_.Find("position");
  if (nested && nested->is_array()) {
    return Keep(ReadCell(*nested, "position"), Cell{});
  }
  const auto axis = [&](std::string_view name, std::size_t index) {
    const auto inside =
        nested && nested->is_object() ? Member(*nested, name) : std::nullopt;
    if (inside) return Keep(ReadCoordinate(*inside, name), 0);
    return Coordinate(name, position + index);
  };
  const std::int32_t x = axis("x", 0);
  const std::int32_t y = axis("y", 1);
  return {x, y, axis("z", 2)};
}

std::int64_t ParamReader::Integer(std::string_view name, std::size_t position,
                                  std::int64_t fallback, std::int64_t min,
                                  std::int64_t max) {
  const auto value = params_.Find(name, position);
  return value ? Keep(ReadInteger(*value, name, min, max), fallback) : fallback;
}

std::int32_t ParamReader::LayerId(std::size_t position, std::int32_t fallback) {
  return static_cast<std::int32_t>(
      Integer("layer_id", position, fallback, kMinCoordinate, kMaxCoordinate));
}

bool ParamReader::Flag(std::string_view name, std::size_t position,
                       bool fallback) {
  const auto value = params_.Find(name, position);
  return value ? Keep(ReadBool(*value, name), fallback) : fallback;
}

double ParamReader::Number(std::string_view name, std::size_t position,
                           double fallback) {
  const auto value = params_.Find(name, position);
  return value ? Keep(ReadNumber(*value, name), fallback) : fallback;
}

std::optional<std::string_view> ParamReader::Text(std::string_view name,
                                                  std::size_t position) {
  const auto value = params_.Find(name, position);
  if (!value) return std::nullopt;
  auto text = ReadString(*value, name);
  if (text) return *text;
  Note(std::move(text.error()));
  return std::nullopt;
}

std::size_t ParamReader::Word(std::string_view name, std::size_t position,
                              std::size_t fallback,
                              std::span<const std::string_view> words) {
  const auto value = params_.Find(name, position);
  return value ? Keep(ReadWord(*value, name, words), fallback) : fallback;
}

}  // namespace goxel
