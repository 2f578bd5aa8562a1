#include "renderer/formats/vox_format.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "renderer/formats/read_budget.h"
#include "renderer/formats/vox_cameras.h"
#include "renderer/formats/vox_chunks.h"
#include "renderer/formats/vox_graph.h"
#include "renderer/formats/vox_materials.h"
#include "renderer/scene/layer_objects.h"

namespace goxel {
namespace {

// From here on, of two instances in one cell the earlier one shows; before, the
// later one.
constexpr std::int32_t kEarlierWinsVersion = 200;

// Voxel coordinates are bytes, so that the box of all 256^3 possible ones
// bounds an instance.
Status CheckRange(const VoxInstance& instance) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
  for (const std::int64_t offset : instance.offset) {
    if (offset - 255 < kMin || offset + 255 > kMax) {
      return {StatusCode::kDataLoss,
              fmt::format("an instance of model {} stands at {}, beyond 32-bit "
                          "coordinates",
                          instance.model, offset)};
    }
  }
  return {};
}

// Gathers the voxels of all instances. Models list their voxels in any order,
// often by colour, so that a hash table would be asked for another tile at
// almost every voxel; a grid of the tiles that an instance can reach is not.
class TileGrid {
 public:
  // Writes the voxels of one instance; of two in one cell the later stays.
  // `owner` is the instance's number among all, of any order.
  void Fill(const VoxModel& model, const VoxInstance& instance,
            OwnerIndex owner, const std::array<Color, 256>& palette) {
    owner_ = owner;
    Clear(TileOf(Cell{LeastCell(instance, 0), LeastCell(instance, 1),
                      LeastCell(instance, 2)}));
    const auto& rotation = instance.rotation;
    const auto place = [&](std::span<const std::byte> voxel, std::size_t row) {
      const auto p = std::to_integer<std::int32_t>(voxel[rotation.column[row]]);
      return static_cast<std::int32_t>(instance.offset[row]) +
             rotation.sign[row] * p;
    };
    for (std::size_t i = 0; i < model.voxels.size(); i += 4) {
      const auto voxel = model.voxels.subspan(i, 4);
      const auto index = std::to_integer<std::size_t>(voxel[3]);
      if (index == 0) continue;
      const Cell cell = {place(voxel, 0), place(voxel, 1), place(voxel, 2)};
      const std::size_t voxel_index = Tile::IndexOf(cell);
      const Slot& slot = SlotAt(TileOf(cell));
      (*slot.voxels)[voxel_index] = palette[index];
      if (slot.owners != nullptr) (*slot.owners)[voxel_index] = owner;
    }
  }

  std::size_t CountTiles() const { return tiles_.size(); }

  Volume TakeVolume() {
    Volume volume;
    for (auto& [coord, gathered] : tiles_) {
      gathered.tile->Normalize();
      volume.SetTile(coord,
                     std::shared_ptr<const Tile>(std::move(gathered.tile)));
    }
    return volume;
  }

  // Whose the voxels are, for every tile that was filled.
  TileOwnersTable TakeOwners() {
    TileOwnersTable table;
    table.reserve(tiles_.size());
    for (auto& [coord, gathered] : tiles_) {
      table[coord] = {.owner = gathered.owner,
                      .owners = std::move(gathered.owners)};
    }
    return table;
  }

 private:
  struct Gathered {
    std::shared_ptr<Tile> tile;
    OwnerIndex owner = 0;                 // The first to fill a cell of it.
    std::shared_ptr<VoxelOwners> owners;  // Set when there are several.
  };

  // What is written of a tile; all of it nullptr for one that is not known.
  struct Slot {
    std::array<Color, kTileVoxels>* voxels = nullptr;
    VoxelOwners* owners = nullptr;  // Set when there are several.
  };

  // 256 cells that start anywhere touch at most so many tiles.
  static constexpr std::int32_t kSide = 256 / kTileSide + 1;

  static std::int32_t LeastCell(const VoxInstance& instance, std::size_t row) {
    const std::int64_t reach = instance.rotation.sign[row] < 0 ? 255 : 0;
    return static_cast<std::int32_t>(instance.offset[row] - reach);
  }

  // Makes the grid start at `first`, with nothing known of its tiles.
  void Clear(TileCoord first) {
    for (const std::size_t index : known_) grid_[index] = {};
    known_.clear();
    first_ = first;
  }

  const Slot& SlotAt(TileCoord coord) {
    const auto index = static_cast<std::size_t>(
        coord.x - first_.x +
        kSide * (coord.y - first_.y + kSide * (coord.z - first_.z)));
    if (grid_[index].voxels == nullptr) {
      Gathered& gathered = tiles_[coord];
      Share(gathered);
      grid_[index] = {&gathered.tile->voxels, gathered.owners.get()};
      known_.push_back(index);
    }
    return grid_[index];
  }

  // Lets the present instance fill cells of the tile, too.
  void Share(Gathered& gathered) const {
    if (gathered.tile == nullptr) {
      gathered.tile = std::make_shared<Tile>();
      gathered.owner = owner_;
    } else if (gathered.owners == nullptr && gathered.owner != owner_) {
      gathered.owners = std::make_shared<VoxelOwners>();
      gathered.owners->fill(gathered.owner);
    }
  }

  std::unordered_map<TileCoord, Gathered, TileCoordHash> tiles_;
  OwnerIndex owner_ = 0;  // The instance that is being filled.
  std::array<Slot, kSide * kSide * kSide> grid_{};
  std::vector<std::size_t> known_;  // Indices of what is known in grid_.
  TileCoord first_;
};

// Beyond what ids of 16 bits count, instances are not told apart.
bool TellsApart(const std::vector<VoxInstance>& instances) {
  return instances.size() > 1 && instances.size() < LayerObjects::kMaxObjects;
}

// In the order of the graph, with the ids that follow the layer's.
std::vector<SceneObject> ObjectsOf(const std::vector<VoxInstance>& instances,
                                   std::int32_t layer) {
  std::vector<SceneObject> objects;
  objects.reserve(instances.size());
  for (const VoxInstance& instance : instances) {
    const auto number = static_cast<std::int32_t>(objects.size());
    objects.push_back(
        {.id = layer + 1 + number, .name = std::string(instance.name)});
  }
  return objects;
}

Status FillLayer(const VoxFile& file, const std::vector<VoxInstance>& instances,
                 const ReadLimits& limits, Layer& layer) {
  const bool earlier_wins = file.version >= kEarlierWinsVersion;
  const bool tells_apart = TellsApart(instances);
  ReadBudget budget(limits);
  TileGrid grid;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const std::size_t number = earlier_wins ? instances.size() - 1 - i : i;
    const VoxInstance& instance = instances[number];
    const VoxModel& model = file.models[instance.model];
    Status status = CheckRange(instance);
    if (status.ok()) status = budget.TakeVoxels(model.CountVoxels());
    if (!status.ok()) return status;
    grid.Fill(model, instance,
              tells_apart ? static_cast<OwnerIndex>(number) : OwnerIndex{0},
              file.palette);
    if (Status room = budget.CheckTiles(grid.CountTiles()); !room.ok()) {
      return room;
    }
  }
  layer.volume = grid.TakeVolume();
  if (tells_apart) {
    layer.objects = std::make_shared<const LayerObjects>(
        ObjectsOf(instances, layer.id), layer.volume, grid.TakeOwners());
  }
  return {};
}

}  // namespace

Result<Scene> ReadVox(std::span<const std::byte> bytes,
                      const ReadLimits& limits) {
  const Result<VoxFile> file = ParseVoxFile(bytes);
  if (!file) return Fail(file.error());
  const auto instances = PlaceModels(*file, limits.max_voxels);
  if (!instances) return Fail(instances.error());

  Scene scene;
  const bool has_name =
      instances->size() == 1 && !instances->front().name.empty();
  Layer& layer = scene.AddLayer(has_name ? std::string(instances->front().name)
                                         : "MagicaVoxel");
  Status filled = FillLayer(*file, *instances, limits, layer);
  if (!filled.ok()) return Fail(std::move(filled));
  AddPalette(*file, scene);
  scene.cameras = CamerasOf(*file);
  return scene;
}

}  // namespace goxel
