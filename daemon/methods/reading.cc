#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/paged_text.h"
#include "daemon/param_reader.h"
#include "daemon/result_writer.h"
#include "daemon/voxel_color.h"
#include "daemon/voxel_json.h"
#include "daemon/voxel_reading.h"

namespace goxel {
namespace {

constexpr int kReadFailed = -32603;
constexpr std::int64_t kDefaultLimit = 10000;
constexpr std::int64_t kMostVoxels = std::int64_t{1} << 53;

// "voxels" from the tiles that have some, a page each.
std::unique_ptr<TextSource> VoxelElements(VoxelSelection voxels) {
  const std::size_t tiles = voxels.tiles();
  return std::make_unique<ArrayElements>(
      tiles, [voxels = std::move(voxels)](std::size_t tile, std::string& text) {
        voxels.ForEachIn(tile, [&text](Cell cell, Color color) {
          AppendVoxel(text, cell, color);
          text.push_back(',');
        });
      });
}

void WriteCorner(ResultWriter& out, std::string_view key,
                 const std::array<std::int64_t, 3>& corner,
                 std::int64_t added = 0) {
  out.Key(key).BeginArray();
  for (const std::int64_t axis : corner) out.Value(axis + added);
  out.EndArray();
}

RpcReply VoxelsReply(VoxelSelection voxels, bool truncated) {
  ResultWriter out;
  out.BeginObject();
  const std::size_t insert_at = WriteOpenArray(out, "voxels");
  out.Field("count", voxels.count()).Field("truncated", truncated);
  if (const auto box = voxels.Bounds()) {
    out.Key("bbox").BeginObject();
    WriteCorner(out, "min", box->min);
    WriteCorner(out, "max", box->max, -1);
    out.EndObject();
  }
  out.EndObject();
  return ReplyWith(out, insert_at, VoxelElements(std::move(voxels)));
}

// One colour; of any alpha when its own is 255. Alpha 0 lets all pass.
ColorRange ColorsLike(Color color) {
  if (color.a == 0) return {};
  ColorRange range{.low = color, .high = color};
  if (color.a == 255) range.low.a = 1;
  return range;
}

ColorRange ReadColorFilter(const Params& params, ParamReader& read) {
  const auto value = params.Find("color_filter");
  if (!value) return {};
  auto color = ReadChannels(*value, "color_filter");
  if (color) return ColorsLike(*color);
  read.Note(std::move(color.error()));
  return {};
}

RpcResult ReadVoxels(const MethodCall& call, std::optional<Box> region) {
  ParamReader read(call.params);
  const std::int32_t layer_id = read.LayerId(kByName, kActiveLayer);
  const ColorRange colors = ReadColorFilter(call.params, read);
  const std::int64_t offset =
      read.Integer("offset", kByName, 0, 0, kMostVoxels);
  const std::int64_t limit =
      read.Integer("limit", kByName, kDefaultLimit, -kMostVoxels, kMostVoxels);
  if (!read.ok()) return RpcFail(read.status());
  auto layer = ReadLayer(*call.project, layer_id);
  if (!layer) {
    return EditError(kReadFailed, "Bulk operation failed",
                     std::move(layer.error()));
  }
  VoxelSelection voxels(layer->volume, region, colors);
  const std::uint64_t found = voxels.count();
  const auto skipped = static_cast<std::uint64_t>(offset);
  voxels.Cut(skipped, limit > 0 ? static_cast<std::uint64_t>(limit) : found);
  const bool truncated = skipped + voxels.count() < found;
  return VoxelsReply(std::move(voxels), truncated);
}

RpcResult GetLayerVoxels(const MethodCall& call) {
  return ReadVoxels(call, std::nullopt);
}

Status BadRegion(const char* message) {
  return {StatusCode::kInvalidArgument, message};
}

bool IsTriple(std::optional<Json> value) {
  simdjson::dom::array array;
  return value && value->get_array().get(array) == simdjson::SUCCESS &&
         array.size() == 3;
}

bool HoldsNumbers(Json triple) {
  for (const Json item : triple.get_array()) {
    if (!item.is_number()) return false;
  }
  return true;
}

RpcResult GetVoxelsRegion(const MethodCall& call) {
  const auto min = call.params.Find("min");
  const auto max = call.params.Find("max");
  if (!IsTriple(min)) {
    return RpcFail(BadRegion("Parameter 'min' must be an array of 3 integers"));
  }
  if (!IsTriple(max)) {
    return RpcFail(BadRegion("Parameter 'max' must be an array of 3 integers"));
  }
  if (!HoldsNumbers(*min) || !HoldsNumbers(*max)) {
    return RpcFail(BadRegion("Min/max arrays must contain integers"));
  }
  const auto min_cell = ReadCell(*min, "min");
  if (!min_cell) return RpcFail(min_cell.error());
  const auto max_cell = ReadCell(*max, "max");
  if (!max_cell) return RpcFail(max_cell.error());
  return ReadVoxels(call, BoxOfCorners(*min_cell, *max_cell));
}

void Include(const Box& other, std::optional<Box>& box) {
  if (!box) box = other;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box->min[axis] = std::min(box->min[axis], other.min[axis]);
    box->max[axis] = std::max(box->max[axis], other.max[axis]);
  }
}

// The box around the voxels of `volume`; around their tiles unless `exact`.
std::optional<Box> BoundsOf(const Volume& volume, bool exact) {
  if (exact) return volume.Bounds();
  std::optional<Box> box;
  for (const auto& [coord, tile] : volume.tiles()) {
    const std::array<std::int64_t, 3> corner = {
        std::int64_t{coord.x} * kTileSide, std::int64_t{coord.y} * kTileSide,
        std::int64_t{coord.z} * kTileSide};
    Include({.min = corner,
             .max = {corner[0] + kTileSide, corner[1] + kTileSide,
                     corner[2] + kTileSide}},
            box);
  }
  return box;
}

// Of kAllLayers: around the voxels of every layer, seen or not.
Result<std::optional<Box>> BoundsOfLayer(Project& project,
                                         std::int32_t layer_id, bool exact) {
  if (layer_id != kAllLayers) {
    return ReadLayer(project, layer_id).map([&](const LayerToRead& layer) {
      return BoundsOf(layer.volume, exact);
    });
  }
  const auto scene = project.Copy();
  if (!scene) return Fail(NoProject());
  std::optional<Box> box;
  for (const Layer& layer : scene->layers) {
    if (const auto one = BoundsOf(layer.volume, exact)) Include(*one, box);
  }
  return box;
}

RpcReply BoxReply(const std::optional<Box>& box) {
  ResultWriter out;
  out.BeginObject().Field("empty", !box.has_value());
  if (box) {
    std::array<std::int64_t, 3> size{};
    for (std::size_t axis = 0; axis < size.size(); ++axis) {
      size[axis] = box->max[axis] - box->min[axis];
    }
    WriteCorner(out, "min", box->min);
    WriteCorner(out, "max", box->max);
    // One too many, as existing clients know it.
    WriteCorner(out, "dimensions", size, 1);
    WriteCorner(out, "size", size);
    WriteCorner(out, "max_inclusive", box->max, -1);
  }
  out.EndObject();
  return out.Reply();
}

RpcResult GetBoundingBox(const MethodCall& call) {
  ParamReader read(call.params);
  const std::int32_t layer_id = read.LayerId(kByName, kActiveLayer);
  const bool exact = read.Flag("exact", kByName, true);
  if (!read.ok()) return RpcFail(read.status());
  const auto box = BoundsOfLayer(*call.project, layer_id, exact);
  if (!box) {
    return EditError(kReadFailed, "Failed to get bounding box", box.error());
  }
  return BoxReply(*box);
}

}  // namespace

void AddReadingMethods(MethodTable& table) {
  table.Add("goxel.get_voxels_region", "Get all voxels in a box region",
            RunsOn::kWorker, GetVoxelsRegion);
  table.Add("goxel.get_layer_voxels", "Get all voxels in a layer",
            RunsOn::kWorker, GetLayerVoxels);
  table.Add("goxel.get_bounding_box", "Get bounding box of voxels",
            RunsOn::kWorker, GetBoundingBox);
}

}  // namespace goxel
