#include "renderer/formats/vox_writer.h"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "renderer/formats/chunk_content.h"
#include "renderer/formats/piece_writer.h"
#include "renderer/formats/vox_cameras.h"
#include "renderer/formats/vox_materials.h"
#include "renderer/formats/vox_models.h"
#include "renderer/formats/vox_palette.h"

namespace goxel {
namespace {

constexpr std::int32_t kVersion = 150;
constexpr std::uint64_t kHeaderBytes = 12;  // Type and two lengths.

std::string ChunkOf(std::string_view type, const ChunkContent& content) {
  constexpr std::int32_t kNoChildren = 0;
  std::string chunk(type);
  chunk += MemoryOf(static_cast<std::int32_t>(content.bytes().size()));
  chunk += MemoryOf(kNoChildren);
  chunk += content.bytes();
  return chunk;
}

void PutDict(ChunkContent& content, const VoxAttributes& attributes) {
  content.Put(static_cast<std::int32_t>(attributes.size()));
  for (const auto& [key, value] : attributes) {
    content.PutText(key).PutText(value);
  }
}

// Makes the nodes of the scene graph; models are numbered as they come.
class GraphWriter {
 public:
  std::string Write(const std::vector<VoxLayerPart>& layers) {
    constexpr std::int32_t kNoLayer = -1;
    const std::int32_t root = next_node_++;
    const std::int32_t group = next_node_++;
    std::vector<std::int32_t> children;
    std::string nodes;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      nodes += LayerNodes(layers[i], static_cast<std::int32_t>(i), children);
    }
    return Transform(root, {}, group, kNoLayer, {}) + Group(group, children) +
           nodes;
  }

 private:
  std::string LayerNodes(const VoxLayerPart& part, std::int32_t layer,
                         std::vector<std::int32_t>& siblings) {
    VoxAttributes attributes = {{"_name", part.name}};
    if (part.hidden) attributes.emplace_back("_hidden", "1");
    if (part.models.size() == 1) {
      return ModelNodes(part.models.front(), attributes, layer, siblings);
    }
    const std::int32_t node = next_node_++;
    const std::int32_t group = next_node_++;
    std::vector<std::int32_t> children;
    std::string nodes;
    for (const VoxModelPart& model : part.models) {
      nodes += ModelNodes(model, {}, layer, children);
    }
    siblings.push_back(node);
    return Transform(node, attributes, group, layer, {}) +
           Group(group, children) + nodes;
  }

  std::string ModelNodes(const VoxModelPart& model,
                         const VoxAttributes& attributes, std::int32_t layer,
                         std::vector<std::int32_t>& siblings) {
    // The translation is where the model's middle voxel comes to stand.
    const auto middle = [&model](std::size_t axis) {
      return model.box.min[axis] + model.side(axis) / 2;
    };
    const std::int32_t node = next_node_++;
    const std::int32_t shape = next_node_++;
    siblings.push_back(node);
    return Transform(node, attributes, shape, layer,
                     {{"_t", fmt::format("{} {} {}", middle(0), middle(1),
                                         middle(2))}}) +
           Shape(shape, next_model_++);
  }

  static std::string Transform(std::int32_t node,
                               const VoxAttributes& attributes,
                               std::int32_t child, std::int32_t layer,
                               const VoxAttributes& frame) {
    constexpr std::int32_t kReserved = -1;
    constexpr std::int32_t kFrames = 1;
    ChunkContent content;
    content.Put(node);
    PutDict(content, attributes);
    content.Put(child).Put(kReserved).Put(layer).Put(kFrames);
    PutDict(content, frame);
    return ChunkOf("nTRN", content);
  }

  static std::string Group(std::int32_t node,
                           const std::vector<std::int32_t>& children) {
    ChunkContent content;
    content.Put(node);
    PutDict(content, {});
    content.Put(static_cast<std::int32_t>(children.size()));
    for (const std::int32_t child : children) content.Put(child);
    return ChunkOf("nGRP", content);
  }

  static std::string Shape(std::int32_t node, std::int32_t model) {
    constexpr std::int32_t kModels = 1;
    ChunkContent content;
    content.Put(node);
    PutDict(content, {});
    content.Put(kModels).Put(model);
    PutDict(content, {});
    return ChunkOf("nSHP", content);
  }

  std::int32_t next_node_ = 0;
  std::int32_t next_model_ = 0;
};

std::string LayerChunks(const std::vector<VoxLayerPart>& layers) {
  constexpr std::int32_t kReserved = -1;
  std::string chunks;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    VoxAttributes attributes = {{"_name", layers[i].name}};
    if (layers[i].hidden) attributes.emplace_back("_hidden", "1");
    ChunkContent content;
    content.Put(static_cast<std::int32_t>(i));
    PutDict(content, attributes);
    content.Put(kReserved);
    chunks += ChunkOf("LAYR", content);
  }
  return chunks;
}

// Entry i of the chunk is palette index i + 1; the last one is not used.
std::string PaletteChunk(const VoxPalette& palette) {
  ChunkContent content;
  for (std::size_t i = 1; i <= VoxPalette::kMaxColors; ++i) {
    content.Put(palette.entries()[i].color);
  }
  content.Put(Color{});
  return ChunkOf("RGBA", content);
}

std::string MaterialChunks(const Scene& scene, const VoxPalette& palette) {
  std::string chunks;
  for (std::size_t i = 1; i <= VoxPalette::kMaxColors; ++i) {
    const PaletteEntry& entry = palette.entries()[i];
    if (entry.material < 0) continue;
    const auto material = static_cast<std::size_t>(entry.material);
    if (material >= scene.materials.size()) continue;
    ChunkContent content;
    content.Put(static_cast<std::int32_t>(i));
    PutDict(content,
            VoxMaterialSettings(scene.materials[material], entry.color));
    chunks += ChunkOf("MATL", content);
  }
  return chunks;
}

std::string CameraChunks(const Scene& scene) {
  std::string chunks;
  std::int32_t id = 0;
  for (const StoredCamera& camera : scene.cameras) {
    const VoxAttributes settings = VoxCameraSettings(camera);
    if (settings.empty()) continue;
    ChunkContent content;
    content.Put(id++);
    PutDict(content, settings);
    chunks += ChunkOf("rCAM", content);
  }
  return chunks;
}

std::vector<const Volume*> VolumesOf(const std::vector<VoxLayerPart>& layers) {
  std::vector<const Volume*> volumes;
  for (const VoxLayerPart& layer : layers) volumes.push_back(&layer.volume);
  return volumes;
}

class VoxWriter {
 public:
  VoxWriter(const Scene& scene, const SceneSink& sink)
      : scene_(scene),
        layers_(CutIntoModels(scene)),
        palette_(scene, VolumesOf(layers_)),
        out_(sink) {}

  Status Write() {
    const std::string rest = GraphWriter().Write(layers_) +
                             LayerChunks(layers_) + PaletteChunk(palette_) +
                             MaterialChunks(scene_, palette_) +
                             CameraChunks(scene_);
    const std::uint64_t children = ModelBytes() + rest.size();
    if (children > std::numeric_limits<std::int32_t>::max()) {
      return {StatusCode::kTooLarge,
              fmt::format("a .vox file of this scene would have {} bytes; the "
                          "format has room for 2 GiB",
                          children)};
    }
    out_.Append("VOX ");
    out_.Append(MemoryOf(kVersion));
    WriteHeader("MAIN", 0, children);
    for (const VoxLayerPart& layer : layers_) {
      for (const VoxModelPart& model : layer.models) WriteModel(model);
    }
    out_.Append(rest);
    return out_.Finish();
  }

 private:
  std::uint64_t ModelBytes() const {
    std::uint64_t bytes = 0;
    for (const VoxLayerPart& layer : layers_) {
      for (const VoxModelPart& model : layer.models) {
        bytes += kHeaderBytes + 12 + kHeaderBytes + 4 + 4ull * model.voxels;
      }
    }
    return bytes;
  }

  void WriteHeader(std::string_view type, std::uint64_t content,
                   std::uint64_t children) {
    out_.Append(type);
    out_.Append(MemoryOf(static_cast<std::int32_t>(content)));
    out_.Append(MemoryOf(static_cast<std::int32_t>(children)));
  }

  void WriteModel(const VoxModelPart& model) {
    const std::array<std::int32_t, 3> size = {model.side(0), model.side(1),
                                              model.side(2)};
    WriteHeader("SIZE", sizeof(size), 0);
    out_.Append(MemoryOf(size));
    WriteHeader("XYZI", 4 + 4ull * model.voxels, 0);
    out_.Append(MemoryOf(model.voxels));
    for (const PlacedTile& placed : model.tiles) {
      if (!out_.ok()) return;
      ForEachSolid(placed, [&](Cell cell, Color color) {
        WriteVoxel(model.box, cell, color);
      });
    }
  }

  void WriteVoxel(const Box& box, Cell cell, Color color) {
    const auto offset = [&box](std::size_t axis, std::int32_t place) {
      return static_cast<std::uint8_t>(place - box.min[axis]);
    };
    const std::array<std::uint8_t, 4> voxel = {
        offset(0, cell.x), offset(1, cell.y), offset(2, cell.z),
        palette_.IndexOf(color)};
    out_.Append(MemoryOf(voxel));
  }

  const Scene& scene_;
  std::vector<VoxLayerPart> layers_;
  VoxPalette palette_;
  PieceWriter out_;
};

}  // namespace

Status WriteVox(const Scene& scene, const SceneSink& sink) {
  return VoxWriter(scene, sink).Write();
}

bool ExceedsVoxPalette(const Scene& scene) {
  const std::vector<VoxLayerPart> layers = CutIntoModels(scene);
  return !VoxPalette(scene, VolumesOf(layers)).is_exact();
}

}  // namespace goxel
