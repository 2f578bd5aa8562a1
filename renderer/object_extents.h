// Where the objects of a picture are seen.

#ifndef RENDERER_OBJECT_EXTENTS_H_
#define RENDERER_OBJECT_EXTENTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace goxel {

struct ObjectExtent {
  std::uint16_t id = 0;
  std::uint64_t pixels = 0;
  // x and y of the leftmost and topmost pixel, then one past the rightmost and
  // the lowest.
  std::array<std::uint32_t, 4> box{};
};

// Every object that has a pixel of the plane object_id, by id.
// REQUIRES: `plane` has rows of `width` little-endian 16-bit ids, top row
// first.
std::vector<ObjectExtent> MeasureObjects(std::span<const std::byte> plane,
                                         std::uint32_t width);

}  // namespace goxel

#endif  // RENDERER_OBJECT_EXTENTS_H_
