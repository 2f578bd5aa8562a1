#include "renderer/formats/shown_layers.h"

#include <array>
#include <memory>
#include <utility>

namespace goxel {
namespace {

// True for modes that put voxels of their own where there was none, or in the
// place of what was there.
bool PutsVoxels(BlendMode mode) {
  return mode == BlendMode::kOver || mode == BlendMode::kMax ||
         mode == BlendMode::kReplace;
}

// The visible layers that put voxels, bottom first. The lowest visible one is
// taken as it is, whatever its mode.
std::vector<ShownLayer> PuttingLayers(const Scene& scene) {
  std::vector<ShownLayer> shown;
  bool is_bottom = true;
  for (const Layer& layer : scene.layers) {
    if (!layer.visible) continue;
    if (is_bottom || PutsVoxels(layer.mode)) shown.push_back({&layer, {}});
    is_bottom = false;
  }
  return shown;
}

// Deals the voxels of one tile of the composite out to the layers.
void DealTile(TileCoord coord, const std::shared_ptr<const Tile>& seen,
              std::vector<ShownLayer>& layers) {
  std::vector<std::pair<ShownLayer*, const Tile*>> owners;  // Topmost first.
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    const Tile* tile = layer->layer->volume.FindTile(coord);
    if (tile != nullptr) owners.emplace_back(&*layer, tile);
  }
  if (owners.size() == 1) {
    owners.front().first->volume.SetTile(coord, seen);
    return;
  }
  std::array<bool, kTileVoxels> dealt{};
  for (const auto& [layer, tile] : owners) {
    auto share = std::make_shared<Tile>();
    for (std::size_t i = 0; i < share->voxels.size(); ++i) {
      if (dealt[i] || tile->voxels[i].a == 0) continue;
      share->voxels[i] = seen->voxels[i];
      dealt[i] = true;
    }
    share->Normalize();
    if (share->occupied > 0) layer->volume.SetTile(coord, std::move(share));
  }
}

}  // namespace

std::vector<ShownLayer> ShownLayers(const Scene& scene) {
  std::vector<ShownLayer> layers = PuttingLayers(scene);
  const Volume composite = Composite(scene);
  if (layers.size() == 1) {
    layers.front().volume = composite;
  } else {
    for (const auto& [coord, tile] : composite.tiles()) {
      DealTile(coord, tile, layers);
    }
  }
  std::erase_if(layers,
                [](const ShownLayer& shown) { return shown.volume.empty(); });
  return layers;
}

}  // namespace goxel
