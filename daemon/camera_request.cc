#include "daemon/camera_request.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <glm/mat3x3.hpp>
#include <glm/matrix.hpp>
#include <span>
#include <string>
#include <vector>

#include "daemon/json_values.h"
#include "daemon/option_reader.h"

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

// rows x columns numbers in one array, or an array of parts of `length` each.
Status ReadTable(Json value, std::string_view name, std::size_t length,
                 std::span<double> numbers) {
  const bool nested = value.is_array() && value.at(0).is_array();
  if (!nested) return ReadNumbers(value, name, numbers);
  simdjson::dom::array parts = value.get_array().value_unsafe();
  if (parts.size() * length != numbers.size()) {
    return BadValue(name, value,
                    fmt::format("{} arrays of {} numbers",
                                numbers.size() / length, length));
  }
  for (const Json part : parts) {
    Status read = ReadNumbers(part, name, numbers.first(length));
    if (!read.ok()) return read;
    numbers = numbers.subspan(length);
  }
  return {};
}

// 16 numbers, column-major, or four columns of four.
Result<glm::dmat4> ReadMatrix(Json value, std::string_view name) {
  std::array<double, 16> numbers{};
  if (Status read = ReadTable(value, name, 4, numbers); !read.ok()) {
    return Fail(std::move(read));
  }
  glm::dmat4 matrix;
  for (int i = 0; i < 16; ++i) {
    matrix[i / 4][i % 4] = numbers[static_cast<std::size_t>(i)];
  }
  return matrix;
}

// K row by row: fx 0 cx, 0 fy cy, 0 0 1.
Status ReadIntrinsics(Json value, std::string_view name,
                      std::optional<Intrinsics>& target) {
  std::array<double, 9> k{};
  if (Status read = ReadTable(value, name, 3, k); !read.ok()) return read;
  if (k[1] != 0 || k[3] != 0 || k[6] != 0 || k[7] != 0 || k[8] != 1) {
    return BadValue(name, value,
                    "[[fx, 0, cx], [0, fy, cy], [0, 0, 1]]; a skew is not "
                    "possible");
  }
  target = {.fx = k[0], .fy = k[4], .cx = k[2], .cy = k[5]};
  return {};
}

Status ReadStored(Json value, std::string_view name,
                  std::optional<StoredCameraChoice>& target) {
  std::string_view text;
  std::int64_t position = 0;
  if (value.get_string().get(text) == simdjson::SUCCESS) {
    target.emplace(std::string(text));
  } else if (value.get_int64().get(position) == simdjson::SUCCESS) {
    target.emplace(position);
  } else {
    return BadValue(name, value,
                    "the name or the position of a camera of the scene's file, "
                    "or \"active\"");
  }
  return {};
}

// A camera whose y points down and z ahead, as one whose y points up and z
// back.
glm::dmat4 FromOpenCv(glm::dmat4 camera_to_world) {
  camera_to_world[1] = -camera_to_world[1];
  camera_to_world[2] = -camera_to_world[2];
  return camera_to_world;
}

// Of a rigid motion; of another, one that is none either.
glm::dmat4 InverseOf(const glm::dmat4& motion) {
  const glm::dmat3 rotation(motion);
  const glm::dmat3 back = glm::transpose(rotation);
  glm::dmat4 inverse(back);
  inverse[3] = glm::dvec4(-(back * glm::dvec3(motion[3])), 1);
  for (int column = 0; column < 4; ++column) {
    inverse[column][3] = motion[column][3];
  }
  return inverse;
}

Status ReadPoint(Json value, std::string_view name,
                 std::optional<Point>& target) {
  auto point = ReadPoint(value, name);
  if (!point) return point.error();
  target = *point;
  return {};
}

auto PointInto(std::optional<Point>& target) {
  return [&target](Json value, std::string_view name) {
    return ReadPoint(value, name, target);
  };
}

// `matrix` or `world_to_camera`, in the convention that the object names.
Status ReadMatrices(OptionReader& members, CameraRequest& request) {
  constexpr std::array<std::string_view, 2> kConventions = {"opengl", "opencv"};
  enum class Convention { kOpenGl, kOpenCv } convention = Convention::kOpenGl;
  std::optional<glm::dmat4> given;
  const auto matrix_into_given = [&](Json value,
                                     std::string_view name) -> Status {
    auto matrix = ReadMatrix(value, name);
    if (!matrix) return matrix.error();
    given = *matrix;
    return {};
  };
  members.Read("convention", WordInto(convention, kConventions));
  members.Read("world_to_camera", [&](Json value, std::string_view name) {
    Status read = matrix_into_given(value, name);
    if (read.ok()) given = InverseOf(*given);
    return read;
  });
  members.Read("matrix", matrix_into_given);
  if (!given || !members.status().ok()) return members.status();
  request.matrix =
      convention == Convention::kOpenCv ? FromOpenCv(*given) : *given;
  return {};
}

// `fit`: true stands for what an unset distance means anyway.
Status ReadFit(Json value, CameraRequest& request) {
  const auto fit = ReadBool(value, "camera.fit");
  if (!fit) return fit.error();
  if (!*fit && !request.distance) {
    return BadValue("camera.fit", value,
                    "true, or camera.distance in its place");
  }
  if (*fit) request.distance.reset();
  return {};
}

Status ReadCameraObject(Json camera, CameraRequest& request) {
  OptionReader members(camera, "camera");
  members.Read("azimuth", NumberInto(request.azimuth));
  members.Read("elevation", NumberInto(request.elevation));
  members.Read("roll", NumberInto(request.roll));
  members.Read("distance", NumberInto(request.distance));
  members.Read("target", PointInto(request.target));
  members.Read("eye", PointInto(request.eye));
  members.Read("up", PointInto(request.up));
  members.Read("fov", NumberInto(request.fov));
  members.Read("intrinsics", [&](Json value, std::string_view name) {
    return ReadIntrinsics(value, name, request.intrinsics);
  });
  members.Read("margin", NumberInto(request.margin));
  members.Read("ortho", FlagInto(request.orthographic));
  members.Read("ortho_height", NumberInto(request.ortho_height));
  members.Read("ortho_width", NumberInto(request.ortho_width));
  members.Read("near", NumberInto(request.near_plane));
  members.Read("far", NumberInto(request.far_plane));
  members.Read("stored", [&](Json value, std::string_view name) {
    return ReadStored(value, name, request.stored);
  });
  members.Read("fit", [&](Json value, std::string_view) {
    return ReadFit(value, request);
  });
  return ReadMatrices(members, request);
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
  UsePreset(*preset, request);
  return {};
}

}  // namespace

bool NamesCamera(const Params& params) {
  return params.Find("camera") || params.Find("camera_preset") ||
         params.Find("camera_position") || params.Find("camera_target");
}

Result<CameraRequest> ParseCameraRequest(const Params& params) {
  CameraRequest request;
  Status status;
  const auto read = [&](std::string_view name, auto&& reader) {
    const auto value = params.Find(name);
    if (value && status.ok()) status = reader(*value);
  };
  read("camera_preset", [&](Json value) { return ReadPreset(value, request); });
  read("camera_position", [&](Json value) {
    return ReadPoint(value, "camera_position", request.eye);
  });
  read("camera_target", [&](Json value) {
    return ReadPoint(value, "camera_target", request.target);
  });
  read("camera", [&](Json value) { return ReadCameraObject(value, request); });
  if (!status.ok()) return Fail(std::move(status));
  return request;
}

}  // namespace goxel
