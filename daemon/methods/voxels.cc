#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/methods/methods.h"
#include "daemon/result_writer.h"
#include "daemon/voxel_color.h"

namespace goxel {
namespace {

// The codes and messages that existing clients know; there is one cause each.
constexpr int kAddFailed = -1004;
constexpr int kRemoveFailed = -1005;
constexpr int kGetFailed = -1006;

tl::unexpected<RpcError> NoProject(int code, const char* message) {
  return LegacyError(code, {StatusCode::kFailedPrecondition, message});
}

// x, y, z by position, by name, or in `position` as an object or an array.
Cell ReadCell(const Params& params) {
  const auto position = params.Find("position");
  const auto axis = [&](std::string_view name, std::size_t index) {
    if (position) {
      const auto inner =
          position->is_array() ? position->at(index) : position->at_key(name);
      if (inner.error() == simdjson::SUCCESS) {
        return AsCoordinate(inner.value_unsafe()).value_or(0);
      }
    }
    return params.Integer(name, index);
  };
  return {axis("x", 0), axis("y", 1), axis("z", 2)};
}

Layer& ActiveLayer(Scene& scene) {
  Layer* layer = scene.FindLayer(scene.active_layer);
  if (layer != nullptr) return *layer;
  return scene.layers.empty() ? scene.AddLayer("Layer.1") : scene.layers.back();
}

void WriteCell(ResultWriter& out, Cell cell) {
  out.Field("x", cell.x).Field("y", cell.y).Field("z", cell.z);
}

void WriteColor(ResultWriter& out, Color color) {
  out.Key("color").BeginArray();
  for (const auto channel : {color.r, color.g, color.b, color.a}) {
    out.Value(channel);
  }
  out.EndArray();
}

RpcResult AddVoxel(Project& project, const MethodCall& call) {
  const Cell cell = ReadCell(call.params);
  const std::int32_t layer_id = call.params.Integer("layer_id", 7);
  auto color = ReadVoxelColor(call.params);
  if (!color) return RpcFail(std::move(color.error()));
  const bool edited = project.Edit([&](Scene& scene) {
    Layer* layer = layer_id > 0 ? scene.FindLayer(layer_id) : nullptr;
    (layer != nullptr ? *layer : ActiveLayer(scene)).volume.Set(cell, *color);
  });
  if (!edited)
    return NoProject(kAddFailed, "Failed to add voxel: error code -1");
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteCell(out, cell);
  out.Field("layer_id", layer_id);
  WriteColor(out, *color);
  out.EndObject();
  return out.Reply();
}

RpcResult RemoveVoxel(Project& project, const MethodCall& call) {
  const Cell cell = ReadCell(call.params);
  const std::int32_t layer_id = call.params.Integer("layer_id", 3);
  bool found = false;
  project.Edit([&](Scene& scene) {
    Layer* layer =
        layer_id > 0 ? scene.FindLayer(layer_id) : &ActiveLayer(scene);
    found = layer != nullptr;
    if (found) layer->volume.Set(cell, Color{});
  });
  if (!found) {
    return NoProject(kRemoveFailed, "Failed to remove voxel: error code -1");
  }
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteCell(out, cell);
  out.Field("layer_id", layer_id).EndObject();
  return out.Reply();
}

RpcResult GetVoxel(const Project& project, const MethodCall& call) {
  const Cell cell = ReadCell(call.params);
  Color color;
  const bool looked = project.Read([&](const Scene& scene) {
    const Layer* layer = scene.FindLayer(scene.active_layer);
    if (layer != nullptr) color = layer->volume.Get(cell);
  });
  if (!looked)
    return NoProject(kGetFailed, "Failed to get voxel: error code -1");
  ResultWriter out;
  out.BeginObject();
  WriteCell(out, cell);
  out.Field("exists", color.a > 0);
  WriteColor(out, color);
  out.EndObject();
  return out.Reply();
}

struct Voxel {
  Cell cell;
  Color color;
};

std::optional<std::uint8_t> ByteFrom(std::int64_t number) {
  if (number < 0 || number > 255) return std::nullopt;
  return static_cast<std::uint8_t>(number);
}

// {"x", "y", "z", "r", "g", "b", "a"}: integers, all but a required. One pass
// over the members, whatever their order, since there may be a million voxels.
std::optional<Voxel> ReadVoxel(Json value) {
  simdjson::dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return std::nullopt;
  constexpr std::string_view kNames = "xyzrgba";
  std::array<std::int64_t, kNames.size()> numbers{};
  numbers[6] = 255;
  unsigned found = 0;
  for (const auto& [key, member] : object) {
    const auto index = key.size() == 1 ? kNames.find(key[0]) : kNames.npos;
    std::int64_t number = 0;
    if (index == kNames.npos ||
        member.get_int64().get(number) != simdjson::SUCCESS) {
      continue;
    }
    numbers[index] = number;
    found |= 1u << index;
  }
  constexpr unsigned kRequired = 0b0111111;
  const auto r = ByteFrom(numbers[3]);
  const auto g = ByteFrom(numbers[4]);
  const auto b = ByteFrom(numbers[5]);
  const auto a = ByteFrom(numbers[6]);
  if ((found & kRequired) != kRequired || !r || !g || !b || !a) {
    return std::nullopt;
  }
  return Voxel{.cell = {static_cast<std::int32_t>(numbers[0]),
                        static_cast<std::int32_t>(numbers[1]),
                        static_cast<std::int32_t>(numbers[2])},
               .color = {*r, *g, *b, *a}};
}

RpcResult AddVoxels(Project& project, const MethodCall& call) {
  if (!call.params.given()) {
    return RpcFail({StatusCode::kInvalidArgument, "Missing voxels parameter"});
  }
  const auto list = call.params.Find("voxels", 0);
  simdjson::dom::array array;
  if (!list || list->get_array().get(array) != simdjson::SUCCESS) {
    return RpcFail({StatusCode::kInvalidArgument,
                    "Invalid voxels parameter (must be array)"});
  }
  // Read before the project is locked.
  std::vector<Voxel> voxels;
  std::size_t failed = 0;
  for (const Json item : array) {
    if (const auto voxel = ReadVoxel(item)) {
      voxels.push_back(*voxel);
    } else {
      ++failed;
    }
  }
  const bool edited = project.Edit([&](Scene& scene) {
    Volume& volume = ActiveLayer(scene).volume;
    for (const Voxel& voxel : voxels) volume.Set(voxel.cell, voxel.color);
  });
  if (!edited) {
    failed += voxels.size();
    voxels.clear();
  }
  return ResultWriter()
      .BeginObject()
      .Field("success", failed == 0)
      .Field("added", voxels.size())
      .Field("failed", failed)
      .EndObject()
      .Reply();
}

}  // namespace

void AddBulkVoxelMethods(MethodTable& table, const MethodContext& context) {
  table.Add("add_voxels", "Add multiple voxels in batch", RunsOn::kProject,
            [&project = context.project](const MethodCall& call) {
              return AddVoxels(project, call);
            });
}

void AddVoxelMethods(MethodTable& table, const MethodContext& context) {
  Project& project = context.project;
  table.Add(
      "goxel.add_voxel", "Add a voxel at specified position", RunsOn::kProject,
      [&project](const MethodCall& call) { return AddVoxel(project, call); });
  table.Add("goxel.remove_voxel", "Remove a voxel at specified position",
            RunsOn::kProject, [&project](const MethodCall& call) {
              return RemoveVoxel(project, call);
            });
  table.Add("goxel.get_voxel", "Get voxel information at specified position",
            RunsOn::kProject, [&project](const MethodCall& call) {
              return GetVoxel(project, call);
            });
}

}  // namespace goxel
