#include "renderer/formats/gox_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "renderer/formats/gox_chunks.h"
#include "renderer/formats/gzip.h"
#include "renderer/formats/read_budget.h"
#include "renderer/scene/placed_volume.h"

namespace goxel {
namespace {

// The box of a new Goxel image.
constexpr Box kDefaultBox = {{-16, -16, 0}, {16, 16, 32}};

// Writes all cells of a block, so that its empty ones erase.
void Blit(const Tile& tile, Cell corner, Volume& volume) {
  std::size_t index = 0;
  for (int z = 0; z < kTileSide; ++z) {
    for (int y = 0; y < kTileSide; ++y) {
      for (int x = 0; x < kTileSide; ++x) {
        volume.Set({corner.x + x, corner.y + y, corner.z + z},
                   tile.voxels[index++]);
      }
    }
  }
}

// The corner of a block as a cell; nullopt when the block reaches beyond 32-bit
// coordinates.
std::optional<Cell> CornerOf(const GoxBlockPlace& place) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
  for (const std::int64_t axis : place.corner) {
    if (axis < kMin || axis > kMax - kTileSide) return std::nullopt;
  }
  return Cell{static_cast<std::int32_t>(place.corner[0]),
              static_cast<std::int32_t>(place.corner[1]),
              static_cast<std::int32_t>(place.corner[2])};
}

bool IsAligned(Cell cell) { return ((cell.x | cell.y | cell.z) & 15) == 0; }

std::optional<UnitShape> ShapeNamed(std::string_view name) {
  if (name == "sphere") return UnitShape::kSphere;
  if (name == "cube") return UnitShape::kCube;
  if (name == "cylinder") return UnitShape::kCylinder;
  return std::nullopt;
}

BlendMode ModeOf(std::int32_t value) {
  const bool is_known =
      value >= 0 && value <= static_cast<std::int32_t>(BlendMode::kReplace);
  return is_known ? static_cast<BlendMode>(value) : BlendMode::kOver;
}

class SceneBuilder {
 public:
  SceneBuilder(GoxFile file, const ReadLimits& limits)
      : file_(std::move(file)), budget_(limits) {}

  Result<Scene> Build() {
    scene_.materials = std::move(file_.materials);
    scene_.cameras = std::move(file_.cameras);
    scene_.light = file_.light;
    scene_.image_box = file_.image_box;
    Status status = AddLayers();
    if (status.ok()) status = FillShapes();
    if (status.ok()) status = FillClones();
    if (!status.ok()) return Fail(status);
    if (scene_.layers.empty()) scene_.AddLayer("Layer.1");
    for (GoxObjects& objects : file_.objects) {
      AttachObjects(std::move(objects), scene_);
    }
    scene_.active_layer = ActiveId();
    return std::move(scene_);
  }

 private:
  // The layers as they stand in the file: with their blocks.
  Status AddLayers() {
    scene_.layers.reserve(file_.layers.size());
    for (const GoxLayer& source : file_.layers) {
      Layer& layer = scene_.layers.emplace_back();
      ReadSettings(source.settings, layer);
      if (Status blocks = AddBlocks(source, layer); !blocks.ok()) {
        return blocks;
      }
    }
    NumberLayers();
    return {};
  }

  void ReadSettings(const GoxDict& settings, Layer& layer) const {
    layer.name = settings.GetText("name");
    settings.Get("id", layer.id);
    settings.Get("base_id", layer.base_id);
    settings.Get("mat", layer.matrix);
    settings.Get("visible", layer.visible);
    settings.Get("material", layer.material);
    const auto materials = static_cast<std::int64_t>(scene_.materials.size());
    if (layer.material < 0 || layer.material >= materials) layer.material = -1;
    std::int32_t mode = 0;
    if (settings.Get("mode", mode)) layer.mode = ModeOf(mode);
  }

  Status AddBlocks(const GoxLayer& source, Layer& layer) {
    for (const GoxBlockPlace& place : source.blocks) {
      if (place.block < 0 ||
          static_cast<std::size_t>(place.block) >= file_.blocks.size()) {
        return {StatusCode::kDataLoss,
                fmt::format("layer \"{}\" names block {}; the file holds {} "
                            "blocks, counted from 0",
                            layer.name, place.block, file_.blocks.size())};
      }
      const std::optional<Cell> corner = CornerOf(place);
      if (!corner) {
        return {StatusCode::kDataLoss,
                fmt::format("layer \"{}\" has a block at {}, {}, {}, beyond "
                            "32-bit coordinates",
                            layer.name, place.corner[0], place.corner[1],
                            place.corner[2])};
      }
      if (Status added = AddBlock(place.block, *corner, layer.volume);
          !added.ok()) {
        return added;
      }
    }
    Status kept = budget_.TakeVoxels(layer.volume.CountVoxels());
    return kept.ok() ? budget_.KeepTiles(layer.volume) : kept;
  }

  Status AddBlock(std::int32_t block, Cell corner, Volume& volume) {
    const auto& tile = file_.blocks[static_cast<std::size_t>(block)];
    if (IsAligned(corner)) {
      volume.SetTile(TileOf(corner), tile);
    } else {
      Blit(*tile, corner, volume);
    }
    return budget_.CheckTiles(volume.CountTiles());
  }

  // Keeps the ids of the file where they are unique and at least 1.
  void NumberLayers() {
    std::unordered_set<std::int32_t> taken;
    std::vector<Layer*> unnumbered;
    for (Layer& layer : scene_.layers) {
      const bool is_good = layer.id >= 1 && taken.insert(layer.id).second;
      if (!is_good) unnumbered.push_back(&layer);
    }
    std::int32_t next = 1;
    for (Layer* layer : unnumbered) {
      while (!taken.insert(next).second) ++next;
      layer->id = next;
    }
  }

  // The layer that the file marks, as only this project's files do, else the
  // topmost.
  std::int32_t ActiveId() const {
    for (std::size_t i = 0; i < file_.layers.size(); ++i) {
      if (file_.layers[i].settings.Has("active")) return scene_.layers[i].id;
    }
    return scene_.layers.back().id;
  }

  Status FillShapes() {
    const Box clip = ImageBox();
    for (std::size_t i = 0; i < scene_.layers.size(); ++i) {
      Layer& layer = scene_.layers[i];
      const GoxDict& settings = file_.layers[i].settings;
      const auto kind = ShapeNamed(settings.GetText("shape"));
      if (!kind || !file_.layers[i].blocks.empty()) continue;
      Color color = {255, 255, 255, 255};
      settings.Get("color", color);
      Result<Volume> volume =
          FillShape(*kind, layer.matrix, color, clip, budget_.voxels_left());
      if (!volume) return InLayer(layer, volume.error());
      layer.volume = *volume;
      if (Status kept = budget_.KeepTiles(layer.volume); !kept.ok()) {
        return kept;
      }
    }
    return {};
  }

  // The box of the image, or what stands for it where the file has none.
  Box ImageBox() const {
    if (scene_.image_box) return *scene_.image_box;
    std::optional<Box> box;
    for (const Layer& layer : scene_.layers) {
      const std::optional<Box> bounds = layer.volume.Bounds();
      if (!bounds) continue;
      if (!box) box = bounds;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        box->min[axis] = std::min(box->min[axis], bounds->min[axis]);
        box->max[axis] = std::max(box->max[axis], bounds->max[axis]);
      }
    }
    return box.value_or(kDefaultBox);
  }

  Status FillClones() {
    std::unordered_set<std::int32_t> ids;
    for (const Layer& layer : scene_.layers) ids.insert(layer.id);
    for (const Layer& layer : scene_.layers) {
      if (layer.base_id != 0 && !ids.contains(layer.base_id)) {
        return {StatusCode::kDataLoss,
                fmt::format("layer \"{}\" is a clone of layer {}, which the "
                            "file does not hold",
                            layer.name, layer.base_id)};
      }
    }
    if (Status status = UpdateClones(scene_, budget_.voxels_left());
        !status.ok()) {
      return status;
    }
    for (const Layer& layer : scene_.layers) {
      if (layer.base_id == 0) continue;
      if (Status kept = budget_.KeepTiles(layer.volume); !kept.ok()) {
        return kept;
      }
    }
    return {};
  }

  static Status InLayer(const Layer& layer, const Status& status) {
    return {status.code(),
            fmt::format("layer \"{}\": {}", layer.name, status.message())};
  }

  GoxFile file_;
  ReadBudget budget_;
  Scene scene_;
};

}  // namespace

Result<Scene> ReadGox(std::span<const std::byte> bytes,
                      const ReadLimits& limits) {
  std::vector<std::byte> unpacked;
  if (IsGzip(bytes)) {
    auto result = Gunzip(bytes, limits.max_file_bytes);
    if (!result) return Fail(result.error());
    unpacked = std::move(*result);
    bytes = unpacked;
  }
  auto file = ParseGoxFile(bytes, limits.max_tiles);
  if (!file) return Fail(file.error());
  return SceneBuilder(std::move(*file), limits).Build();
}

}  // namespace goxel
