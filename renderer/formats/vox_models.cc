#include "renderer/formats/vox_models.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "renderer/formats/shown_layers.h"

namespace goxel {
namespace {

// Tiles whose coordinates agree but for four bits lie in one cube of 256^3.
auto CubeOf(const PlacedTile& placed) {
  return std::tuple(placed.coord.z >> 4, placed.coord.y >> 4,
                    placed.coord.x >> 4);
}

void Include(Box& box, Cell cell, bool is_first) {
  const std::array<std::int64_t, 3> place = {cell.x, cell.y, cell.z};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int64_t end = place[axis] + 1;
    box.min[axis] =
        is_first ? place[axis] : std::min(box.min[axis], place[axis]);
    box.max[axis] = is_first ? end : std::max(box.max[axis], end);
  }
}

VoxModelPart MakeModel(std::span<const PlacedTile> tiles) {
  VoxModelPart model;
  model.tiles.assign(tiles.begin(), tiles.end());
  for (const PlacedTile& placed : tiles) {
    ForEachSolid(placed, [&model](Cell cell, Color) {
      Include(model.box, cell, model.voxels == 0);
      ++model.voxels;
    });
  }
  return model;
}

VoxLayerPart CutLayer(const Layer& layer, Volume volume) {
  VoxLayerPart part{.name = layer.name,
                    .hidden = !layer.visible,
                    .volume = std::move(volume),
                    .models = {}};
  std::vector<PlacedTile> tiles = SortedTiles(part.volume);
  std::ranges::stable_sort(tiles, {}, CubeOf);
  for (std::span<const PlacedTile> rest = tiles; !rest.empty();) {
    const auto end = std::ranges::find_if(rest, [&](const PlacedTile& placed) {
      return CubeOf(placed) != CubeOf(rest.front());
    });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    VoxModelPart model = MakeModel(rest.first(count));
    if (model.voxels > 0) part.models.push_back(std::move(model));
    rest = rest.subspan(count);
  }
  return part;
}

// One model of one cell, without a voxel.
VoxLayerPart EmptyPart() {
  VoxLayerPart part;
  part.models.emplace_back().box.max = {1, 1, 1};
  return part;
}

}  // namespace

std::vector<VoxLayerPart> CutIntoModels(const Scene& scene) {
  const std::vector<ShownLayer> shown = ShownLayers(scene);
  std::vector<VoxLayerPart> parts;
  for (const Layer& layer : scene.layers) {
    const auto seen = std::ranges::find(shown, &layer, &ShownLayer::layer);
    if (layer.visible && seen == shown.end()) continue;
    VoxLayerPart part =
        CutLayer(layer, layer.visible ? seen->volume : layer.volume);
    if (!part.models.empty()) parts.push_back(std::move(part));
  }
  if (parts.empty()) parts.push_back(EmptyPart());
  return parts;
}

}  // namespace goxel
