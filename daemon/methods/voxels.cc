#include <algorithm>
#include <cstdint>
#include <utility>

#include "daemon/methods/methods.h"
#include "daemon/param_reader.h"
#include "daemon/result_writer.h"
#include "daemon/voxel_color.h"
#include "daemon/voxel_json.h"

namespace goxel {
namespace {

constexpr int kAddFailed = -1004;
constexpr int kRemoveFailed = -1005;
constexpr int kGetFailed = -1006;

RpcResult AddVoxel(const MethodCall& call) {
  ParamReader read(call.params);
  const Cell cell = read.Position();
  const std::int32_t layer_id = read.LayerId(7);
  if (!read.ok()) return RpcFail(read.status());
  const auto color = ReadVoxelColor(call.params);
  if (!color) return RpcFail(color.error());
  const VoxelChange voxel{cell, *color};
  Status edited = call.project->SetVoxels(std::max(layer_id, 0), {&voxel, 1});
  // As existing clients know it: an unknown layer means the active one.
  if (edited.code() == StatusCode::kNotFound) {
    edited = call.project->SetVoxels(0, {&voxel, 1});
  }
  if (!edited.ok()) {
    return EditError(kAddFailed, "Failed to add voxel: error code -1",
                     std::move(edited));
  }
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteCell(out, cell);
  out.Field("layer_id", layer_id).Key("color");
  WriteColor(out, *color);
  out.EndObject();
  return out.Reply();
}

RpcResult RemoveVoxel(const MethodCall& call) {
  ParamReader read(call.params);
  const VoxelChange voxel{read.Position(), Color{}};
  const std::int32_t layer_id = read.LayerId(3);
  if (!read.ok()) return RpcFail(read.status());
  Status edited = call.project->SetVoxels(std::max(layer_id, 0), {&voxel, 1});
  if (!edited.ok()) {
    return EditError(kRemoveFailed, "Failed to remove voxel: error code -1",
                     std::move(edited));
  }
  ResultWriter out;
  out.BeginObject().Field("success", true);
  WriteCell(out, voxel.cell);
  out.Field("layer_id", layer_id).EndObject();
  return out.Reply();
}

RpcResult GetVoxel(const MethodCall& call) {
  ParamReader read(call.params);
  const Cell cell = read.Position();
  if (!read.ok()) return RpcFail(read.status());
  Color color;
  const bool looked = call.project->Read([&](const Scene& scene) {
    const Layer* layer = scene.ActiveLayer();
    if (layer != nullptr) color = layer->volume.Get(cell);
  });
  if (!looked) {
    return EditError(kGetFailed, "Failed to get voxel: error code -1",
                     NoProject());
  }
  ResultWriter out;
  out.BeginObject();
  WriteCell(out, cell);
  out.Field("exists", color.a > 0).Key("color");
  WriteColor(out, color);
  out.EndObject();
  return out.Reply();
}

}  // namespace

void AddVoxelMethods(MethodTable& table) {
  table.Add("goxel.add_voxel", "Add a voxel at specified position",
            RunsOn::kProject, AddVoxel);
  table.Add("goxel.remove_voxel", "Remove a voxel at specified position",
            RunsOn::kProject, RemoveVoxel);
  table.Add("goxel.get_voxel", "Get voxel information at specified position",
            RunsOn::kProject, GetVoxel);
}

}  // namespace goxel
