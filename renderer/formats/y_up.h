// Scenes are Z up, most mesh files Y up. The way between them is a quarter turn
// about x, so that nothing is mirrored.

#ifndef RENDERER_FORMATS_Y_UP_H_
#define RENDERER_FORMATS_Y_UP_H_

#include <array>
#include <cstdint>

namespace goxel {

// A corner of a cell; 64-bit, since the outermost cells have corners too.
using GridPoint = std::array<std::int64_t, 3>;

template <typename T>
constexpr std::array<T, 3> ToYUp(const std::array<T, 3>& point) {
  return {point[0], point[2], -point[1]};
}

template <typename T>
constexpr std::array<T, 3> FromYUp(const std::array<T, 3>& point) {
  return {point[0], -point[2], point[1]};
}

}  // namespace goxel

#endif  // RENDERER_FORMATS_Y_UP_H_
