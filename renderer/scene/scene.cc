#include "renderer/scene/scene.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace goxel {
namespace {

// The smallest id from 1 that no layer and no object of one has.
std::int32_t NextFreeId(const std::vector<Layer>& layers) {
  std::vector<std::int32_t> taken;
  taken.reserve(layers.size());
  for (const Layer& layer : layers) {
    taken.push_back(layer.id);
    if (layer.objects == nullptr) continue;
    for (const SceneObject& object : layer.objects->objects()) {
      taken.push_back(object.id);
    }
  }
  std::ranges::sort(taken);
  std::int32_t next = 1;
  for (const std::int32_t id : taken) {
    if (id == next) ++next;
  }
  return next;
}

bool IsUnchangedLayer(const Layer& before, const Layer& after) {
  const auto facts = [](const Layer& layer) {
    return std::tie(layer.id, layer.name, layer.visible, layer.mode,
                    layer.material, layer.base_id, layer.matrix, layer.objects);
  };
  return facts(before) == facts(after) &&
         before.volume.SharesAllWith(after.volume);
}

}  // namespace

const Layer* Scene::FindLayer(std::int32_t id) const {
  const auto found = std::ranges::find(layers, id, &Layer::id);
  return found == layers.end() ? nullptr : &*found;
}

Layer* Scene::FindLayer(std::int32_t id) {
  return const_cast<Layer*>(std::as_const(*this).FindLayer(id));
}

std::string_view Scene::ObjectName(std::int32_t id) const {
  if (const Layer* layer = FindLayer(id)) return layer->name;
  for (const Layer& layer : layers) {
    if (layer.objects == nullptr) continue;
    const auto& objects = layer.objects->objects();
    const auto found = std::ranges::find(objects, id, &SceneObject::id);
    if (found != objects.end()) return found->name;
  }
  return {};
}

const Layer* Scene::ActiveLayer() const {
  const Layer* active = FindLayer(active_layer);
  if (active != nullptr) return active;
  return layers.empty() ? nullptr : &layers.back();
}

Layer& Scene::ActiveLayer() {
  if (layers.empty()) return AddLayer("Layer.1");
  return const_cast<Layer&>(*std::as_const(*this).ActiveLayer());
}

std::uint64_t Scene::CountVoxels() const {
  std::uint64_t count = 0;
  for (const Layer& layer : layers) count += layer.volume.CountVoxels();
  return count;
}

std::uint64_t Scene::CountTiles() const {
  std::uint64_t count = 0;
  for (const Layer& layer : layers) count += layer.volume.CountTiles();
  return count;
}

Layer& Scene::AddLayer(std::string name) {
  Layer layer;
  layer.id = NextFreeId(layers);
  layer.name = std::move(name);
  active_layer = layer.id;
  return layers.emplace_back(std::move(layer));
}

bool IsUnchanged(const Scene& before, const Scene& after) {
  const auto facts = [](const Scene& scene) {
    return std::tie(scene.active_layer, scene.materials, scene.palette,
                    scene.cameras, scene.light, scene.image_box);
  };
  return facts(before) == facts(after) &&
         std::ranges::equal(before.layers, after.layers, IsUnchangedLayer);
}

bool HasClones(const Scene& scene) {
  return std::ranges::any_of(
      scene.layers, [](const Layer& layer) { return layer.base_id != 0; });
}

Scene NewScene() {
  Scene scene;
  scene.AddLayer("Layer.1");
  return scene;
}

}  // namespace goxel
