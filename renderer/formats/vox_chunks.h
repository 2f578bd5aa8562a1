// The chunks of a .vox file as values, before anything is made of them.
//
// A VoxFile points into the bytes it was parsed from, which must outlive it.

#ifndef RENDERER_FORMATS_VOX_CHUNKS_H_
#define RENDERER_FORMATS_VOX_CHUNKS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "ipc/status.h"
#include "renderer/scene/volume.h"

namespace goxel {

// DICT: names and values, both text.
class VoxDict {
 public:
  void Add(std::string_view key, std::string_view value) {
    entries_.emplace_back(key, value);
  }

  // The first value of `key`; nullopt when it is missing.
  std::optional<std::string_view> Find(std::string_view key) const;

  // The value as a number; nullopt when it is missing or not a finite number.
  std::optional<float> FindNumber(std::string_view key) const;

  // The value as three finite numbers with spaces between them; nullopt when it
  // is missing or anything else.
  std::optional<std::array<float, 3>> FindPoint(std::string_view key) const;

  // The value as an integer, or `fallback`.
  std::int32_t FindInteger(std::string_view key, std::int32_t fallback) const;

  // True when the value is "1".
  bool IsSet(std::string_view key) const { return Find(key) == "1"; }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> entries_;
};

// A SIZE and the XYZI after it.
struct VoxModel {
  std::array<std::int32_t, 3> size{};
  std::span<const std::byte> voxels;  // x, y, z, palette index; 4 bytes each.

  std::size_t CountVoxels() const { return voxels.size() / 4; }
};

// A rotation, or a rotation with a mirror, that maps axes to axes: row i of the
// matrix has sign[i] in column[i] and 0 elsewhere.
struct AxisMap {
  std::array<std::uint8_t, 3> column = {0, 1, 2};
  std::array<std::int8_t, 3> sign = {1, 1, 1};

  // From the byte of a .vox file: bits 0-1 are the column of row 0, bits 2-3
  // that of row 1, row 2 has the one left; bits 4 to 6 are set where a row is
  // negative. nullopt when the rows do not have three different columns.
  static std::optional<AxisMap> FromByte(std::int32_t byte);

  std::array<std::int64_t, 3> Apply(const std::array<std::int64_t, 3>& p) const;

  // The map that applies `inner` first.
  AxisMap After(const AxisMap& inner) const;
};

// nTRN: moves its child, or hides it.
struct VoxTransform {
  std::int32_t child = -1;
  std::int32_t layer = -1;  // -1: none.
  bool hidden = false;
  std::string_view name;
  AxisMap rotation;
  std::array<std::int64_t, 3> translation{};
};

// nGRP
struct VoxGroup {
  std::vector<std::int32_t> children;
};

// nSHP: the model to show in the first frame.
struct VoxShape {
  std::int32_t model = 0;
};

struct VoxNode {
  std::int32_t id = 0;
  std::variant<VoxTransform, VoxGroup, VoxShape> content;
};

// MATL
struct VoxMaterial {
  std::int32_t id = 0;
  VoxDict settings;
};

// rCAM
struct VoxCamera {
  std::int32_t id = 0;
  VoxDict settings;
};

struct VoxFile {
  std::int32_t version = 150;
  std::vector<VoxModel> models;
  std::vector<VoxNode> nodes;                                // In file order.
  std::unordered_map<std::int32_t, std::size_t> node_index;  // By id.
  std::set<std::int32_t> hidden_layers;
  std::array<Color, 256> palette{};  // Entry 0 is empty; all others opaque.
  std::vector<VoxMaterial> materials;
  std::vector<VoxCamera> cameras;
};

// kInvalidArgument or kDataLoss, as ReadVox().
Result<VoxFile> ParseVoxFile(std::span<const std::byte> bytes);

}  // namespace goxel

#endif  // RENDERER_FORMATS_VOX_CHUNKS_H_
