#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/json_values.h"
#include "daemon/methods/methods.h"
#include "daemon/methods/scene_edits.h"
#include "daemon/param_reader.h"
#include "renderer/scene/layer_stack.h"

namespace goxel {
namespace {

// In the order of BlendMode.
constexpr auto kModeNames = std::to_array<std::string_view>(
    {"over", "subtract", "subtract_clamp", "paint", "max", "intersect",
     "intersect_fill", "multiply_alpha", "replace"});

constexpr std::int64_t kMaxInteger = std::numeric_limits<std::int32_t>::max();

std::string_view ModeName(BlendMode mode) {
  return kModeNames[static_cast<std::size_t>(mode)];
}

tl::unexpected<Status> Wrong(const char* message) {
  return Fail(StatusCode::kInvalidArgument, message);
}

void WriteCorner(ResultWriter& out, const std::array<std::int64_t, 3>& corner,
                 std::int64_t inwards) {
  out.BeginArray();
  for (const std::int64_t value : corner) out.Value(value - inwards);
  out.EndArray();
}

// The corners of the box around its voxels, both in it; null when it has none.
void WriteBounds(ResultWriter& out, const Volume& volume) {
  out.Key("bounds");
  const auto bounds = volume.Bounds();
  if (!bounds) {
    out.Raw("null");
    return;
  }
  out.BeginObject().Key("min");
  WriteCorner(out, bounds->min, 0);
  out.Key("max");
  WriteCorner(out, bounds->max, 1);
  out.EndObject();
}

// What is known of a layer without looking at its voxels.
void WriteFacts(ResultWriter& out, const Layer& layer) {
  out.Field("id", layer.id)
      .Field("name", layer.name)
      .Field("visible", layer.visible)
      .Field("mode", ModeName(layer.mode))
      .Field("material", layer.material)
      .Field("base_id", layer.base_id)
      .Field("voxels", layer.volume.CountVoxels());
}

RpcResult ListLayers(const MethodCall& call) {
  const Scene scene = call.project->Copy().value_or(Scene());
  const Layer* active = scene.ActiveLayer();
  ResultWriter out;
  out.BeginObject().Field("count", scene.layers.size()).Key("layers");
  out.BeginArray();
  for (const Layer& layer : scene.layers) {
    out.BeginObject();
    WriteFacts(out, layer);
    out.Field("active", &layer == active);
    WriteBounds(out, layer.volume);
    out.EndObject();
  }
  return out.EndArray().EndObject().Reply();
}

// The id that `layer_id` gives; the error that existing clients know when it
// gives none.
Result<std::int32_t> ReadKnownId(ParamReader& read, const char* message) {
  const std::int32_t id = read.LayerId(0);
  if (!read.ok()) return Fail(read.status());
  if (id <= 0) return Wrong(message);
  return id;
}

// The only layer with that name.
Result<std::int32_t> IdOfName(const Scene& scene, const std::string& name) {
  const auto is_called = [&](const Layer& layer) { return layer.name == name; };
  const auto found = std::ranges::find_if(scene.layers, is_called);
  if (found == scene.layers.end()) {
    return Fail(StatusCode::kNotFound,
                fmt::format("there is no layer called '{}'", name));
  }
  const auto others = std::ranges::count_if(scene.layers, is_called);
  if (others > 1) {
    return Fail(
        StatusCode::kInvalidArgument,
        fmt::format("{} layers are called '{}'; give layer_id", others, name));
  }
  return found->id;
}

// `layer_ids`: two layers or more.
Result<std::vector<std::int32_t>> ReadIds(Json value) {
  constexpr std::string_view kExpected = "an array of two layer ids or more";
  simdjson::dom::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS || array.size() < 2) {
    return BadValue("layer_ids", value, kExpected);
  }
  std::vector<std::int32_t> ids;
  for (const Json item : array) {
    const auto id = ReadInteger(item, "layer_ids", 1, kMaxInteger);
    if (!id) return Fail(id.error());
    ids.push_back(static_cast<std::int32_t>(*id));
  }
  return ids;
}

struct LayerUpdate {
  std::int32_t id = 0;
  std::optional<std::string> name;
  std::optional<BlendMode> mode;
  std::optional<bool> visible;
  std::optional<std::size_t> position;
  std::optional<std::int32_t> material;
};

Status ApplyUpdate(const LayerUpdate& update, Scene& scene,
                   ResultWriter& reply) {
  if (scene.FindLayer(update.id) == nullptr) {
    return NoSuchLayer(scene, update.id);
  }
  const auto materials = static_cast<std::int64_t>(scene.materials.size());
  if (update.material && *update.material >= materials) {
    return Status(StatusCode::kInvalidArgument,
                  fmt::format("material is {}; expected -1 for none to {}",
                              *update.material, materials - 1));
  }
  if (update.position) {
    Status moved = MoveLayer(scene, update.id, *update.position);
    if (!moved.ok()) return moved;
  }
  Layer& layer = *scene.FindLayer(update.id);
  layer.name = update.name.value_or(layer.name);
  layer.mode = update.mode.value_or(layer.mode);
  layer.visible = update.visible.value_or(layer.visible);
  layer.material = update.material.value_or(layer.material);
  reply.Key("layer").BeginObject();
  WriteFacts(reply, layer);
  reply.EndObject();
  return Status();
}

}  // namespace

Result<SceneEdit> ReadCreateLayer(const Params& params, const ProjectLimits&) {
  ParamReader read(params);
  const std::string name(read.Text("name", 0).value_or("New Layer"));
  std::array<std::int64_t, 3> color{};
  constexpr auto kChannels = std::to_array<std::string_view>({"r", "g", "b"});
  for (std::size_t i = 0; i < color.size(); ++i) {
    color[i] = read.Integer(kChannels[i], 1 + i, 255,
                            std::numeric_limits<std::int64_t>::min(),
                            std::numeric_limits<std::int64_t>::max());
    if (color[i] < 0 || color[i] > 255) {
      return Wrong("Invalid color values (must be 0-255)");
    }
  }
  const bool visible = read.Flag("visible", 4, true);
  if (!read.ok()) return Fail(read.status());
  return [=](Scene& scene, ResultWriter& reply) {
    Layer& layer = scene.AddLayer(name);
    layer.visible = visible;
    reply.Field("id", layer.id)
        .Field("name", name)
        .Field("visible", visible)
        .Key("color")
        .BeginArray();
    for (const std::int64_t channel : color) reply.Value(channel);
    reply.EndArray();
    return Status();
  };
}

Result<SceneEdit> ReadDeleteLayer(const Params& params, const ProjectLimits&) {
  ParamReader read(params);
  const std::int32_t id = read.LayerId(0);
  const std::string name(read.Text("layer_name", 1).value_or(""));
  if (!read.ok()) return Fail(read.status());
  if (id <= 0 && name.empty()) {
    return Wrong("Must specify either layer_id or layer_name");
  }
  return [=](Scene& scene, ResultWriter&) -> Status {
    if (id > 0) return RemoveLayer(scene, id);
    const auto found = IdOfName(scene, name);
    return found ? RemoveLayer(scene, *found) : found.error();
  };
}

Result<SceneEdit> ReadMergeLayers(const Params& params, const ProjectLimits&) {
  if (const auto list = params.Find("layer_ids")) {
    auto ids = ReadIds(*list);
    if (!ids) return Fail(std::move(ids.error()));
    return [ids = *ids](Scene& scene, ResultWriter& reply) -> Status {
      const auto merged = MergeLayers(scene, ids);
      if (!merged) return merged.error();
      reply.Field("id", *merged);
      return Status();
    };
  }
  ParamReader read(params);
  const auto id = [&](const char* name, std::size_t position) {
    return static_cast<std::int32_t>(
        read.Integer(name, position, 0, -kMaxInteger - 1, kMaxInteger));
  };
  const std::int32_t source = id("source_layer_id", 0);
  const std::int32_t target = id("target_layer_id", 1);
  if (!read.ok()) return Fail(read.status());
  if (source <= 0 || target <= 0) {
    return Wrong("Must specify valid source_layer_id and target_layer_id");
  }
  return [=](Scene& scene, ResultWriter& reply) {
    reply.Field("id", target);
    return MergeLayer(scene, source, target);
  };
}

Result<SceneEdit> ReadSetVisibility(const Params& params,
                                    const ProjectLimits&) {
  ParamReader read(params);
  const bool visible = read.Flag("visible", 1, true);
  const auto id = ReadKnownId(read, "Must specify valid layer_id");
  if (!id) return Fail(id.error());
  return [=, id = *id](Scene& scene, ResultWriter& reply) {
    Layer* layer = scene.FindLayer(id);
    if (layer == nullptr) return NoSuchLayer(scene, id);
    layer->visible = visible;
    reply.Field("visible", visible);
    return Status();
  };
}

Result<SceneEdit> ReadSetActiveLayer(const Params& params,
                                     const ProjectLimits&) {
  ParamReader read(params);
  const auto id = ReadKnownId(read, "Must specify valid layer_id");
  if (!id) return Fail(id.error());
  return [id = *id](Scene& scene, ResultWriter& reply) {
    if (scene.FindLayer(id) == nullptr) return NoSuchLayer(scene, id);
    scene.active_layer = id;
    reply.Field("layer_id", id);
    return Status();
  };
}

Result<SceneEdit> ReadUpdateLayer(const Params& params, const ProjectLimits&) {
  ParamReader read(params);
  LayerUpdate update;
  const auto name = read.Text("name", kByName);
  if (name) update.name = *name;
  if (params.Find("mode")) {
    update.mode =
        static_cast<BlendMode>(read.Word("mode", kByName, 0, kModeNames));
  }
  if (params.Find("visible")) {
    update.visible = read.Flag("visible", kByName, true);
  }
  if (params.Find("position")) {
    update.position = static_cast<std::size_t>(
        read.Integer("position", kByName, 0, 0, kMaxInteger));
  }
  if (params.Find("material")) {
    update.material = static_cast<std::int32_t>(
        read.Integer("material", kByName, -1, -1, kMaxInteger));
  }
  const auto id = ReadKnownId(read, "Must specify valid layer_id");
  if (!id) return Fail(id.error());
  update.id = *id;
  return [update](Scene& scene, ResultWriter& reply) {
    return ApplyUpdate(update, scene, reply);
  };
}

void AddLayerMethods(MethodTable& table, const MethodContext& context) {
  const ProjectLimits& limits = context.projects.limits();
  table.Add("goxel.list_layers", "List all layers in current project",
            RunsOn::kWorker, ListLayers);
  AddEditMethod(table, limits, "goxel.create_layer", "Create a new layer",
                ReadCreateLayer,
                {-1008, "Failed to create layer: error code -1"});
  AddEditMethod(table, limits, "goxel.delete_layer", "Delete specified layer",
                ReadDeleteLayer,
                {-1012, "Failed to delete layer: error code -1"});
  AddEditMethod(table, limits, "goxel.merge_layers", "Merge two or more layers",
                ReadMergeLayers,
                {-1013, "Failed to merge layers: error code -1"});
  AddEditMethod(table, limits, "goxel.set_layer_visibility",
                "Show or hide layer", ReadSetVisibility,
                {-1014, "Failed to set layer visibility: error code -1"});
  AddEditMethod(table, limits, "goxel.set_active_layer",
                "Choose the layer that edits go to", ReadSetActiveLayer);
  AddEditMethod(table, limits, "goxel.update_layer",
                "Change a layer's name, mode, visibility, place or material",
                ReadUpdateLayer);
}

}  // namespace goxel
