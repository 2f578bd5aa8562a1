#include "renderer/formats/vox_chunks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "renderer/formats/byte_reader.h"
#include "renderer/formats/chunk_table.h"

namespace goxel {
namespace {

constexpr std::size_t kChunkHeaderBytes = 12;

template <typename T>
std::optional<T> ParseWhole(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

VoxDict ReadDict(ByteReader& reader) {
  VoxDict dict;
  const auto count = reader.Read<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const std::string_view key = reader.ReadString();
    dict.Add(key, reader.ReadString());
  }
  return dict;
}

// "x y z", whatever comes after them.
template <typename T>
std::optional<std::array<T, 3>> ParseThree(std::string_view text) {
  std::array<T, 3> result{};
  for (T& axis : result) {
    const std::size_t start = text.find_first_not_of(' ');
    if (start == text.npos) return std::nullopt;
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const auto value = ParseWhole<T>(text.substr(start, end - start));
    if (!value) return std::nullopt;
    axis = *value;
    text.remove_prefix(end);
  }
  return result;
}

// Picks what an animation shows in its first frame: the greatest frame number
// that is not above 0, the earlier of two equal ones, the first otherwise.
class FirstFrame {
 public:
  // True when the entry with these attributes is better than those before.
  bool Take(const VoxDict& attributes) {
    const std::int32_t frame = attributes.FindInteger("_f", 0);
    const bool better =
        !has_any_ || (frame <= 0 && (best_ > 0 || frame > best_));
    if (better) best_ = frame;
    has_any_ = true;
    return better;
  }

 private:
  bool has_any_ = false;
  std::int32_t best_ = 0;
};

// The palette of files without RGBA: black is index 0; then the 6x6x6 cube of
// web colours from white down, without black, red slowest; then ten steps each
// of red, green, blue and grey.
std::array<Color, 256> DefaultPalette() {
  constexpr std::array<std::uint8_t, 6> kCube = {0xFF, 0xCC, 0x99,
                                                 0x66, 0x33, 0x00};
  constexpr std::array<std::uint8_t, 10> kRamp = {0xEE, 0xDD, 0xBB, 0xAA, 0x88,
                                                  0x77, 0x55, 0x44, 0x22, 0x11};
  std::array<Color, 256> palette{};
  std::size_t index = 1;
  for (std::size_t i = 0; i < 215; ++i) {
    palette[index++] = {kCube[i / 36], kCube[i / 6 % 6], kCube[i % 6], 255};
  }
  for (const std::uint8_t v : kRamp) palette[index++] = {v, 0, 0, 255};
  for (const std::uint8_t v : kRamp) palette[index++] = {0, v, 0, 255};
  for (const std::uint8_t v : kRamp) palette[index++] = {0, 0, v, 255};
  for (const std::uint8_t v : kRamp) palette[index++] = {v, v, v, 255};
  return palette;
}

class Parser {
 public:
  explicit Parser(std::span<const std::byte> bytes) : reader_(bytes) {}

  Result<VoxFile> Parse() {
    file_.palette = DefaultPalette();
    if (Status start = ReadStart(); !start.ok()) return Fail(start);
    while (!reader_.at_end()) {
      if (Status chunk = ReadChunk(); !chunk.ok()) return Fail(chunk);
    }
    if (file_.models.empty()) {
      return Fail(StatusCode::kDataLoss,
                  "the file holds no model (no SIZE and XYZI chunks)");
    }
    return std::move(file_);
  }

 private:
  // The magic, the version, and MAIN, in which all other chunks lie. Writers
  // get the size of MAIN wrong, so the end of the file ends it.
  Status ReadStart() {
    const auto magic = reader_.Read<std::array<char, 4>>();
    file_.version = reader_.Read<std::int32_t>();
    const auto main = reader_.Read<std::array<char, 4>>();
    const auto content_bytes = reader_.Read<std::uint32_t>();
    reader_.Read<std::uint32_t>();
    reader_.Take(content_bytes);
    if (std::string_view(magic.data(), 4) != "VOX ") {
      return {StatusCode::kInvalidArgument,
              "the file does not start with \"VOX \", so it is no MagicaVoxel "
              "file"};
    }
    if (!reader_.ok()) return reader_.Failure("the start of the file");
    if (std::string_view(main.data(), 4) != "MAIN") {
      return {StatusCode::kDataLoss, "no MAIN chunk at offset 8"};
    }
    return {};
  }

  Status ReadChunk() {
    const std::size_t offset = reader_.offset();
    if (!reader_.Fits(1, kChunkHeaderBytes)) {
      return {StatusCode::kDataLoss,
              fmt::format("{} bytes at offset {} are too few for a chunk",
                          reader_.remaining(), offset)};
    }
    const auto type = reader_.Read<std::array<char, 4>>();
    const auto content_bytes = reader_.Read<std::uint32_t>();
    const auto children_bytes = reader_.Read<std::uint32_t>();
    ByteReader content = reader_.Section(content_bytes);
    reader_.Take(children_bytes);
    const std::string_view name(type.data(), type.size());
    if (!reader_.ok()) {
      return reader_.Failure(
          fmt::format("chunk {} at offset {}", Printable(name), offset));
    }
    static constexpr std::array<ChunkEntry<Parser>, 10> kReaders = {
        {{"SIZE", &Parser::ReadSize},
         {"XYZI", &Parser::ReadVoxels},
         {"RGBA", &Parser::ReadPalette},
         {"nTRN", &Parser::ReadTransform},
         {"nGRP", &Parser::ReadGroup},
         {"nSHP", &Parser::ReadShape},
         {"LAYR", &Parser::ReadLayer},
         {"MATL", &Parser::ReadMaterial},
         {"rCAM", &Parser::ReadCamera},
         {"TDCZ", &Parser::RefuseTeardown}}};
    return ReadByType(kReaders, *this, name, content);
  }

  static std::string Printable(std::string_view text) {
    std::string result;
    for (const char c : text) result += c >= ' ' && c <= '~' ? c : '?';
    return result;
  }

  Status ReadSize(ByteReader& content) {
    size_ = content.Read<std::array<std::int32_t, 3>>();
    for (const std::int32_t side : *size_) {
      if (side >= 0) continue;
      return {
          StatusCode::kDataLoss,
          fmt::format("SIZE before offset {} says {} x {} x {}; sides are "
                      "not negative",
                      content.offset(), (*size_)[0], (*size_)[1], (*size_)[2])};
    }
    return {};
  }

  Status ReadVoxels(ByteReader& content) {
    const std::size_t offset = content.offset();
    if (!size_) {
      return {StatusCode::kDataLoss,
              fmt::format("XYZI at offset {} has no SIZE before it", offset)};
    }
    const std::uint64_t count = content.Read<std::uint32_t>();
    file_.models.push_back({*size_, content.Take(count * 4)});
    size_.reset();
    return {};
  }

  // Entry i of the chunk is palette index i + 1; the last one is not used.
  Status ReadPalette(ByteReader& content) {
    const auto colors = content.Read<std::array<Color, 256>>();
    if (!content.ok()) return {};
    for (std::size_t i = 1; i < file_.palette.size(); ++i) {
      file_.palette[i] = colors[i - 1];
      file_.palette[i].a = 255;
    }
    return {};
  }

  Status ReadTransform(ByteReader& content) {
    VoxNode node{.id = content.Read<std::int32_t>(), .content = {}};
    const VoxDict attributes = ReadDict(content);
    VoxTransform transform;
    transform.hidden = attributes.IsSet("_hidden");
    transform.name = attributes.Find("_name").value_or("");
    transform.child = content.Read<std::int32_t>();
    content.Read<std::int32_t>();  // Reserved.
    transform.layer = content.Read<std::int32_t>();
    const auto frames = content.Read<std::uint32_t>();
    FirstFrame first;
    for (std::uint32_t i = 0; i < frames && content.ok(); ++i) {
      const VoxDict frame = ReadDict(content);
      if (!first.Take(frame)) continue;
      if (Status pose = SetPose(frame, node.id, transform); !pose.ok()) {
        return pose;
      }
    }
    node.content = transform;
    return AddNode(content, std::move(node));
  }

  static Status SetPose(const VoxDict& frame, std::int32_t node,
                        VoxTransform& transform) {
    transform.rotation = {};
    transform.translation = {};
    if (const auto text = frame.Find("_r")) {
      const auto byte = ParseWhole<std::int32_t>(*text);
      const auto rotation = byte ? AxisMap::FromByte(*byte) : std::nullopt;
      if (!rotation) {
        return {StatusCode::kDataLoss,
                fmt::format("node {} has the rotation \"{}\"; expected a byte "
                            "that gives each row its own column",
                            node, Printable(*text))};
      }
      transform.rotation = *rotation;
    }
    if (const auto text = frame.Find("_t")) {
      const auto translation = ParseThree<std::int32_t>(*text);
      if (!translation) {
        return {
            StatusCode::kDataLoss,
            fmt::format("node {} has the translation \"{}\"; expected three "
                        "32-bit integers",
                        node, Printable(*text))};
      }
      std::ranges::copy(*translation, transform.translation.begin());
    }
    return {};
  }

  Status ReadGroup(ByteReader& content) {
    VoxNode node{.id = content.Read<std::int32_t>(), .content = VoxGroup{}};
    ReadDict(content);
    const auto count = content.Read<std::uint32_t>();
    auto& children = std::get<VoxGroup>(node.content).children;
    for (std::uint32_t i = 0; i < count && content.ok(); ++i) {
      children.push_back(content.Read<std::int32_t>());
    }
    return AddNode(content, std::move(node));
  }

  Status ReadShape(ByteReader& content) {
    const auto id = content.Read<std::int32_t>();
    ReadDict(content);
    const auto count = content.Read<std::uint32_t>();
    VoxShape shape{.model = -1};
    FirstFrame first;
    for (std::uint32_t i = 0; i < count && content.ok(); ++i) {
      const auto model = content.Read<std::int32_t>();
      if (first.Take(ReadDict(content))) shape.model = model;
    }
    return AddNode(content, {.id = id, .content = shape});
  }

  // Records a node, if it was read in full.
  Status AddNode(const ByteReader& content, VoxNode node) {
    if (!content.ok()) return {};
    if (!file_.node_index.emplace(node.id, file_.nodes.size()).second) {
      return {StatusCode::kDataLoss,
              fmt::format("two nodes have the id {}; the second ends at offset "
                          "{}",
                          node.id, content.offset())};
    }
    file_.nodes.push_back(std::move(node));
    return {};
  }

  Status ReadLayer(ByteReader& content) {
    const auto id = content.Read<std::int32_t>();
    if (ReadDict(content).IsSet("_hidden")) file_.hidden_layers.insert(id);
    return {};
  }

  Status ReadMaterial(ByteReader& content) {
    VoxMaterial material;
    material.id = content.Read<std::int32_t>();
    material.settings = ReadDict(content);
    if (content.ok()) file_.materials.push_back(std::move(material));
    return {};
  }

  // A damaged one is left out: the scene is whole without it.
  Status ReadCamera(ByteReader& content) {
    ByteReader camera_bytes = content.Section(content.remaining());
    VoxCamera camera;
    camera.id = camera_bytes.Read<std::int32_t>();
    camera.settings = ReadDict(camera_bytes);
    if (camera_bytes.ok()) file_.cameras.push_back(std::move(camera));
    return {};
  }

  Status RefuseTeardown(ByteReader& content) {
    return {StatusCode::kInvalidArgument,
            fmt::format("chunk TDCZ before offset {} holds Teardown's "
                        "compressed voxels, which are not read; save the model "
                        "with MagicaVoxel",
                        content.offset())};
  }

  ByteReader reader_;
  VoxFile file_;
  std::optional<std::array<std::int32_t, 3>> size_;  // Of the next XYZI.
};

}  // namespace

std::optional<std::string_view> VoxDict::Find(std::string_view key) const {
  for (const auto& [name, value] : entries_) {
    if (name == key) return value;
  }
  return std::nullopt;
}

std::optional<float> VoxDict::FindNumber(std::string_view key) const {
  const auto text = Find(key);
  const auto value = text ? ParseWhole<float>(*text) : std::nullopt;
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::array<float, 3>> VoxDict::FindPoint(
    std::string_view key) const {
  const auto text = Find(key);
  const auto point = text ? ParseThree<float>(*text) : std::nullopt;
  const auto is_finite = [](float value) { return std::isfinite(value); };
  return point && std::ranges::all_of(*point, is_finite) ? point : std::nullopt;
}

std::int32_t VoxDict::FindInteger(std::string_view key,
                                  std::int32_t fallback) const {
  const auto text = Find(key);
  return text ? ParseWhole<std::int32_t>(*text).value_or(fallback) : fallback;
}

std::optional<AxisMap> AxisMap::FromByte(std::int32_t byte) {
  AxisMap map;
  const int first = byte & 3;
  const int second = byte >> 2 & 3;
  if (first == 3 || second == 3 || first == second) return std::nullopt;
  map.column = {static_cast<std::uint8_t>(first),
                static_cast<std::uint8_t>(second),
                static_cast<std::uint8_t>(3 - first - second)};
  for (std::size_t row = 0; row < 3; ++row) {
    map.sign[row] = (byte >> (4 + row) & 1) != 0 ? -1 : 1;
  }
  return map;
}

std::array<std::int64_t, 3> AxisMap::Apply(
    const std::array<std::int64_t, 3>& p) const {
  return {sign[0] * p[column[0]], sign[1] * p[column[1]],
          sign[2] * p[column[2]]};
}

AxisMap AxisMap::After(const AxisMap& inner) const {
  AxisMap result;
  for (std::size_t row = 0; row < 3; ++row) {
    result.column[row] = inner.column[column[row]];
    result.sign[row] =
        static_cast<std::int8_t>(sign[row] * inner.sign[column[row]]);
  }
  return result;
}

Result<VoxFile> ParseVoxFile(std::span<const std::byte> bytes) {
  return Parser(bytes).Parse();
}

}  // namespace goxel
