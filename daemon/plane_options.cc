#include "daemon/plane_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/json_values.h"
#include "daemon/option_reader.h"

namespace goxel {
namespace {

Status ReadPlanes(Json value, std::string_view name,
                  std::vector<Plane>& planes) {
  if (value.is_bool() && !value.get_bool().value_unsafe()) return {};
  std::array<std::string_view, kPlanes.size()> words;
  std::ranges::transform(kPlanes, words.begin(),
                         [](Plane plane) { return ToString(plane); });
  simdjson::dom::array names;
  if (value.get_array().get(names) != simdjson::SUCCESS) {
    return BadValue(name, value, "an array of " + Enumerate(words));
  }
  for (const Json item : names) {
    auto position = ReadWord(item, name, words);
    if (!position) return position.error();
    const Plane plane = kPlanes[*position];
    if (std::ranges::find(planes, plane) == planes.end()) {
      planes.push_back(plane);
    }
  }
  return {};
}

Status Invalid(std::string message) {
  return {StatusCode::kInvalidArgument, std::move(message)};
}

}  // namespace

PixelFormat PixelFormatOf(Plane plane) {
  switch (plane) {
    case Plane::kDepth:
    case Plane::kDistance:
      return PixelFormat::kFloat32;
    case Plane::kNormal:
      return PixelFormat::kInt8x4;
    case Plane::kObjectId:
      return PixelFormat::kUint16;
    case Plane::kVoxel:
      return PixelFormat::kInt16x4;
    case Plane::kPaletteIndex:
    case Plane::kFace:
      break;
  }
  return PixelFormat::kUint8;
}

Status ReadPlaneOptions(Json json, SceneRenderRequest& request) {
  OptionReader options(json, "options");
  options.Read("aov", [&](Json value, std::string_view name) {
    return ReadPlanes(value, name, request.planes);
  });
  options.Read("color", FlagInto(request.color));
  return options.status();
}

Status CheckPlaneOptions(const SceneRenderRequest& request) {
  if (request.planes.empty()) {
    if (request.color) return {};
    return Invalid(
        "options.color is false and options.aov names no plane; name at least "
        "one");
  }
  if (request.mode != ReturnMode::kFilePath &&
      request.mode != ReturnMode::kMmap) {
    return Invalid(fmt::format(
        "options.aov comes with return_mode \"{}\"; planes are files of the "
        "render directory, for \"file_path\" and \"mmap\"",
        ToString(request.mode)));
  }
  if (request.encrypt) {
    return Invalid("options.encrypt is true; planes are never encrypted");
  }
  return {};
}

}  // namespace goxel
