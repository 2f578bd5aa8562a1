// Writes small voxel files for tests, byte by byte as the formats say, and
// without a look at how the readers take them apart.

#ifndef TESTS_VOXEL_FILE_WRITER_H_
#define TESTS_VOXEL_FILE_WRITER_H_

#include <png.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "renderer/scene/scene.h"
#include "renderer/scene/volume.h"

namespace goxel {

inline std::span<const std::byte> AsBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// The memory of a value.
template <typename T>
std::string Raw(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

inline std::string Int(std::int64_t value) {
  return Raw(static_cast<std::int32_t>(value));
}

// A length and so many characters, as both .vox and .gox keep text.
inline std::string Text(std::string_view text) {
  return Int(static_cast<std::int64_t>(text.size())) + std::string(text);
}

using TextPairs = std::vector<std::pair<std::string, std::string>>;

// ---- .vox ----

inline std::string VoxDictOf(const TextPairs& pairs) {
  std::string bytes = Int(static_cast<std::int64_t>(pairs.size()));
  for (const auto& [key, value] : pairs) bytes += Text(key) + Text(value);
  return bytes;
}

inline std::string VoxChunk(std::string_view type, const std::string& content) {
  return std::string(type) + Int(static_cast<std::int64_t>(content.size())) +
         Int(0) + content;
}

inline std::string VoxFileOf(int version,
                             const std::vector<std::string>& parts) {
  std::string chunks;
  for (const std::string& part : parts) chunks += part;
  return "VOX " + Int(version) + "MAIN" + Int(0) +
         Int(static_cast<std::int64_t>(chunks.size())) + chunks;
}

using VoxVoxel = std::array<std::uint8_t, 4>;  // x, y, z, palette index

inline std::string ModelOf(std::array<std::int32_t, 3> size,
                           const std::vector<VoxVoxel>& voxels) {
  std::string content = Int(static_cast<std::int64_t>(voxels.size()));
  for (const VoxVoxel& voxel : voxels) content += Raw(voxel);
  return VoxChunk("SIZE", Raw(size)) + VoxChunk("XYZI", content);
}

inline std::string TransformOf(int id, int child, const TextPairs& frame = {},
                               const TextPairs& attributes = {},
                               int layer = -1) {
  return VoxChunk("nTRN", Int(id) + VoxDictOf(attributes) + Int(child) +
                              Int(-1) + Int(layer) + Int(1) + VoxDictOf(frame));
}

inline std::string GroupOf(int id, const std::vector<int>& children) {
  std::string content =
      Int(id) + VoxDictOf({}) + Int(static_cast<std::int64_t>(children.size()));
  for (const int child : children) content += Int(child);
  return VoxChunk("nGRP", content);
}

inline std::string ShapeOf(int id, int model) {
  return VoxChunk(
      "nSHP", Int(id) + VoxDictOf({}) + Int(1) + Int(model) + VoxDictOf({}));
}

// ---- .gox ----

inline std::string GoxDictOf(const TextPairs& pairs) {
  std::string bytes;
  for (const auto& [key, value] : pairs) bytes += Text(key) + Text(value);
  return bytes;
}

inline std::string GoxChunk(std::string_view type, const std::string& content) {
  return std::string(type) + Text(content) + Int(0);
}

inline std::string GoxFileOf(int version,
                             const std::vector<std::string>& parts) {
  std::string bytes = "GOX " + Int(version);
  for (const std::string& part : parts) bytes += part;
  return bytes;
}

// A PNG of any size from RGBA pixels.
inline std::string PngOf(std::uint32_t width, std::uint32_t height,
                         const void* pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels, 0, nullptr);
  bytes.resize(size);
  return bytes;
}

inline std::string BlockOf(const Tile& tile) {
  return GoxChunk("BL16", PngOf(64, 64, tile.voxels.data()));
}

// A block whose voxels all have one colour.
inline std::string BlockOf(Color color) {
  Tile tile;
  tile.voxels.fill(color);
  return BlockOf(tile);
}

using GoxPlace = std::array<std::int32_t, 4>;  // block, x, y, z

inline std::string LayerOf(const std::vector<GoxPlace>& places,
                           const TextPairs& settings) {
  std::string content = Int(static_cast<std::int64_t>(places.size()));
  for (const GoxPlace& place : places) content += Raw(place) + Int(0);
  return GoxChunk("LAYR", content + GoxDictOf(settings));
}

inline Matrix4 TranslationMatrix(float x, float y, float z) {
  Matrix4 matrix = kIdentityMatrix;
  matrix[12] = x;
  matrix[13] = y;
  matrix[14] = z;
  return matrix;
}

// Half extents on the diagonal: a shape, or a box, around a centre.
inline Matrix4 BoxMatrix(std::array<float, 3> half,
                         std::array<float, 3> centre) {
  Matrix4 matrix = TranslationMatrix(centre[0], centre[1], centre[2]);
  for (std::size_t axis = 0; axis < 3; ++axis) matrix[5 * axis] = half[axis];
  return matrix;
}

}  // namespace goxel

#endif  // TESTS_VOXEL_FILE_WRITER_H_
