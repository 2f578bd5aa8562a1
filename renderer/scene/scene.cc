#include "renderer/scene/scene.h"

#include <algorithm>
#include <utility>

namespace goxel {
namespace {

// The smallest id from 1 that no layer has.
std::int32_t NextFreeId(const std::vector<Layer>& layers) {
  std::vector<std::int32_t> taken;
  taken.reserve(layers.size());
  for (const Layer& layer : layers) taken.push_back(layer.id);
  std::ranges::sort(taken);
  std::int32_t next = 1;
  for (const std::int32_t id : taken) {
    if (id == next) ++next;
  }
  return next;
}

}  // namespace

const Layer* Scene::FindLayer(std::int32_t id) const {
  const auto found = std::ranges::find(layers, id, &Layer::id);
  return found == layers.end() ? nullptr : &*found;
}

Layer* Scene::FindLayer(std::int32_t id) {
  return const_cast<Layer*>(std::as_const(*this).FindLayer(id));
}

Layer& Scene::AddLayer(std::string name) {
  Layer layer;
  layer.id = NextFreeId(layers);
  layer.name = std::move(name);
  active_layer = layer.id;
  return layers.emplace_back(std::move(layer));
}

Scene NewScene() {
  Scene scene;
  scene.AddLayer("Layer.1");
  return scene;
}

}  // namespace goxel
