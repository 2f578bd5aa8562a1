#include "renderer/formats/gox_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>

#include "renderer/formats/chunk_content.h"
#include "renderer/formats/png_block.h"
#include "renderer/formats/sorted_tiles.h"

namespace goxel {
namespace {

constexpr std::int32_t kSeveral = -1;
constexpr std::size_t kLeastObjectBytes = 8;

// The owner that all voxels of a tile have.
std::optional<OwnerIndex> OnlyOwner(const Tile& tile,
                                    const VoxelOwners& owners) {
  std::optional<OwnerIndex> only;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (tile.voxels[i].a == 0) continue;
    if (only && *only != owners[i]) return std::nullopt;
    only = owners[i];
  }
  return only;
}

Result<std::string> EncodeOwners(const VoxelOwners& owners) {
  Tile tile;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    tile.voxels[i] = {static_cast<std::uint8_t>(owners[i] & 0xFF),
                      static_cast<std::uint8_t>(owners[i] >> 8), 0, 255};
  }
  return EncodePngBlock(tile);
}

Status PutTile(const PlacedTile& placed, const LayerObjects& objects,
               ChunkContent& content) {
  const VoxelOwners owners = objects.OwnersOf(placed.coord);
  const auto only = OnlyOwner(*placed.tile, owners);
  if (only == LayerObjects::kNobody) return {};
  content.Put(placed.coord);
  if (only) {
    content.Put(std::int32_t{*only});
    return {};
  }
  const Result<std::string> block = EncodeOwners(owners);
  if (!block) return block.error();
  content.Put(kSeveral).PutText(*block);
  return {};
}

Status BadOwner(std::int64_t owner, std::size_t objects) {
  return {StatusCode::kDataLoss,
          fmt::format("a voxel is of object {} of {}, counted from 0", owner,
                      objects)};
}

Result<TileOwners> DecodeOwners(ByteReader& content, std::size_t objects) {
  const auto only = content.Read<std::int32_t>();
  if (!content.ok()) return TileOwners{};
  if (only != kSeveral) {
    if (only < 0 || static_cast<std::size_t>(only) >= objects) {
      return Fail(BadOwner(only, objects));
    }
    return TileOwners{.owner = static_cast<OwnerIndex>(only), .owners = {}};
  }
  const auto block = content.Take(content.Read<std::uint32_t>());
  if (!content.ok()) return TileOwners{};
  const auto tile = DecodePngBlock(block);
  if (!tile) return Fail(tile.error());
  auto owners = std::make_shared<VoxelOwners>();
  for (std::size_t i = 0; i < owners->size(); ++i) {
    const Color color = (*tile)->voxels[i];
    const auto owner = static_cast<OwnerIndex>(color.r | color.g << 8);
    if (owner >= objects && owner != LayerObjects::kNobody) {
      return Fail(BadOwner(owner, objects));
    }
    (*owners)[i] = owner;
  }
  return TileOwners{.owner = LayerObjects::kNobody,
                    .owners = std::move(owners)};
}

// True when no layer and no object of the scene has one of the ids, and none is
// there twice.
bool AreFree(const std::vector<SceneObject>& objects, const Scene& scene) {
  std::unordered_set<std::int32_t> taken;
  for (const Layer& layer : scene.layers) {
    taken.insert(layer.id);
    if (layer.objects == nullptr) continue;
    for (const SceneObject& object : layer.objects->objects()) {
      taken.insert(object.id);
    }
  }
  return std::ranges::all_of(objects, [&taken](const SceneObject& object) {
    return object.id >= 1 && taken.insert(object.id).second;
  });
}

}  // namespace

Result<std::string> EncodeObjects(const Layer& layer) {
  const auto& objects = layer.objects->objects();
  ChunkContent content;
  content.Put(layer.id).Put(static_cast<std::int32_t>(objects.size()));
  for (const SceneObject& object : objects) {
    content.Put(object.id).PutText(object.name);
  }
  for (const PlacedTile& placed : SortedTiles(layer.volume)) {
    Status put = PutTile(placed, *layer.objects, content);
    if (!put.ok()) return Fail(std::move(put));
  }
  return content.bytes();
}

Result<GoxObjects> DecodeObjects(ByteReader& content, std::uint64_t max_tiles) {
  GoxObjects result;
  result.layer = content.Read<std::int32_t>();
  const auto count = content.Read<std::uint32_t>();
  if (count > LayerObjects::kMaxObjects ||
      !content.Fits(count, kLeastObjectBytes)) {
    return Fail(StatusCode::kDataLoss,
                fmt::format("{} objects in {} bytes; at most {} of at least {} "
                            "bytes each are possible",
                            count, content.remaining(),
                            LayerObjects::kMaxObjects, kLeastObjectBytes));
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto id = content.Read<std::int32_t>();
    result.objects.push_back(
        {.id = id, .name = std::string(content.ReadString())});
  }
  while (content.ok() && !content.at_end()) {
    const auto coord = content.Read<TileCoord>();
    auto owners = DecodeOwners(content, count);
    if (!owners) return Fail(std::move(owners.error()));
    result.owners[coord] = *std::move(owners);
    if (result.owners.size() > max_tiles) {
      return Fail(StatusCode::kTooLarge,
                  fmt::format("objects of layer {} are in more than {} tiles",
                              result.layer, max_tiles));
    }
  }
  return result;
}

void AttachObjects(GoxObjects source, Scene& scene) {
  Layer* layer = scene.FindLayer(source.layer);
  if (layer == nullptr || layer->objects != nullptr || layer->base_id != 0 ||
      !AreFree(source.objects, scene)) {
    return;
  }
  TileOwnersTable owners;
  for (const auto& [coord, tile] : layer->volume.tiles()) {
    const auto found = source.owners.find(coord);
    owners[coord] =
        found != source.owners.end()
            ? std::move(found->second)
            : TileOwners{.owner = LayerObjects::kNobody, .owners = nullptr};
  }
  layer->objects = std::make_shared<const LayerObjects>(
      std::move(source.objects), layer->volume, std::move(owners));
}

}  // namespace goxel
