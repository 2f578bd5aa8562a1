#include "renderer/formats/ply_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "renderer/formats/face_cells.h"
#include "renderer/formats/numbered_lines.h"
#include "renderer/formats/ply_header.h"
#include "renderer/formats/read_budget.h"

namespace goxel {
namespace {

struct PlyVertex {
  FilePoint point{};
  Color color = kUncolored;
};

// Where the words of a vertex line are.
struct VertexLayout {
  std::array<std::size_t, 3> point{};
  std::optional<std::array<std::size_t, 3>> color;
  bool color_is_fraction = false;
  std::size_t words = 0;
};

std::optional<std::array<std::size_t, 3>> FindThree(
    const PlyElement& element, const std::array<std::string_view, 3>& names) {
  std::array<std::size_t, 3> places{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto place = element.Find(names[i]);
    if (!place) return std::nullopt;
    places[i] = *place;
  }
  return places;
}

Result<VertexLayout> LayoutOf(const PlyElement& element) {
  const auto point = FindThree(element, {"x", "y", "z"});
  const bool has_list = std::ranges::any_of(
      element.properties, [](const PlyProperty& p) { return p.is_list; });
  if (!point || has_list) {
    return Fail(StatusCode::kInvalidArgument,
                "vertices that are not numbers x, y and z; expected \"property "
                "float x\" and so on");
  }
  VertexLayout layout;
  layout.words = element.properties.size();
  layout.point = *point;
  layout.color = FindThree(element, {"red", "green", "blue"});
  if (layout.color) {
    layout.color_is_fraction =
        element.properties[(*layout.color)[0]].is_fraction;
  }
  return layout;
}

std::optional<std::uint8_t> ToByte(double value, bool is_fraction) {
  const double byte = std::round(is_fraction ? 255 * value : value);
  if (!(byte >= 0 && byte <= 255)) return std::nullopt;
  return static_cast<std::uint8_t>(byte);
}

std::optional<PlyVertex> ReadVertex(std::string_view line,
                                    const VertexLayout& layout) {
  std::array<double, kMaxPlyProperties> numbers{};
  for (std::size_t i = 0; i < layout.words; ++i) {
    if (!ParseNumber(TakeWord(line), numbers[i])) return std::nullopt;
  }
  PlyVertex vertex;
  for (std::size_t i = 0; i < 3; ++i) {
    vertex.point[i] = numbers[layout.point[i]];
  }
  if (!layout.color) return vertex;
  const std::array<std::uint8_t*, 3> channels = {
      &vertex.color.r, &vertex.color.g, &vertex.color.b};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto byte =
        ToByte(numbers[(*layout.color)[i]], layout.color_is_fraction);
    if (!byte) return std::nullopt;
    *channels[i] = *byte;
  }
  return vertex;
}

// Reads the elements behind the header.
class BodyReader {
 public:
  BodyReader(NumberedLines& lines, const ReadLimits& limits, Volume& volume)
      : lines_(lines),
        budget_(limits),
        cells_(limits, budget_),
        volume_(volume) {}

  // A cloud of points is no voxels.
  Status CheckComplete() const {
    if (vertices_.empty() || saw_face_) return {};
    return {StatusCode::kInvalidArgument,
            fmt::format("the file holds {} points but no face; expected the "
                        "surface of voxels",
                        vertices_.size())};
  }

  Status Read(const PlyElement& element) {
    // Each line takes a byte at least; so the counts below are bounded.
    if (element.count > lines_.remaining() + 1) {
      return {
          StatusCode::kDataLoss,
          fmt::format("the header promises {} lines of \"{}\", but only {} "
                      "bytes follow",
                      element.count, Quote(element.name), lines_.remaining())};
    }
    if (element.name == "vertex") return ReadVertices(element);
    if (element.name == "face") return ReadFaces(element);
    return ForEachLine(element, [](std::string_view) { return Status(); });
  }

 private:
  template <typename Visitor>
  Status ForEachLine(const PlyElement& element, Visitor visit) {
    for (std::uint64_t i = 0; i < element.count; ++i) {
      if (!lines_.Next()) {
        return {StatusCode::kDataLoss,
                fmt::format("the file ends after {} of {} lines of \"{}\"", i,
                            element.count, Quote(element.name))};
      }
      if (Status visited = visit(lines_.line()); !visited.ok()) return visited;
    }
    return {};
  }

  Status ReadVertices(const PlyElement& element) {
    const Result<VertexLayout> layout = LayoutOf(element);
    if (!layout) return layout.error();
    return ForEachLine(element, [&](std::string_view line) -> Status {
      const std::optional<PlyVertex> vertex = ReadVertex(line, *layout);
      if (!vertex) {
        return lines_.Unexpected(
            StatusCode::kDataLoss,
            fmt::format("the {} numbers of a vertex, colours from 0 to {}",
                        layout->words, layout->color_is_fraction ? 1 : 255));
      }
      vertices_.push_back(*vertex);
      return {};
    });
  }

  Status ReadFaces(const PlyElement& element) {
    if (element.properties.empty() || !element.properties[0].is_list) {
      return {StatusCode::kInvalidArgument,
              "faces that do not start with the list of their vertices"};
    }
    Status read = ForEachLine(
        element, [this](std::string_view line) { return ReadFace(line); });
    if (read.ok()) read = cells_.Finish();
    return read;
  }

  Status ReadFace(std::string_view words) {
    saw_face_ = true;
    std::uint64_t count = 0;
    if (!ParseInteger(TakeWord(words), 10, count)) return BadFace();
    std::array<FilePoint, 4> corners;
    if (count > corners.size()) {
      return lines_.Unexpected(StatusCode::kInvalidArgument,
                               "a face of voxels: one with 4 corners, or 3");
    }
    Color color = kUncolored;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint64_t index = 0;
      const bool known =
          ParseInteger(TakeWord(words), 10, index) && index < vertices_.size();
      if (!known) return BadFace();
      corners[i] = vertices_[index].point;
      if (i == 0) color = vertices_[index].color;
    }
    const Status added =
        cells_.Add(std::span(corners).first(count), color, volume_);
    return added.ok() ? added : lines_.Located(added);
  }

  Status BadFace() const {
    return lines_.Unexpected(
        StatusCode::kDataLoss,
        fmt::format("a number of corners and the numbers of so many of the {} "
                    "vertices before it",
                    vertices_.size()));
  }

  NumberedLines& lines_;
  ReadBudget budget_;
  FaceCells cells_;
  Volume& volume_;
  std::vector<PlyVertex> vertices_;
  bool saw_face_ = false;
};

}  // namespace

bool LooksLikePly(std::span<const std::byte> bytes) {
  std::string_view text = AsText(bytes).substr(0, 5);
  return Trim(TakeLine(text)) == "ply";
}

Result<Scene> ReadPly(std::span<const std::byte> bytes,
                      const ReadLimits& limits) {
  NumberedLines lines(AsText(bytes));
  const Result<std::vector<PlyElement>> elements = ReadPlyHeader(lines);
  if (!elements) return Fail(elements.error());
  Scene scene = NewScene();
  BodyReader body(lines, limits, scene.layers.front().volume);
  for (const PlyElement& element : *elements) {
    if (Status read = body.Read(element); !read.ok()) return Fail(read);
  }
  if (Status whole = body.CheckComplete(); !whole.ok()) return Fail(whole);
  return scene;
}

}  // namespace goxel
