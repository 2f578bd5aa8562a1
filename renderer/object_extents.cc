#include "renderer/object_extents.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace goxel {
namespace {

std::uint16_t IdAt(std::span<const std::byte> row, std::uint32_t x) {
  std::uint16_t id = 0;
  std::memcpy(&id, row.data() + std::size_t{x} * sizeof(id), sizeof(id));
  return id;
}

// Pixels [first, end) of row y show the object.
void Add(std::uint32_t first, std::uint32_t end, std::uint32_t y,
         ObjectExtent& extent) {
  auto& [left, top, right, bottom] = extent.box;
  if (extent.pixels == 0) {
    left = first;
    top = y;
  }
  extent.pixels += end - first;
  left = std::min(left, first);
  right = std::max(right, end);
  bottom = y + 1;
}

}  // namespace

std::vector<ObjectExtent> MeasureObjects(std::span<const std::byte> plane,
                                         std::uint32_t width) {
  std::vector<ObjectExtent> extents(
      std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1);
  const std::size_t stride = std::size_t{width} * sizeof(std::uint16_t);
  for (std::uint32_t y = 0; (y + 1) * stride <= plane.size(); ++y) {
    const auto row = plane.subspan(y * stride, stride);
    for (std::uint32_t x = 0; x < width;) {
      const std::uint32_t first = x;
      const std::uint16_t id = IdAt(row, x);
      while (x < width && IdAt(row, x) == id) ++x;
      if (id != 0) Add(first, x, y, extents[id]);
    }
  }
  for (std::size_t id = 0; id < extents.size(); ++id) {
    extents[id].id = static_cast<std::uint16_t>(id);
  }
  std::erase_if(extents, [](const ObjectExtent& e) { return e.pixels == 0; });
  return extents;
}

}  // namespace goxel
