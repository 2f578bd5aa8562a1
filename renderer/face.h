// The six directions a voxel's face can look in.

#ifndef RENDERER_FACE_H_
#define RENDERER_FACE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace goxel {

// Twice the axis, plus one when the face looks towards lower coordinates. The
// vertex shader and meshes in memory rely on these numbers.
enum class Face : std::uint8_t {
  kPlusX = 0,
  kMinusX = 1,
  kPlusY = 2,
  kMinusY = 3,
  kPlusZ = 4,
  kMinusZ = 5,
};

inline constexpr std::array<Face, 6> kFaces = {Face::kPlusX, Face::kMinusX,
                                               Face::kPlusY, Face::kMinusY,
                                               Face::kPlusZ, Face::kMinusZ};

constexpr std::size_t IndexOf(Face face) {
  return static_cast<std::size_t>(face);
}
constexpr std::size_t AxisOf(Face face) { return IndexOf(face) / 2; }
constexpr bool LooksUpAxis(Face face) { return IndexOf(face) % 2 == 0; }

}  // namespace goxel

#endif  // RENDERER_FACE_H_
