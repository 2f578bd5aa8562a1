#include "renderer/formats/gltf_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "renderer/formats/base64_printer.h"
#include "renderer/formats/json_string.h"
#include "renderer/formats/piece_writer.h"
#include "renderer/formats/shown_layers.h"
#include "renderer/formats/surface.h"

namespace goxel {
namespace {

static_assert(std::endian::native == std::endian::little,
              "buffers are little-endian and are written as they lie");

struct GltfVertex {
  std::array<float, 3> position{};
  std::array<std::uint16_t, 4> color{};
};
static_assert(sizeof(GltfVertex) == 20);

constexpr std::uint64_t kIndicesPerQuad = 6;
constexpr std::uint64_t kBytesPerQuad =
    4 * sizeof(GltfVertex) + kIndicesPerQuad * sizeof(std::uint32_t);

// The index 2^32 - 1 is not allowed.
constexpr std::uint64_t kMaxQuads =
    std::numeric_limits<std::uint32_t>::max() / 4;

// A layer on its way into the file.
struct Part {
  const Layer* layer = nullptr;
  Surface surface;
  std::uint64_t quads = 0;
  std::size_t material = 0;  // In the file.
};

// Numbers of files may be anything; those of a material are 0 to 1.
float ToFraction(float value) {
  return std::isnan(value) ? 0.0f : std::clamp(value, 0.0f, 1.0f);
}

std::uint16_t ToLinear16(std::uint8_t srgb) {
  const double encoded = srgb / 255.0;
  const double linear = encoded <= 0.04045
                            ? encoded / 12.92
                            : std::pow((encoded + 0.055) / 1.055, 2.4);
  return static_cast<std::uint16_t>(std::lround(65535 * linear));
}

// Every sRGB byte as 16 bits of linear light.
std::array<std::uint16_t, 256> LinearTable() {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = ToLinear16(static_cast<std::uint8_t>(i));
  }
  return table;
}

// The materials that the layers use, each once; -1 is the default one.
class MaterialList {
 public:
  explicit MaterialList(const Scene& scene) : scene_(scene) {}

  // The place in the file of the layer's material.
  std::size_t Add(const Layer& layer) {
    const bool known =
        layer.material >= 0 &&
        static_cast<std::size_t>(layer.material) < scene_.materials.size();
    const auto [entry, added] =
        places_.try_emplace(known ? layer.material : -1, used_.size());
    if (added) {
      used_.push_back(
          known ? scene_.materials[static_cast<std::size_t>(layer.material)]
                : Material{.name = "default"});
    }
    return entry->second;
  }

  const std::vector<Material>& used() const { return used_; }

 private:
  const Scene& scene_;
  std::map<std::int32_t, std::size_t> places_;
  std::vector<Material> used_;
};

// One file: first everything in JSON, which says how long the buffer will be,
// then the buffer.
class GltfFile {
 public:
  GltfFile(std::vector<Part> parts, std::vector<Material> materials,
           const SceneSink& sink)
      : parts_(std::move(parts)),
        materials_(std::move(materials)),
        linear_(LinearTable()),
        out_(sink) {}

  Status Write() {
    out_.Append(R"({"asset":{"version":"2.0","generator":"Goxel Daemon"},)"
                R"("scene":0,"scenes":[{"nodes":[0]}],)");
    PrintNodes();
    if (!parts_.empty()) {
      // Lists of nothing are not allowed.
      PrintList("meshes", parts_, &GltfFile::PrintMesh);
      PrintList("materials", materials_, &GltfFile::PrintMaterial);
      PrintList("accessors", parts_, &GltfFile::PrintAccessors);
      PrintList("bufferViews", parts_, &GltfFile::PrintViews);
      PrintBuffer();
    }
    out_.Append("}\n");
    return out_.Finish();
  }

 private:
  template <typename Item>
  void PrintList(std::string_view name, const std::vector<Item>& items,
                 void (GltfFile::*print)(std::size_t index, const Item&)) {
    out_.Print(",\"{}\":[", name);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_.Append(",");
      (this->*print)(i, items[i]);
    }
    out_.Append("]");
  }

  void PrintNodes() {
    out_.Append(R"("nodes":[{"name":"scene",)"
                R"("rotation":[-0.7071067811865476,0,0,0.7071067811865476])");
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      out_.Print("{}{}", i == 0 ? ",\"children\":[" : ",", i + 1);
    }
    out_.Append(parts_.empty() ? "}" : "]}");
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const auto& [x, y, z] = parts_[i].surface.bounds().min;
      out_.Print(R"(,{{"name":"{}","mesh":{},"translation":[{},{},{}]}})",
                 EscapeJson(parts_[i].layer->name), i, x, y, z);
    }
    out_.Append("]");
  }

  void PrintMesh(std::size_t i, const Part& part) {
    out_.Print(
        R"({{"name":"{}","primitives":[{{"attributes":)"
        R"({{"POSITION":{},"COLOR_0":{}}},"indices":{},"material":{}}}]}})",
        EscapeJson(part.layer->name), 3 * i, 3 * i + 1, 3 * i + 2,
        part.material);
  }

  void PrintMaterial(std::size_t /*i*/, const Material& material) {
    const auto& [r, g, b, a] = material.color;
    const auto& [glow_r, glow_g, glow_b] = material.emission;
    out_.Print(R"({{"name":"{}","pbrMetallicRoughness":{{)"
               R"("baseColorFactor":[{},{},{},{}],)"
               R"("metallicFactor":{},"roughnessFactor":{}}},)"
               R"("emissiveFactor":[{},{},{}]{}}})",
               EscapeJson(material.name), ToFraction(r), ToFraction(g),
               ToFraction(b), ToFraction(a), ToFraction(material.metallic),
               ToFraction(material.roughness), ToFraction(glow_r),
               ToFraction(glow_g), ToFraction(glow_b),
               ToFraction(a) < 1 ? R"(,"alphaMode":"BLEND")" : "");
  }

  // Positions, colours and indices of one layer.
  void PrintAccessors(std::size_t i, const Part& part) {
    const Box& bounds = part.surface.bounds();
    out_.Print(R"({{"bufferView":{},"componentType":5126,"count":{},)"
               R"("type":"VEC3","min":[0,0,0],"max":[{},{},{}]}},)",
               2 * i, 4 * part.quads, Extent(bounds, 0), Extent(bounds, 1),
               Extent(bounds, 2));
    out_.Print(R"({{"bufferView":{},"byteOffset":12,"componentType":5123,)"
               R"("normalized":true,"count":{},"type":"VEC4"}},)",
               2 * i, 4 * part.quads);
    out_.Print(R"({{"bufferView":{},"componentType":5125,"count":{},)"
               R"("type":"SCALAR"}})",
               2 * i + 1, kIndicesPerQuad * part.quads);
  }

  void PrintViews(std::size_t /*i*/, const Part& part) {
    const std::uint64_t vertex_bytes = 4 * part.quads * sizeof(GltfVertex);
    const std::uint64_t index_bytes = part.quads * kBytesPerQuad - vertex_bytes;
    out_.Print(R"({{"buffer":0,"byteOffset":{},"byteLength":{},)"
               R"("byteStride":20,"target":34962}},)",
               view_offset_, vertex_bytes);
    out_.Print(R"({{"buffer":0,"byteOffset":{},"byteLength":{},)"
               R"("target":34963}})",
               view_offset_ + vertex_bytes, index_bytes);
    view_offset_ += part.quads * kBytesPerQuad;
  }

  void PrintBuffer() {
    out_.Print(R"(,"buffers":[{{"byteLength":{},"uri":)"
               R"("data:application/octet-stream;base64,)",
               view_offset_);
    Base64Printer base64(out_);
    for (const Part& part : parts_) {
      PrintVertices(part, base64);
      PrintIndices(part, base64);
    }
    base64.Finish();
    out_.Append("\"}]");
  }

  void PrintVertices(const Part& part, Base64Printer& base64) {
    const auto& origin = part.surface.bounds().min;
    // An error of the sink ends the loop; Write() returns it.
    (void)part.surface.ForEachQuad([&](const SurfaceQuad& quad) {
      const Color color = quad.color;
      std::array<GltfVertex, 4> vertices;
      for (std::size_t corner = 0; corner < 4; ++corner) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
          vertices[corner].position[axis] =
              static_cast<float>(quad.corners[corner][axis] - origin[axis]);
        }
        vertices[corner].color = {linear_[color.r], linear_[color.g],
                                  linear_[color.b], 65535};
      }
      base64.Print(std::as_bytes(std::span(vertices)));
      return out_.status();
    });
  }

  void PrintIndices(const Part& part, Base64Printer& base64) {
    const std::uint64_t end = 4 * part.quads;
    for (std::uint64_t quad = 0; quad < end && out_.ok(); quad += 4) {
      const auto first = static_cast<std::uint32_t>(quad);
      const std::array<std::uint32_t, kIndicesPerQuad> indices = {
          first, first + 1, first + 2, first, first + 2, first + 3};
      base64.Print(std::as_bytes(std::span(indices)));
    }
  }

  // As the positions have it, which are floats.
  static float Extent(const Box& box, std::size_t axis) {
    return static_cast<float>(box.max[axis] - box.min[axis]);
  }

  const std::vector<Part> parts_;
  const std::vector<Material> materials_;
  const std::array<std::uint16_t, 256> linear_;
  PieceWriter out_;
  std::uint64_t view_offset_ = 0;  // Of the next view in the buffer.
};

}  // namespace

Status WriteGltf(const Scene& scene, const SceneSink& sink) {
  std::vector<Part> parts;
  MaterialList materials(scene);
  for (const ShownLayer& shown : ShownLayers(scene)) {
    Part part{.layer = shown.layer, .surface = Surface(shown.volume)};
    if (part.surface.empty()) continue;
    part.quads = part.surface.CountQuads();
    if (part.quads > kMaxQuads) {
      return {StatusCode::kTooLarge,
              fmt::format("layer \"{}\" shows {} rectangles; a mesh of a .gltf "
                          "file holds at most {}",
                          shown.layer->name, part.quads, kMaxQuads)};
    }
    part.material = materials.Add(*shown.layer);
    parts.push_back(std::move(part));
  }
  return GltfFile(std::move(parts), materials.used(), sink).Write();
}

}  // namespace goxel
