// The chunks of a .gox file as values, before its layers are made.
//
// A GoxFile points into the bytes it was parsed from, which must outlive it.

#ifndef RENDERER_FORMATS_GOX_CHUNKS_H_
#define RENDERER_FORMATS_GOX_CHUNKS_H_

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ipc/status.h"
#include "renderer/formats/gox_objects.h"
#include "renderer/scene/scene.h"

namespace goxel {

// The settings at the end of a chunk: names, and values that are raw memory. A
// value of an unexpected size counts as missing, as in Goxel; so does one with
// a number that is not finite. Of two values of one name the later counts.
class GoxDict {
 public:
  using Entry = std::pair<std::string_view, std::span<const std::byte>>;

  void Add(std::string_view key, std::span<const std::byte> value) {
    entries_.emplace_back(key, value);
  }

  const std::vector<Entry>& entries() const { return entries_; }

  bool Has(std::string_view key) const;

  // Copies the value of `key` to `target`; false, and no change, when missing.
  template <typename T>
  bool Get(std::string_view key, T& target) const {
    bool found = false;
    for (const Entry& entry : entries_) {
      if (entry.first == key && Decode(entry.second, target)) found = true;
    }
    return found;
  }

  // The value of `key` as text, which ends at the first NUL; "" when missing.
  std::string GetText(std::string_view key) const;

  // One value into `target`; false, and no change, when it does not fit.
  static bool Decode(std::span<const std::byte> value, bool& target);
  static bool Decode(std::span<const std::byte> value, std::int32_t& target);
  static bool Decode(std::span<const std::byte> value, float& target);
  static bool Decode(std::span<const std::byte> value, Color& target);
  template <std::size_t size>
  static bool Decode(std::span<const std::byte> value,
                     std::array<float, size>& target) {
    std::array<float, size> decoded;
    if (value.size() != sizeof(decoded)) return false;
    std::memcpy(decoded.data(), value.data(), sizeof(decoded));
    for (const float number : decoded) {
      if (!std::isfinite(number)) return false;
    }
    target = decoded;
    return true;
  }
  static std::string DecodeText(std::span<const std::byte> value);

 private:
  std::vector<Entry> entries_;
};

// Where a layer shows a block.
struct GoxBlockPlace {
  std::int32_t block = 0;                // Number of the BL16 chunk, from 0.
  std::array<std::int64_t, 3> corner{};  // Cell with the least coordinates.
};

struct GoxLayer {
  std::vector<GoxBlockPlace> blocks;
  GoxDict settings;
};

struct GoxFile {
  std::vector<std::shared_ptr<const Tile>> blocks;
  std::vector<GoxLayer> layers;  // Bottom first.
  std::vector<Material> materials;
  std::vector<GoxObjects> objects;
  std::vector<StoredCamera> cameras;
  std::optional<StoredLight> light;
  std::optional<Box> image_box;
};

// kInvalidArgument, kDataLoss or kTooLarge (more than `max_blocks` blocks, or
// tiles with objects), as ReadGox().
Result<GoxFile> ParseGoxFile(std::span<const std::byte> bytes,
                             std::uint64_t max_blocks);

}  // namespace goxel

#endif  // RENDERER_FORMATS_GOX_CHUNKS_H_
