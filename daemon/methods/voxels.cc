#include <fmt/format.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "daemon/json_values.h"
#include "daemon/layer_params.h"
#include "daemon/methods/methods.h"
#include "daemon/methods/scene_edits.h"
#include "daemon/param_reader.h"
#include "daemon/voxel_color.h"
#include "daemon/voxel_json.h"

namespace goxel {
namespace {

constexpr KnownFailure kAddFailed = {-1004,
                                     "Failed to add voxel: error code -1"};
constexpr KnownFailure kRemoveFailed = {
    -1005, "Failed to remove voxel: error code -1"};
constexpr KnownFailure kGetFailed = {-1006,
                                     "Failed to get voxel: error code -1"};
constexpr KnownFailure kPaintFailed = {-1009,
                                       "Failed to paint voxel: error code -1"};

RpcResult Failed(const KnownFailure& failure, Status status) {
  return EditError(failure.code, failure.message, std::move(status));
}

struct VoxelRequest {
  VoxelChange voxel;
  std::int32_t layer_id = 0;  // As given.
};

Result<VoxelRequest> ReadVoxelToAdd(const Params& params) {
  ParamReader read(params);
  const Cell cell = read.Position();
  const std::int32_t layer_id = read.LayerId(7);
  if (!read.ok()) return Fail(read.status());
  const auto color = ReadVoxelColor(params);
  if (!color) return Fail(color.error());
  return VoxelRequest{{cell, *color}, layer_id};
}

Result<VoxelRequest> ReadVoxelToRemove(const Params& params) {
  ParamReader read(params);
  const Cell cell = read.Position();
  const std::int32_t layer_id = read.LayerId(3);
  if (!read.ok()) return Fail(read.status());
  return VoxelRequest{{cell, Color{}}, layer_id};
}

// As existing clients know it: to add to a layer that is not there adds to the
// active one.
LayerChoice LayerToAddTo(std::int32_t layer_id) {
  return {std::max(layer_id, 0), true};
}

RpcResult AddVoxel(const MethodCall& call) {
  const auto request = ReadVoxelToAdd(call.params);
  if (!request) return RpcFail(request.error());
  const auto& [voxel, layer_id] = *request;
  Status edited = call.project->SetVoxels(LayerToAddTo(layer_id), {&voxel, 1});
  if (!edited.ok()) return Failed(kAddFailed, std::move(edited));
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteCell(out, voxel.cell);
  out.Field("layer_id", layer_id).Key("color");
  WriteColor(out, voxel.color);
  return out.EndObject().Reply();
}

RpcResult RemoveVoxel(const MethodCall& call) {
  const auto request = ReadVoxelToRemove(call.params);
  if (!request) return RpcFail(request.error());
  const auto& [voxel, layer_id] = *request;
  Status edited = call.project->SetVoxels(LayerOrActive(layer_id), {&voxel, 1});
  if (!edited.ok()) return Failed(kRemoveFailed, std::move(edited));
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteCell(out, voxel.cell);
  return out.Field("layer_id", layer_id).EndObject().Reply();
}

RpcResult GetVoxel(const MethodCall& call) {
  ParamReader read(call.params);
  const Cell cell = read.Position();
  const LayerChoice choice = LayerOrActive(read.LayerId(3));
  if (!read.ok()) return RpcFail(read.status());
  Status looked = NoProject();
  Color color;
  call.project->Read([&](const Scene& scene) {
    const Layer* layer = FindLayer(scene, choice);
    looked = layer != nullptr ? Status() : NoSuchLayer(scene, choice.id);
    if (layer != nullptr) color = layer->volume.Get(cell);
  });
  if (!looked.ok()) return Failed(kGetFailed, std::move(looked));
  ResultWriter out;
  out.BeginObject();
  WriteCell(out, cell);
  out.Field("exists", color.a > 0).Key("color");
  WriteColor(out, color);
  return out.EndObject().Reply();
}

struct PaintRequest {
  std::vector<VoxelChange> voxels;
  LayerChoice layer;
};

// [x, y, z] or {"x", "y", "z"}.
Result<Cell> ReadListedCell(Json item) {
  if (!item.is_object()) return ReadCell(item, "a voxel");
  const Params params = Params::Of(item);
  ParamReader read(params);
  const Cell cell = read.Position();
  if (!read.ok()) return Fail(read.status());
  return cell;
}

// The cells to paint: those of the list `voxels`, or the one at x, y, z.
Result<std::vector<Cell>> ReadCells(const Params& params, ParamReader& read) {
  const auto list = params.Find("voxels");
  if (!list) return std::vector{read.Position()};
  simdjson::dom::array array;
  if (list->get_array().get(array) != simdjson::SUCCESS) {
    return BadValue("voxels", *list, "an array of [x, y, z]");
  }
  std::vector<Cell> cells;
  for (const Json item : array) {
    const auto cell = ReadListedCell(item);
    if (!cell) {
      return Fail(cell.error().Retold(
          cell.error().code(),
          fmt::format("voxels[{}]: {}", cells.size(), cell.error().message())));
    }
    cells.push_back(*cell);
  }
  return cells;
}

Result<PaintRequest> ReadPaint(const Params& params) {
  ParamReader read(params);
  const LayerChoice layer = LayerOrFirst(read.LayerId(7));
  const auto cells = ReadCells(params, read);
  if (!cells) return Fail(cells.error());
  if (!read.ok()) return Fail(read.status());
  const auto color = ReadPaintColor(params, 3);
  if (!color) return Fail(color.error());
  PaintRequest request{.voxels = {}, .layer = layer};
  for (const Cell cell : *cells) request.voxels.push_back({cell, *color});
  return request;
}

RpcResult PaintVoxels(const MethodCall& call) {
  const auto request = ReadPaint(call.params);
  if (!request) return RpcFail(request.error());
  Status edited = call.project->SetVoxels(request->layer, request->voxels,
                                          VoxelTarget::kVoxelsOnly);
  if (!edited.ok()) return Failed(kPaintFailed, std::move(edited));
  return ResultWriter()
      .BeginObject()
      .Field("success", true)
      .Field("painted", request->voxels.size())
      .EndObject()
      .Reply();
}

}  // namespace

Result<SceneEdit> ReadAddVoxel(const Params& params, const ProjectLimits&) {
  const auto request = ReadVoxelToAdd(params);
  if (!request) return Fail(request.error());
  return [request = *request](Scene& scene, ResultWriter&) {
    const LayerChoice layer = {std::max(request.layer_id, 1), true};
    return SetVoxels(scene, layer, {&request.voxel, 1}, VoxelTarget::kAnyCell);
  };
}

Result<SceneEdit> ReadRemoveVoxel(const Params& params, const ProjectLimits&) {
  const auto request = ReadVoxelToRemove(params);
  if (!request) return Fail(request.error());
  return [request = *request](Scene& scene, ResultWriter&) {
    return SetVoxels(scene, LayerOrFirst(request.layer_id), {&request.voxel, 1},
                     VoxelTarget::kAnyCell);
  };
}

Result<SceneEdit> ReadPaintVoxels(const Params& params, const ProjectLimits&) {
  auto request = ReadPaint(params);
  if (!request) return Fail(std::move(request.error()));
  return [request = *std::move(request)](Scene& scene, ResultWriter&) {
    return SetVoxels(scene, request.layer, request.voxels,
                     VoxelTarget::kVoxelsOnly);
  };
}

void AddVoxelMethods(MethodTable& table) {
  table.Add("goxel.add_voxel", "Add a voxel at specified position",
            RunsOn::kProject, AddVoxel);
  table.Add("goxel.remove_voxel", "Remove a voxel at specified position",
            RunsOn::kProject, RemoveVoxel);
  table.Add("goxel.get_voxel", "Get voxel information at specified position",
            RunsOn::kProject, GetVoxel);
  table.Add("goxel.paint_voxels", "Paint existing voxels with new color",
            RunsOn::kProject, PaintVoxels);
}

}  // namespace goxel
