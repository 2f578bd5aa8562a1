#include "renderer/formats/gox_chunks.h"

#include <fmt/format.h>

#include <algorithm>
#include <glm/gtc/matrix_transform.hpp>
#include <glm/gtc/quaternion.hpp>
#include <limits>

#include "renderer/formats/byte_reader.h"
#include "renderer/formats/chunk_table.h"
#include "renderer/formats/png_block.h"

namespace goxel {
namespace {

constexpr std::int32_t kNewestVersion = 2;
constexpr std::size_t kBlockPlaceBytes = 20;

template <typename T>
bool CopyExactly(std::span<const std::byte> value, T& target) {
  if (value.size() != sizeof(T)) return false;
  std::memcpy(&target, value.data(), sizeof(T));
  return true;
}

GoxDict ReadDict(ByteReader& reader) {
  GoxDict dict;
  while (reader.ok() && !reader.at_end()) {
    const std::string_view key = reader.ReadString();
    if (key.empty()) break;
    const auto value = reader.Take(reader.Read<std::uint32_t>());
    if (reader.ok()) dict.Add(key, value);
  }
  return dict;
}

// The box that a box matrix means: half extents on the diagonal, the centre in
// the translation. nullopt for the null box (element 15 is 0) and for one
// beyond 32-bit coordinates.
std::optional<Box> BoxOf(const Matrix4& matrix) {
  constexpr double kFarthest = std::numeric_limits<std::int32_t>::max();
  if (matrix[15] == 0) return std::nullopt;
  Box box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double centre = matrix[12 + axis];
    const double half = std::abs(double{matrix[5 * axis]});
    if (std::abs(centre) + half > kFarthest) return std::nullopt;
    box.min[axis] = std::llround(centre - half);
    box.max[axis] = std::llround(centre + half);
  }
  return box;
}

// Until 2019 a camera was a turn and an offset; its view matrix is
// T(0, 0, -distance) * rotation * T(offset).
std::optional<Matrix4> OldCameraMatrix(const GoxDict& settings,
                                       float distance) {
  std::array<float, 4> rotation{};  // w, x, y, z
  std::array<float, 3> offset{};
  if (!settings.Get("rot", rotation) || !settings.Get("ofs", offset)) {
    return std::nullopt;
  }
  const glm::dquat turn(rotation[0], rotation[1], rotation[2], rotation[3]);
  if (glm::length(turn) == 0) return std::nullopt;
  const glm::dmat4 identity(1);
  const glm::dmat4 world =
      glm::translate(identity, glm::dvec3(-offset[0], -offset[1], -offset[2])) *
      glm::mat4_cast(glm::conjugate(glm::normalize(turn))) *
      glm::translate(identity, glm::dvec3(0, 0, distance));
  Matrix4 matrix;
  for (int i = 0; i < 16; ++i) {
    matrix[static_cast<std::size_t>(i)] =
        static_cast<float>(world[i / 4][i % 4]);
  }
  return matrix;
}

class Parser {
 public:
  Parser(std::span<const std::byte> bytes, std::uint64_t max_blocks)
      : reader_(bytes), max_blocks_(max_blocks) {}

  Result<GoxFile> Parse() {
    if (Status start = ReadStart(); !start.ok()) return Fail(start);
    while (!reader_.at_end()) {
      if (Status chunk = ReadChunk(); !chunk.ok()) return Fail(chunk);
    }
    return std::move(file_);
  }

 private:
  Status ReadStart() {
    const auto magic = reader_.Read<std::array<char, 4>>();
    version_ = reader_.Read<std::int32_t>();
    if (std::string_view(magic.data(), magic.size()) != "GOX ") {
      return {StatusCode::kInvalidArgument,
              "the file does not start with \"GOX \", so it is no Goxel file"};
    }
    if (!reader_.ok()) return reader_.Failure("the start of the file");
    if (version_ < 1 || version_ > kNewestVersion) {
      return {
          StatusCode::kInvalidArgument,
          fmt::format("version {} of the Goxel format; versions 1 and 2 are "
                      "read",
                      version_)};
    }
    return {};
  }

  // Type, length, content and a checksum that no Goxel ever set.
  Status ReadChunk() {
    const std::size_t offset = reader_.offset();
    const auto type = reader_.Read<std::array<char, 4>>();
    ByteReader content = reader_.Section(reader_.Read<std::uint32_t>());
    reader_.Read<std::uint32_t>();
    if (!reader_.ok()) {
      return reader_.Failure(fmt::format("the chunk at offset {}", offset));
    }
    const std::string_view name(type.data(), type.size());
    static constexpr std::array<ChunkEntry<Parser>, 7> kReaders = {
        {{"IMG ", &Parser::ReadImage},
         {"BL16", &Parser::ReadBlock},
         {"MATE", &Parser::ReadMaterials},
         {"LAYR", &Parser::ReadLayer},
         {"OBJS", &Parser::ReadObjects},
         {"CAMR", &Parser::ReadCamera},
         {"LIGH", &Parser::ReadLight}}};
    return ReadByType(kReaders, *this, name, content);
  }

  Status ReadImage(ByteReader& content) {
    Matrix4 box{};
    if (ReadDict(content).Get("box", box)) file_.image_box = BoxOf(box);
    return {};
  }

  Status ReadBlock(ByteReader& content) {
    if (file_.blocks.size() >= max_blocks_) {
      return {StatusCode::kTooLarge,
              fmt::format("the file holds more than {} blocks", max_blocks_)};
    }
    const std::size_t offset = content.offset();
    auto block = DecodePngBlock(content.Take(content.remaining()));
    if (!block) {
      return {block.error().code(),
              fmt::format("block {} at offset {} is {}", file_.blocks.size(),
                          offset, block.error().message())};
    }
    file_.blocks.push_back(std::move(*block));
    return {};
  }

  // Goxel writes one material per chunk; other programs write all of them into
  // one, where each name begins the next.
  Status ReadMaterials(ByteReader& content) {
    Material* material = &file_.materials.emplace_back();
    bool has_name = false;
    const GoxDict settings = ReadDict(content);
    for (const auto& [key, value] : settings.entries()) {
      if (key == "name") {
        if (has_name) material = &file_.materials.emplace_back();
        has_name = true;
        material->name = GoxDict::DecodeText(value);
      } else if (key == "color") {
        GoxDict::Decode(value, material->color);
      } else if (key == "metallic") {
        GoxDict::Decode(value, material->metallic);
      } else if (key == "roughness") {
        GoxDict::Decode(value, material->roughness);
      } else if (key == "emission") {
        GoxDict::Decode(value, material->emission);
      }
    }
    return {};
  }

  Status ReadLayer(ByteReader& content) {
    GoxLayer& layer = file_.layers.emplace_back();
    const auto count = content.Read<std::uint32_t>();
    if (!content.Fits(count, kBlockPlaceBytes)) {
      return {StatusCode::kDataLoss,
              fmt::format("the layer at offset {} names {} blocks of 20 bytes, "
                          "but has only {} bytes left",
                          content.offset(), count, content.remaining())};
    }
    // Version 1 stored the centre of a block.
    const std::int64_t to_corner = version_ == 1 ? -kTileSide / 2 : 0;
    layer.blocks.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      GoxBlockPlace& place = layer.blocks.emplace_back();
      place.block = content.Read<std::int32_t>();
      for (std::int64_t& axis : place.corner) {
        axis = content.Read<std::int32_t>() + to_corner;
      }
      content.Read<std::int32_t>();  // Reserved.
    }
    layer.settings = ReadDict(content);
    return {};
  }

  Status ReadObjects(ByteReader& content) {
    const std::size_t offset = content.offset();
    auto objects = DecodeObjects(content, max_blocks_ - object_tiles_);
    if (!objects) {
      return {objects.error().code(),
              fmt::format("chunk OBJS at offset {}: {}", offset,
                          objects.error().message())};
    }
    object_tiles_ += objects->owners.size();
    file_.objects.push_back(*std::move(objects));
    return {};
  }

  Status ReadCamera(ByteReader& content) {
    StoredCamera& camera = file_.cameras.emplace_back();
    const GoxDict settings = ReadDict(content);
    camera.name = settings.GetText("name");
    settings.Get("dist", camera.distance);
    settings.Get("fov", camera.fov);
    settings.Get("ortho", camera.orthographic);
    settings.Get("ortho_height", camera.ortho_height);
    camera.active = settings.Has("active");
    if (!settings.Get("mat", camera.matrix)) {
      camera.matrix =
          OldCameraMatrix(settings, camera.distance).value_or(kIdentityMatrix);
    }
    return {};
  }

  Status ReadLight(ByteReader& content) {
    StoredLight& light = file_.light.emplace();
    const GoxDict settings = ReadDict(content);
    settings.Get("pitch", light.pitch);
    settings.Get("yaw", light.yaw);
    settings.Get("intensity", light.intensity);
    settings.Get("ambient", light.ambient);
    settings.Get("shadow", light.shadow);
    settings.Get("fixed", light.fixed);
    return {};
  }

  ByteReader reader_;
  const std::uint64_t max_blocks_;
  std::uint64_t object_tiles_ = 0;  // Of all OBJS chunks.
  std::int32_t version_ = 0;
  GoxFile file_;
};

}  // namespace

bool GoxDict::Has(std::string_view key) const {
  return std::ranges::find(entries_, key, &Entry::first) != entries_.end();
}

std::string GoxDict::GetText(std::string_view key) const {
  const auto found = std::ranges::find(entries_, key, &Entry::first);
  return found == entries_.end() ? std::string() : DecodeText(found->second);
}

bool GoxDict::Decode(std::span<const std::byte> value, bool& target) {
  if (value.size() != 1) return false;
  target = value[0] != std::byte{0};
  return true;
}

bool GoxDict::Decode(std::span<const std::byte> value, std::int32_t& target) {
  return CopyExactly(value, target);
}

bool GoxDict::Decode(std::span<const std::byte> value, float& target) {
  std::array<float, 1> number;
  if (!Decode(value, number)) return false;
  target = number[0];
  return true;
}

bool GoxDict::Decode(std::span<const std::byte> value, Color& target) {
  return CopyExactly(value, target);
}

std::string GoxDict::DecodeText(std::span<const std::byte> value) {
  const std::string_view text(reinterpret_cast<const char*>(value.data()),
                              value.size());
  return std::string(text.substr(0, text.find('\0')));
}

Result<GoxFile> ParseGoxFile(std::span<const std::byte> bytes,
                             std::uint64_t max_blocks) {
  return Parser(bytes, max_blocks).Parse();
}

}  // namespace goxel
