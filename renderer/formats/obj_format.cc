#include "renderer/formats/obj_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "renderer/formats/face_cells.h"
#include "renderer/formats/numbered_lines.h"
#include "renderer/formats/obj_materials.h"
#include "renderer/formats/read_budget.h"

namespace goxel {
namespace {

// A small .obj file must not have a large .mtl file read time and again.
constexpr int kMaxMaterialFiles = 16;

// What voxels have no use for.
constexpr std::array<std::string_view, 7> kSkipped = {"vn", "vt", "vp", "g",
                                                      "s",  "l",  "p"};

struct ObjVertex {
  FilePoint point{};
  Color color = kUncolored;
};

// "X Y Z", "X Y Z W" or "X Y Z R G B".
std::optional<ObjVertex> ReadVertex(std::string_view words) {
  ObjVertex vertex;
  for (double& coordinate : vertex.point) {
    if (!ParseNumber(TakeWord(words), coordinate)) return std::nullopt;
  }
  std::array<double, 3> color{};
  std::size_t count = 0;
  for (words = Trim(words); !words.empty() && count < 3; ++count) {
    if (!ParseNumber(TakeWord(words), color[count])) return std::nullopt;
  }
  if (count < 3) return vertex;
  const auto to_byte = [](double fraction) {
    return static_cast<std::uint8_t>(
        std::round(255 * std::clamp(fraction, 0.0, 1.0)));
  };
  vertex.color = {to_byte(color[0]), to_byte(color[1]), to_byte(color[2]), 255};
  return vertex;
}

// Reads one file, line by line.
class ObjReader {
 public:
  ObjReader(std::string_view text, const ReadLimits& limits,
            const MaterialSource& source)
      : lines_(text),
        budget_(limits),
        cells_(limits, budget_),
        source_(source) {}

  Result<Scene> Read() {
    while (lines_.Next()) {
      if (IsComment(lines_.line())) continue;
      std::string_view words = lines_.line();
      const std::string_view keyword = TakeWord(words);
      if (Status read = ReadLine(keyword, words); !read.ok()) return Fail(read);
    }
    if (Status ended = EndLayer(); !ended.ok()) return Fail(ended);
    if (scene_.layers.empty() && !vertices_.empty()) {
      return Fail(StatusCode::kInvalidArgument,
                  fmt::format("the file holds {} points but no face; expected "
                              "the surface of voxels",
                              vertices_.size()));
    }
    if (scene_.layers.empty()) return NewScene();
    return std::move(scene_);
  }

 private:
  Status ReadLine(std::string_view keyword, std::string_view words) {
    if (keyword == "v") return AddVertex(words);
    if (keyword == "f") return AddFace(words);
    if (keyword == "usemtl") return UseMaterial(Trim(words));
    if (keyword == "mtllib") return ReadMaterials(Trim(words));
    if (keyword == "o") return StartLayer(Trim(words));
    if (std::ranges::find(kSkipped, keyword) != kSkipped.end()) return {};
    return lines_.Unexpected(StatusCode::kInvalidArgument,
                             "\"v X Y Z\", \"f A B C D\" or another line of an "
                             ".obj file of faces");
  }

  Status AddVertex(std::string_view words) {
    const std::optional<ObjVertex> vertex = ReadVertex(words);
    if (!vertex) {
      return lines_.Unexpected(StatusCode::kInvalidArgument,
                               "\"v X Y Z\" or \"v X Y Z R G B\"");
    }
    vertices_.push_back(*vertex);
    return {};
  }

  Status AddFace(std::string_view words) {
    std::array<FilePoint, 4> corners;
    std::size_t count = 0;
    Color color = kUncolored;
    for (words = Trim(words); !words.empty(); words = Trim(words)) {
      const ObjVertex* vertex = FindVertex(TakeWord(words));
      if (vertex == nullptr || count == corners.size()) return BadFace();
      if (count == 0) color = vertex->color;
      corners[count++] = vertex->point;
    }
    const Status added = cells_.Add(std::span(corners).first(count),
                                    material_color_.value_or(color), volume_);
    return added.ok() ? added : lines_.Located(added);
  }

  Status BadFace() const {
    return lines_.Unexpected(
        StatusCode::kInvalidArgument,
        fmt::format("\"f\" and the numbers of 3 or 4 of the {} corners before "
                    "it",
                    vertices_.size()));
  }

  // The vertex that "7", "-1" or "7/2/3" stands for.
  const ObjVertex* FindVertex(std::string_view word) const {
    std::int64_t number = 0;
    if (!ParseInteger(word.substr(0, word.find('/')), 10, number)) {
      return nullptr;
    }
    const auto count = static_cast<std::int64_t>(vertices_.size());
    if (number < -count || number > count || number == 0) return nullptr;
    const std::int64_t index = number > 0 ? number - 1 : count + number;
    return &vertices_[static_cast<std::size_t>(index)];
  }

  // A file that cannot be read matters only if one of its materials is used.
  Status ReadMaterials(std::string_view file_name) {
    if (++material_files_ > kMaxMaterialFiles) {
      return lines_.Unexpected(
          StatusCode::kTooLarge,
          fmt::format("at most {} .mtl files", kMaxMaterialFiles));
    }
    const Result<std::string> text = source_(file_name);
    if (!text) {
      missing_ = text.error();
      return {};
    }
    const Status added = materials_.Add(*text);
    if (added.ok()) return {};
    return added.Retold(
        added.code(), fmt::format("{}: {}", Quote(file_name), added.message()));
  }

  Status UseMaterial(std::string_view name) {
    const ObjMaterial* material = materials_.Find(name);
    if (material == nullptr) {
      return lines_.Located(
          {StatusCode::kInvalidArgument,
           fmt::format("material \"{}\" is in no .mtl file that could be read"
                       "{}; expected its colour there",
                       Quote(name),
                       missing_.ok() ? "" : " (" + missing_.message() + ")")});
    }
    if (material->has_picture) {
      return lines_.Located(
          {StatusCode::kInvalidArgument,
           fmt::format("material \"{}\" has its colours in a picture (map_Kd); "
                       "only plain colours (Kd) are read",
                       Quote(name))});
    }
    material_color_ = material->color;
    return {};
  }

  Status StartLayer(std::string_view name) {
    if (Status ended = EndLayer(); !ended.ok()) return ended;
    layer_name_ = name;
    return {};
  }

  // Keeps the voxels of the faces since the last object started; there may be
  // none.
  Status EndLayer() {
    if (Status whole = cells_.Finish(); !whole.ok()) {
      return lines_.Located(whole);
    }
    if (volume_.empty()) return {};
    if (Status kept = budget_.KeepTiles(volume_); !kept.ok()) return kept;
    Layer layer;
    layer.id = static_cast<std::int32_t>(scene_.layers.size() + 1);
    layer.name = layer_name_;
    layer.volume = std::exchange(volume_, Volume());
    scene_.active_layer = layer.id;
    scene_.layers.push_back(std::move(layer));
    return {};
  }

  NumberedLines lines_;
  ReadBudget budget_;
  FaceCells cells_;
  const MaterialSource& source_;
  ObjMaterials materials_;
  int material_files_ = 0;
  Status missing_;  // Why a .mtl file could not be read.
  std::optional<Color> material_color_;
  std::vector<ObjVertex> vertices_;
  std::string_view layer_name_ = "Layer.1";
  Volume volume_;  // Of the layer being read.
  Scene scene_;
};

}  // namespace

bool LooksLikeObj(std::span<const std::byte> bytes) {
  constexpr std::array<std::string_view, 8> kStarts = {
      "v", "vn", "vt", "o", "g", "s", "mtllib", "usemtl"};
  // A binary file may hold no line end for very long.
  constexpr std::size_t kEnough = 64 * 1024;
  std::string_view text = AsText(bytes).substr(0, kEnough);
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    if (IsComment(line)) continue;
    return std::ranges::find(kStarts, TakeWord(line)) != kStarts.end();
  }
  return false;
}

Result<Scene> ReadObj(std::span<const std::byte> bytes,
                      const ReadLimits& limits,
                      const MaterialSource& materials) {
  return ObjReader(AsText(bytes), limits, materials).Read();
}

}  // namespace goxel
