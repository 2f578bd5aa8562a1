#include "renderer/formats/gox_writer.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "renderer/formats/chunk_content.h"
#include "renderer/formats/gox_objects.h"
#include "renderer/formats/piece_writer.h"
#include "renderer/formats/png_block.h"
#include "renderer/formats/sorted_tiles.h"

namespace goxel {
namespace {

constexpr std::int32_t kVersion = 2;
constexpr std::size_t kMaxValueBytes = 255;  // Goxel reads no longer ones.

void AddName(ChunkContent& dict, std::string_view name) {
  dict.PutText("name").PutText(FittingName(name, kMaxValueBytes));
}

template <typename T>
void AddValue(ChunkContent& dict, std::string_view key, const T& value) {
  dict.PutText(key).PutText(MemoryOf(value));
}

// A key without a value: that it is there says all.
void AddMark(ChunkContent& dict, std::string_view key) {
  dict.PutText(key).PutText({});
}

// Half extents on the diagonal, the centre in the translation.
Matrix4 BoxMatrix(const Box& box) {
  Matrix4 matrix = kIdentityMatrix;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto min = static_cast<double>(box.min[axis]);
    const auto max = static_cast<double>(box.max[axis]);
    matrix[5 * axis] = static_cast<float>((max - min) / 2);
    matrix[12 + axis] = static_cast<float>((max + min) / 2);
  }
  return matrix;
}

class GoxWriter {
 public:
  GoxWriter(const Scene& scene, const SceneSink& sink)
      : scene_(scene), out_(sink) {}

  Status Write() {
    out_.Append("GOX ");
    out_.Append(MemoryOf(kVersion));
    WriteImage();
    if (Status blocks = WriteBlocks(); !blocks.ok()) return blocks;
    for (const Material& material : scene_.materials) WriteMaterial(material);
    for (const Layer& layer : scene_.layers) WriteLayer(layer);
    for (const Layer& layer : scene_.layers) {
      if (Status done = WriteObjects(layer); !done.ok()) return done;
    }
    for (const StoredCamera& camera : scene_.cameras) WriteCamera(camera);
    if (scene_.light) WriteLight(*scene_.light);
    return out_.Finish();
  }

 private:
  void WriteChunk(std::string_view type, std::string_view content) {
    constexpr std::int32_t kNoChecksum = 0;  // As Goxel: it never had one.
    out_.Append(type);
    out_.Append(MemoryOf(static_cast<std::int32_t>(content.size())));
    out_.Append(content);
    out_.Append(MemoryOf(kNoChecksum));
  }

  void WriteImage() {
    ChunkContent dict;
    if (scene_.image_box) AddValue(dict, "box", BoxMatrix(*scene_.image_box));
    WriteChunk("IMG ", dict.bytes());
  }

  bool IsClone(const Layer& layer) const {
    return layer.base_id != 0 && scene_.FindLayer(layer.base_id) != nullptr;
  }

  Status WriteBlocks() {
    for (const Layer& layer : scene_.layers) {
      if (IsClone(layer)) continue;
      for (const PlacedTile& placed : SortedTiles(layer.volume)) {
        if (!out_.ok()) return out_.Finish();
        if (!Number(*placed.tile)) continue;
        const Result<std::string> png = EncodePngBlock(*placed.tile);
        if (!png) return png.error();
        WriteChunk("BL16", *png);
      }
    }
    return {};
  }

  // Gives the tile the number of its block; true when that block is yet to be
  // written. Tiles that layers share, and equal ones, are one block.
  bool Number(const Tile& tile) {
    const auto next = static_cast<std::int32_t>(blocks_);
    const auto [known, is_new] = number_.emplace(&tile, next);
    if (!is_new) return false;
    const Hash128 hash = HashTile(tile);
    const auto [equal, is_first] =
        first_.emplace(std::pair(hash.high, hash.low), &tile);
    if (!is_first && equal->second->voxels == tile.voxels) {
      known->second = number_.at(equal->second);
      return false;
    }
    ++blocks_;
    return true;
  }

  void WriteMaterial(const Material& material) {
    ChunkContent dict;
    AddName(dict, material.name);
    AddValue(dict, "color", material.color);
    AddValue(dict, "metallic", material.metallic);
    AddValue(dict, "roughness", material.roughness);
    AddValue(dict, "emission", material.emission);
    WriteChunk("MATE", dict.bytes());
  }

  void WriteLayer(const Layer& layer) {
    const bool is_clone = IsClone(layer);
    const auto tiles =
        is_clone ? std::vector<PlacedTile>() : SortedTiles(layer.volume);
    ChunkContent content;
    content.Put(static_cast<std::int32_t>(tiles.size()));
    for (const PlacedTile& placed : tiles) {
      constexpr std::int32_t kReserved = 0;
      content.Put(number_.at(placed.tile)).Put(placed.corner()).Put(kReserved);
    }
    AddName(content, layer.name);
    AddValue(content, "mat", layer.matrix);
    AddValue(content, "id", layer.id);
    AddValue(content, "base_id", is_clone ? layer.base_id : 0);
    if (layer.material >= 0) AddValue(content, "material", layer.material);
    AddValue(content, "mode", layer.mode);
    AddValue(content, "visible", layer.visible);
    if (layer.id == scene_.active_layer) AddMark(content, "active");
    WriteChunk("LAYR", content.bytes());
  }

  Status WriteObjects(const Layer& layer) {
    if (layer.objects == nullptr || IsClone(layer)) return {};
    const Result<std::string> content = EncodeObjects(layer);
    if (!content) return content.error();
    WriteChunk("OBJS", *content);
    return {};
  }

  void WriteCamera(const StoredCamera& camera) {
    ChunkContent dict;
    AddName(dict, camera.name);
    AddValue(dict, "dist", camera.distance);
    AddValue(dict, "ortho", camera.orthographic);
    AddValue(dict, "mat", camera.matrix);
    // What Goxel has no word for, and passes over.
    if (camera.fov != StoredCamera::kGoxelsFov) {
      AddValue(dict, "fov", camera.fov);
    }
    if (camera.ortho_height > 0) {
      AddValue(dict, "ortho_height", camera.ortho_height);
    }
    if (camera.active) AddMark(dict, "active");
    WriteChunk("CAMR", dict.bytes());
  }

  void WriteLight(const StoredLight& light) {
    ChunkContent dict;
    AddValue(dict, "pitch", light.pitch);
    AddValue(dict, "yaw", light.yaw);
    AddValue(dict, "intensity", light.intensity);
    AddValue(dict, "fixed", light.fixed);
    AddValue(dict, "ambient", light.ambient);
    AddValue(dict, "shadow", light.shadow);
    WriteChunk("LIGH", dict.bytes());
  }

  const Scene& scene_;
  PieceWriter out_;
  std::unordered_map<const Tile*, std::int32_t> number_;
  // The first tile with each hash.
  std::map<std::pair<std::uint64_t, std::uint64_t>, const Tile*> first_;
  std::size_t blocks_ = 0;
};

}  // namespace

Status WriteGox(const Scene& scene, const SceneSink& sink) {
  return GoxWriter(scene, sink).Write();
}

}  // namespace goxel
