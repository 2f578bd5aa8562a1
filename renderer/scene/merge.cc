#include "renderer/scene/merge.h"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace goxel {
namespace {

using TilePointer = std::shared_ptr<const Tile>;

TilePointer TileAt(const Volume& volume, TileCoord coord) {
  const TileTable& tiles = volume.tiles();
  const auto found = tiles.find(coord);
  return found == tiles.end() ? nullptr : found->second;
}

Color ColorAt(const TilePointer& tile, std::size_t index) {
  return tile ? tile->voxels[index] : Color{};
}

Cell CellOf(TileCoord coord, std::size_t index) {
  const auto within = [&](std::int32_t tile, std::size_t shift) {
    return tile * kTileSide + static_cast<std::int32_t>(index >> shift & 15);
  };
  return {within(coord.x, 0), within(coord.y, 4), within(coord.z, 8)};
}

void MergeTile(const TilePointer& base, const TilePointer& changed,
               TileCoord coord, Volume& target) {
  if (base == changed) return;
  if (TileAt(target, coord) == base) return target.SetTile(coord, changed);
  for (std::size_t i = 0; i < kTileVoxels; ++i) {
    const Color color = ColorAt(changed, i);
    if (color != ColorAt(base, i)) target.Set(CellOf(coord, i), color);
  }
}

// Takes over a part of the scene or of a layer that was changed.
template <typename T>
void MergePart(const T& base, const T& changed, T& target) {
  if (!(base == changed)) target = changed;
}

void MergeLayer(const Layer& base, const Layer& changed, Layer& target) {
  MergePart(base.name, changed.name, target.name);
  MergePart(base.visible, changed.visible, target.visible);
  MergePart(base.mode, changed.mode, target.mode);
  MergePart(base.material, changed.material, target.material);
  MergePart(base.base_id, changed.base_id, target.base_id);
  MergePart(base.matrix, changed.matrix, target.matrix);
  MergePart(base.objects, changed.objects, target.objects);
  MergeVolume(base.volume, changed.volume, target.volume);
}

// The layers of `scene` that `other` has too, by id, in the order of `scene`.
std::vector<std::int32_t> SharedIds(const Scene& scene, const Scene& other) {
  std::vector<std::int32_t> ids;
  for (const Layer& layer : scene.layers) {
    if (other.FindLayer(layer.id) != nullptr) ids.push_back(layer.id);
  }
  return ids;
}

// Puts the layers that both scenes have into the order of `changed`; each other
// layer of `target` keeps its place.
void Reorder(const Scene& changed, Scene& target) {
  const std::vector<std::int32_t> order = SharedIds(changed, target);
  std::vector<Layer> ordered;
  for (const std::int32_t id : order) ordered.push_back(*target.FindLayer(id));
  auto next = ordered.begin();
  for (Layer& layer : target.layers) {
    if (changed.FindLayer(layer.id) != nullptr) layer = std::move(*next++);
  }
}

// The place in `target` for what stands at `place` in `changed`: behind the
// nearest layer below it that `target` has.
std::vector<Layer>::iterator PlaceFor(const Scene& changed, std::size_t place,
                                      Scene& target) {
  while (place-- > 0) {
    const auto below =
        std::ranges::find(target.layers, changed.layers[place].id, &Layer::id);
    if (below != target.layers.end()) return below + 1;
  }
  return target.layers.begin();
}

// Inserts a copy of the layer at `place` in `changed`; the id it gets.
std::int32_t AddLayer(const Scene& changed, std::size_t place, Scene& target) {
  Layer layer = changed.layers[place];
  const auto where = PlaceFor(changed, place, target) - target.layers.begin();
  if (target.FindLayer(layer.id) != nullptr) {
    layer.id = target.AddLayer({}).id;
    target.layers.pop_back();
  }
  const std::int32_t id = layer.id;
  target.layers.insert(target.layers.begin() + where, std::move(layer));
  return id;
}

}  // namespace

void MergeVolume(const Volume& base, const Volume& changed, Volume& target) {
  if (changed.SharesAllWith(base)) return;
  if (target.SharesAllWith(base)) {
    target = changed;
    return;
  }
  for (const auto& [coord, tile] : changed.tiles()) {
    MergeTile(TileAt(base, coord), tile, coord, target);
  }
  for (const auto& [coord, tile] : base.tiles()) {
    if (changed.FindTile(coord) == nullptr) {
      MergeTile(tile, nullptr, coord, target);
    }
  }
}

void MergeScene(const Scene& base, const Scene& changed, Scene& target) {
  std::int32_t active = changed.active_layer;
  const std::int32_t active_before = target.active_layer;
  if (SharedIds(base, changed) != SharedIds(changed, base)) {
    Reorder(changed, target);
  }
  std::erase_if(target.layers, [&](const Layer& layer) {
    return base.FindLayer(layer.id) != nullptr &&
           changed.FindLayer(layer.id) == nullptr;
  });
  for (std::size_t i = 0; i < changed.layers.size(); ++i) {
    const Layer& layer = changed.layers[i];
    const Layer* before = base.FindLayer(layer.id);
    if (before == nullptr) {
      const std::int32_t id = AddLayer(changed, i, target);
      if (layer.id == changed.active_layer) active = id;
    } else if (Layer* there = target.FindLayer(layer.id); there != nullptr) {
      MergeLayer(*before, layer, *there);
    }
  }
  target.active_layer =
      base.active_layer == changed.active_layer ? active_before : active;
  MergePart(base.materials, changed.materials, target.materials);
  MergePart(base.palette, changed.palette, target.palette);
  MergePart(base.cameras, changed.cameras, target.cameras);
  MergePart(base.light, changed.light, target.light);
  MergePart(base.image_box, changed.image_box, target.image_box);
}

}  // namespace goxel
