// The header of a .ply file: which elements and properties follow.

#ifndef RENDERER_FORMATS_PLY_HEADER_H_
#define RENDERER_FORMATS_PLY_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ipc/status.h"
#include "renderer/formats/numbered_lines.h"

namespace goxel {

// The names lie in the file's text.
struct PlyProperty {
  std::string_view name;
  bool is_list = false;
  bool is_fraction = false;  // float or double.
};

// More properties than any mesh has; bounds what a vertex may cost.
inline constexpr std::size_t kMaxPlyProperties = 64;

struct PlyElement {
  std::string_view name;
  std::uint64_t count = 0;
  std::vector<PlyProperty> properties;  // At most kMaxPlyProperties.

  // The place of the property among the words of a line.
  std::optional<std::size_t> Find(std::string_view property) const;
};

// Reads up to and including "end_header".
Result<std::vector<PlyElement>> ReadPlyHeader(NumberedLines& lines);

}  // namespace goxel

#endif  // RENDERER_FORMATS_PLY_HEADER_H_
