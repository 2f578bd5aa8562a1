#include "renderer/scene/layer_objects.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "renderer/scene/blend.h"
#include "renderer/scene/scene.h"

namespace goxel {
namespace {

constexpr Tile kEmptyTile;

const Tile& TileOrEmpty(const Volume& volume, TileCoord coord) {
  const Tile* tile = volume.FindTile(coord);
  return tile != nullptr ? *tile : kEmptyTile;
}

VoxelOwners OwnersIn(const Layer& layer, TileCoord coord) {
  if (layer.objects != nullptr) return layer.objects->OwnersOf(coord);
  VoxelOwners nobody;
  nobody.fill(LayerObjects::kNobody);
  return nobody;
}

// The objects of both layers, the lower one's first.
std::vector<SceneObject> JoinedObjects(const Layer& below, const Layer& above) {
  std::vector<SceneObject> joined;
  for (const Layer* layer : {&below, &above}) {
    if (layer->objects == nullptr) continue;
    const auto& objects = layer->objects->objects();
    joined.insert(joined.end(), objects.begin(), objects.end());
  }
  return joined;
}

// Of what BlendLayer() makes of the tile. `shift`: how many objects the lower
// layer has.
TileOwners BlendTileOwners(const Layer& below, const Layer& above,
                           TileCoord coord, std::size_t shift) {
  const Tile& low = TileOrEmpty(below.volume, coord);
  const Tile& high = TileOrEmpty(above.volume, coord);
  auto owners = std::make_shared<VoxelOwners>(OwnersIn(below, coord));
  const VoxelOwners of_above = OwnersIn(above, coord);
  for (std::size_t i = 0; i < owners->size(); ++i) {
    if (!ShowsAbove(above.mode, low.voxels[i], high.voxels[i])) continue;
    const bool is_objects = of_above[i] != LayerObjects::kNobody;
    (*owners)[i] = is_objects ? static_cast<OwnerIndex>(of_above[i] + shift)
                              : LayerObjects::kNobody;
  }
  return {.owner = LayerObjects::kNobody, .owners = std::move(owners)};
}

}  // namespace

LayerObjects::LayerObjects(std::vector<SceneObject> objects, Volume filled,
                           TileOwnersTable owners)
    : objects_(std::move(objects)),
      filled_(std::move(filled)),
      owners_(std::move(owners)) {}

OwnerIndex LayerObjects::OwnerOf(Cell cell) const {
  const TileCoord coord = TileOf(cell);
  const Tile* tile = filled_.FindTile(coord);
  const std::size_t index = Tile::IndexOf(cell);
  if (tile == nullptr || tile->voxels[index].a == 0) return kNobody;
  return owners_.at(coord).At(index);
}

VoxelOwners LayerObjects::OwnersOf(TileCoord coord) const {
  VoxelOwners result;
  result.fill(kNobody);
  const Tile* tile = filled_.FindTile(coord);
  if (tile == nullptr) return result;
  const TileOwners& owners = owners_.at(coord);
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (tile->voxels[i].a != 0) result[i] = owners.At(i);
  }
  return result;
}

Hash128 LayerObjects::Hash() const {
  if (const auto remembered = hash_.Get()) return *remembered;
  std::vector<TileCoord> coords;
  for (const auto& [coord, tile] : filled_.tiles()) coords.push_back(coord);
  std::ranges::sort(coords);
  // Ids in the order of the objects, then a hash for each tile.
  std::vector<std::uint64_t> words;
  for (const SceneObject& object : objects_) {
    words.push_back(static_cast<std::uint64_t>(object.id));
  }
  const Hash128 filled = HashVolume(filled_);
  words.insert(words.end(), {filled.high, filled.low});
  for (const TileCoord coord : coords) {
    const VoxelOwners owners = OwnersOf(coord);
    words.push_back(XXH3_64bits(owners.data(), sizeof(owners)));
  }
  const XXH128_hash_t hash =
      XXH3_128bits(words.data(), words.size() * sizeof(words[0]));
  hash_.Set({hash.high64, hash.low64});
  return {hash.high64, hash.low64};
}

std::shared_ptr<const LayerObjects> BlendObjects(const Layer& below,
                                                 const Layer& above,
                                                 const Volume& blended) {
  std::vector<SceneObject> objects = JoinedObjects(below, above);
  if (objects.empty() || objects.size() > LayerObjects::kMaxObjects) {
    return nullptr;
  }
  const std::size_t shift =
      below.objects == nullptr ? 0 : below.objects->objects().size();
  TileOwnersTable owners;
  for (const auto& [coord, tile] : blended.tiles()) {
    owners[coord] = BlendTileOwners(below, above, coord, shift);
  }
  return std::make_shared<const LayerObjects>(std::move(objects), blended,
                                              std::move(owners));
}

}  // namespace goxel
