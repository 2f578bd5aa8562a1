#include "daemon/camera_request.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "daemon/json_values.h"

namespace goxel {
namespace {

using Point = std::array<double, 3>;

// [x, y, z] or {"x": .., "y": .., "z": ..}.
Result<Point> ReadPoint(Json value, std::string_view name) {
  Point point{};
  if (!value.is_object()) {
    if (Status read = ReadNumbers(value, name, point); !read.ok()) {
      return Fail(std::move(read));
    }
    return point;
  }
  constexpr std::array<std::string_view, 3> kAxes = {"x", "y", "z"};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto member = Member(value, kAxes[axis]);
    if (!member) return BadValue(name, value, "x, y and z");
    auto number = ReadNumber(*member, fmt::format("{}.{}", name, kAxes[axis]));
    if (!number) return Fail(number.error());
    point[axis] = *number;
  }
  return point;
}

// 16 numbers, column-major, or four columns of four.
Result<glm::dmat4> ReadMatrix(Json value, std::string_view name) {
  std::array<double, 16> numbers{};
  const bool nested = value.is_array() && value.at(0).is_array();
  if (!nested) {
    if (Status read = ReadNumbers(value, name, numbers); !read.ok()) {
      return Fail(std::move(read));
    }
  }
  for (std::size_t column = 0; nested && column < 4; ++column) {
    const auto part = value.at(column);
    if (part.error() != simdjson::SUCCESS) {
      return BadValue(name, value, "4 columns of 4 numbers");
    }
    Status read = ReadNumbers(part.value_unsafe(), name,
                              std::span(numbers).subspan(column * 4, 4));
    if (!read.ok()) return Fail(std::move(read));
  }
  glm::dmat4 matrix;
  for (int i = 0; i < 16; ++i) {
    matrix[i / 4][i % 4] = numbers[static_cast<std::size_t>(i)];
  }
  return matrix;
}

Status ReadInto(Json value, std::string_view name, double& target) {
  auto number = ReadNumber(value, name);
  if (!number) return number.error();
  target = *number;
  return {};
}

Status ReadInto(Json value, std::string_view name,
                std::optional<double>& target) {
  return ReadInto(value, name, target.emplace());
}

Status ReadInto(Json value, std::string_view name,
                std::optional<Point>& target) {
  auto point = ReadPoint(value, name);
  if (!point) return point.error();
  target = *point;
  return {};
}

Status ReadInto(Json value, std::string_view name, bool& target) {
  auto flag = ReadBool(value, name);
  if (!flag) return flag.error();
  target = *flag;
  return {};
}

Status ReadInto(Json value, std::string_view name,
                std::optional<glm::dmat4>& target) {
  auto matrix = ReadMatrix(value, name);
  if (!matrix) return matrix.error();
  target = *matrix;
  return {};
}

// `fit`: true stands for what an unset distance means anyway.
Status ReadFit(Json value, CameraRequest& request) {
  bool fit = true;
  if (Status read = ReadInto(value, "camera.fit", fit); !read.ok()) return read;
  if (!fit && !request.distance) {
    return BadValue("camera.fit", value,
                    "true, or camera.distance in its place");
  }
  if (fit) request.distance.reset();
  return {};
}

Status ReadCameraObject(Json camera, CameraRequest& request) {
  if (!camera.is_object()) return BadValue("camera", camera, "an object");
  Status status;
  const auto read = [&](std::string_view key, auto& target) {
    const auto value = Member(camera, key);
    if (!value || !status.ok()) return;
    status = ReadInto(*value, fmt::format("camera.{}", key), target);
  };
  read("azimuth", request.azimuth);
  read("elevation", request.elevation);
  read("roll", request.roll);
  read("distance", request.distance);
  read("target", request.target);
  read("eye", request.eye);
  read("fov", request.fov);
  read("margin", request.margin);
  read("ortho", request.orthographic);
  read("ortho_height", request.ortho_height);
  read("matrix", request.matrix);
  if (!status.ok()) return status;
  if (const auto fit = Member(camera, "fit")) return ReadFit(*fit, request);
  return {};
}

Status ReadPreset(Json value, CameraRequest& request) {
  auto name = ReadString(value, "camera_preset");
  if (!name) return name.error();
  auto preset = FindCameraPreset(*name);
  if (!preset) {
    std::vector<std::string_view> names;
    for (const CameraPreset& known : CameraPresets()) {
      names.push_back(known.name);
    }
    return BadValue("camera_preset", value, Enumerate(names));
  }
  request.azimuth = preset->azimuth;
  request.elevation = preset->elevation;
  return {};
}

}  // namespace

Result<CameraRequest> ParseCameraRequest(const Params& params) {
  CameraRequest request;
  Status status;
  const auto read = [&](std::string_view name, auto&& reader) {
    const auto value = params.Find(name);
    if (value && status.ok()) status = reader(*value);
  };
  read("camera_preset", [&](Json value) { return ReadPreset(value, request); });
  read("camera_position", [&](Json value) {
    return ReadInto(value, "camera_position", request.eye);
  });
  read("camera_target", [&](Json value) {
    return ReadInto(value, "camera_target", request.target);
  });
  read("camera", [&](Json value) { return ReadCameraObject(value, request); });
  if (!status.ok()) return Fail(std::move(status));
  return request;
}

}  // namespace goxel
