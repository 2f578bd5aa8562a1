// The kinds of planes, and what some of them say of a voxel beyond where it is.

#ifndef RENDERER_PLANE_VALUES_H_
#define RENDERER_PLANE_VALUES_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ipc/status.h"
#include "renderer/scene/scene.h"
#include "renderer/scene/voxel_origins.h"

namespace goxel {

// data_planes.h says what each holds.
enum class Plane : std::uint8_t {
  kDepth,
  kDistance,
  kNormal,
  kObjectId,
  kPaletteIndex,
  kVoxel,
  kFace,
};
inline constexpr std::array kPlanes = {
    Plane::kDepth,        Plane::kDistance, Plane::kNormal, Plane::kObjectId,
    Plane::kPaletteIndex, Plane::kVoxel,    Plane::kFace};

// "depth", "distance", "normal", ...
std::string_view ToString(Plane plane);
std::uint32_t BytesPerPixel(Plane plane);

// Red, green and blue in one number.
constexpr std::uint32_t PackedColor(std::uint8_t r, std::uint8_t g,
                                    std::uint8_t b) {
  return static_cast<std::uint32_t>(r << 16 | g << 8 | b);
}

struct PlaneValues {
  VoxelOrigins origins;
  struct LayerIds {
    std::uint16_t id = 0;  // The layer's own.
    std::shared_ptr<const LayerObjects> objects;
  };
  std::vector<LayerIds> layers;  // By LayerIndex.
  struct PaletteColor {
    std::uint32_t color = 0;  // PackedColor().
    std::uint8_t index = 0;   // The first entry of that colour, from 1.
  };
  std::vector<PaletteColor> palette;  // Ascending; no colour twice.
  // 0 along axes where all cells of the scene fit into 16 bits as they are.
  std::array<std::int64_t, 3> voxel_origin{};

  // The id of the object that a voxel is of: of the layer, or of an object of
  // the layer. REQUIRES: made for planes with object_id.
  std::uint16_t ObjectIdOf(Cell cell) const;
};

// What `planes` of the scene say; the rest is left as it is in PlaneValues{}.
// `origins` are the scene's, and `bounds` those of its view.
//
// kInvalidArgument when palette_index is wanted and the scene has no palette;
// kTooLarge when voxel is wanted and the scene is more than 65,536 cells long
// or wide, or object_id and the id of a layer or an object is above 65,535.
Result<PlaneValues> PlaneValuesOf(const Scene& scene, VoxelOrigins origins,
                                  const std::optional<Box>& bounds,
                                  std::span<const Plane> planes);

}  // namespace goxel

#endif  // RENDERER_PLANE_VALUES_H_
