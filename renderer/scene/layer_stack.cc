#include "renderer/scene/layer_stack.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace goxel {
namespace {

constexpr std::size_t kMaxIdsShown = 8;

std::vector<Layer>::iterator Locate(Scene& scene, std::int32_t id) {
  return std::ranges::find(scene.layers, id, &Layer::id);
}

// `above` on `below`, both of them seen.
Volume Blended(Layer below, Layer above) {
  below.visible = true;
  above.visible = true;
  Scene pair;
  pair.layers.push_back(std::move(below));
  pair.layers.push_back(std::move(above));
  return Composite(pair);
}

}  // namespace

Status NoSuchLayer(const Scene& scene, std::int32_t id) {
  std::string known;
  for (const Layer& layer : scene.layers) {
    if (&layer == scene.layers.data() + kMaxIdsShown) {
      known += ", ...";
      break;
    }
    known += fmt::format("{}{}", known.empty() ? "" : ", ", layer.id);
  }
  return Status(
      StatusCode::kNotFound,
      fmt::format("there is no layer {}; the layers are {}", id, known));
}

const Layer* FindLayer(const Scene& scene, LayerChoice choice) {
  if (choice.id == 0) return scene.ActiveLayer();
  const Layer* found = scene.FindLayer(choice.id);
  return found == nullptr && choice.else_active ? scene.ActiveLayer() : found;
}

Result<Layer*> LayerToEdit(Scene& scene, LayerChoice choice) {
  auto* layer = const_cast<Layer*>(FindLayer(scene, choice));
  if (layer == nullptr) return Fail(NoSuchLayer(scene, choice.id));
  layer->base_id = 0;
  return layer;
}

Status RemoveLayer(Scene& scene, std::int32_t id) {
  const auto removed = Locate(scene, id);
  if (removed == scene.layers.end()) return NoSuchLayer(scene, id);
  const auto next = scene.layers.erase(removed);
  if (scene.layers.empty()) {
    scene.AddLayer("Layer.1");
  } else if (scene.active_layer == id) {
    const bool was_lowest = next == scene.layers.begin();
    scene.active_layer = was_lowest ? next->id : (next - 1)->id;
  }
  return Status();
}

Status MergeLayer(Scene& scene, std::int32_t source, std::int32_t target) {
  if (source == target) {
    return Status(StatusCode::kFailedPrecondition,
                  fmt::format("source and target are both layer {}; merging "
                              "takes two layers",
                              source));
  }
  Layer* below = scene.FindLayer(target);
  if (below == nullptr) return NoSuchLayer(scene, target);
  const Layer* above = scene.FindLayer(source);
  if (above == nullptr) return NoSuchLayer(scene, source);
  Volume blended = Blended(*below, *above);
  below->objects = BlendObjects(*below, *above, blended);
  below->volume = std::move(blended);
  below->base_id = 0;
  if (scene.active_layer == source) scene.active_layer = target;
  return RemoveLayer(scene, source);
}

Result<std::int32_t> MergeLayers(Scene& scene,
                                 std::span<const std::int32_t> ids) {
  for (const std::int32_t id : ids) {
    if (scene.FindLayer(id) == nullptr) return Fail(NoSuchLayer(scene, id));
  }
  std::vector<std::int32_t> stacked;
  for (const Layer& layer : scene.layers) {
    if (std::ranges::count(ids, layer.id) > 0) stacked.push_back(layer.id);
  }
  if (stacked.size() < 2) {
    return Fail(StatusCode::kInvalidArgument,
                "merging takes two layers or more, each named once");
  }
  for (const std::int32_t id : std::span(stacked).subspan(1)) {
    if (Status merged = MergeLayer(scene, id, stacked[0]); !merged.ok()) {
      return Fail(std::move(merged));
    }
  }
  return stacked[0];
}

Status MoveLayer(Scene& scene, std::int32_t id, std::size_t place) {
  const auto from = Locate(scene, id);
  if (from == scene.layers.end()) return NoSuchLayer(scene, id);
  if (place >= scene.layers.size()) {
    return Status(StatusCode::kInvalidArgument,
                  fmt::format("position is {}; expected 0 (the bottom) to {}",
                              place, scene.layers.size() - 1));
  }
  const auto to = scene.layers.begin() + static_cast<std::ptrdiff_t>(place);
  if (from < to) {
    std::rotate(from, from + 1, to + 1);
  } else {
    std::rotate(to, from, from + 1);
  }
  return Status();
}

}  // namespace goxel
