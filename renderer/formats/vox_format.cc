#include "renderer/formats/vox_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "renderer/formats/read_budget.h"
#include "renderer/formats/vox_chunks.h"
#include "renderer/formats/vox_graph.h"
#include "renderer/formats/vox_materials.h"

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
  void Fill(const VoxModel& model, const VoxInstance& instance,
            const std::array<Color, 256>& palette) {
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
      TileAt(TileOf(cell)).voxels[Tile::IndexOf(cell)] = palette[index];
    }
  }

  std::size_t CountTiles() const { return tiles_.size(); }

  Volume TakeVolume() {
    Volume volume;
    for (auto& [coord, tile] : tiles_) {
      tile->Normalize();
      volume.SetTile(coord, std::shared_ptr<const Tile>(std::move(tile)));
    }
    tiles_.clear();
    return volume;
  }

 private:
  // 256 cells that start anywhere touch at most so many tiles.
  static constexpr std::int32_t kSide = 256 / kTileSide + 1;

  static std::int32_t LeastCell(const VoxInstance& instance, std::size_t row) {
    const std::int64_t reach = instance.rotation.sign[row] < 0 ? 255 : 0;
    return static_cast<std::int32_t>(instance.offset[row] - reach);
  }

  // Makes the grid start at `first`, with nothing known of its tiles.
  void Clear(TileCoord first) {
    for (const std::size_t index : known_) grid_[index] = nullptr;
    known_.clear();
    first_ = first;
  }

  Tile& TileAt(TileCoord coord) {
    const auto index = static_cast<std::size_t>(
        coord.x - first_.x +
        kSide * (coord.y - first_.y + kSide * (coord.z - first_.z)));
    if (grid_[index] == nullptr) {
      std::shared_ptr<Tile>& tile = tiles_[coord];
      if (tile == nullptr) tile = std::make_shared<Tile>();
      grid_[index] = tile.get();
      known_.push_back(index);
    }
    return *grid_[index];
  }

  std::unordered_map<TileCoord, std::shared_ptr<Tile>, TileCoordHash> tiles_;
  std::array<Tile*, kSide * kSide * kSide> grid_{};
  std::vector<std::size_t> known_;  // Indices of what is not nullptr in grid_.
  TileCoord first_;
};

Result<Volume> FillAll(const VoxFile& file,
                       const std::vector<VoxInstance>& instances,
                       const ReadLimits& limits) {
  ReadBudget budget(limits);
  TileGrid grid;
  for (const VoxInstance& instance : instances) {
    const VoxModel& model = file.models[instance.model];
    Status status = CheckRange(instance);
    if (status.ok()) status = budget.TakeVoxels(model.CountVoxels());
    if (!status.ok()) return Fail(status);
    grid.Fill(model, instance, file.palette);
    if (Status room = budget.CheckTiles(grid.CountTiles()); !room.ok()) {
      return Fail(room);
    }
  }
  return grid.TakeVolume();
}

}  // namespace

Result<Scene> ReadVox(std::span<const std::byte> bytes,
                      const ReadLimits& limits) {
  const Result<VoxFile> file = ParseVoxFile(bytes);
  if (!file) return Fail(file.error());
  auto instances = PlaceModels(*file, limits.max_voxels);
  if (!instances) return Fail(instances.error());
  if (file->version >= kEarlierWinsVersion) std::ranges::reverse(*instances);
  Result<Volume> volume = FillAll(*file, *instances, limits);
  if (!volume) return Fail(volume.error());

  Scene scene;
  const bool has_name =
      instances->size() == 1 && !instances->front().name.empty();
  Layer& layer = scene.AddLayer(has_name ? std::string(instances->front().name)
                                         : "MagicaVoxel");
  layer.volume = *volume;
  AddPalette(*file, scene);
  return scene;
}

}  // namespace goxel
