#include "renderer/plane_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace goxel {
namespace {

constexpr std::int64_t kMaxSpan = 65536;

Status CheckObjectId(std::string_view kind, std::string_view name,
                     std::int32_t id) {
  if (id >= 1 && id <= std::numeric_limits<std::uint16_t>::max()) return {};
  return Fail(StatusCode::kTooLarge,
              fmt::format("{} \"{}\" has the id {}; object_id holds 1 to 65535",
                          kind, name, id));
}

Status SetObjectIds(const Scene& scene, PlaneValues& values) {
  for (const Layer& layer : scene.layers) {
    Status fits = CheckObjectId("layer", layer.name, layer.id);
    if (!fits.ok()) return fits;
    if (layer.objects != nullptr) {
      for (const SceneObject& object : layer.objects->objects()) {
        fits = CheckObjectId("object", object.name, object.id);
        if (!fits.ok()) return fits;
      }
    }
    values.layers.push_back(
        {.id = static_cast<std::uint16_t>(layer.id), .objects = layer.objects});
  }
  return {};
}

Status SetPalette(const Scene& scene, PlaneValues& values) {
  if (scene.palette.empty()) {
    return Fail(StatusCode::kInvalidArgument,
                "the scene has no palette for palette_index; load a .vox file, "
                "or take object_id or the colours themselves");
  }
  auto& palette = values.palette;
  const std::size_t count = std::min<std::size_t>(scene.palette.size(), 256);
  for (std::size_t i = 1; i < count; ++i) {
    const Color color = scene.palette[i].color;
    palette.push_back({.color = PackedColor(color.r, color.g, color.b),
                       .index = static_cast<std::uint8_t>(i)});
  }
  std::ranges::stable_sort(palette, {}, &PlaneValues::PaletteColor::color);
  const auto repeated =
      std::ranges::unique(palette, {}, &PlaneValues::PaletteColor::color);
  palette.erase(repeated.begin(), repeated.end());
  return {};
}

Status SetVoxelOrigin(const std::optional<Box>& bounds, PlaneValues& values) {
  constexpr std::int64_t kLow = std::numeric_limits<std::int16_t>::min();
  if (!bounds) return {};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto [low, high] = std::pair(bounds->min[axis], bounds->max[axis]);
    if (high - low > kMaxSpan) {
      return Status(StatusCode::kTooLarge,
                    fmt::format("the scene is {} cells long along {}; the "
                                "plane voxel holds {}",
                                high - low, "xyz"[axis], kMaxSpan))
          .With("requested", high - low)
          .With("limit", kMaxSpan);
    }
    const bool fits = low >= kLow && high <= kLow + kMaxSpan;
    values.voxel_origin[axis] = fits ? 0 : low - kLow;
  }
  return {};
}

}  // namespace

std::string_view ToString(Plane plane) {
  switch (plane) {
    case Plane::kDepth:
      return "depth";
    case Plane::kDistance:
      return "distance";
    case Plane::kNormal:
      return "normal";
    case Plane::kObjectId:
      return "object_id";
    case Plane::kPaletteIndex:
      return "palette_index";
    case Plane::kVoxel:
      return "voxel";
    case Plane::kFace:
      break;
  }
  return "face";
}

std::uint32_t BytesPerPixel(Plane plane) {
  switch (plane) {
    case Plane::kDepth:
    case Plane::kDistance:
    case Plane::kNormal:
      return 4;
    case Plane::kObjectId:
      return 2;
    case Plane::kVoxel:
      return 8;
    case Plane::kPaletteIndex:
    case Plane::kFace:
      break;
  }
  return 1;
}

std::uint16_t PlaneValues::ObjectIdOf(Cell cell) const {
  const LayerIds& layer = layers[origins.Of(cell)];
  if (layer.objects == nullptr) return layer.id;
  const OwnerIndex owner = layer.objects->OwnerOf(cell);
  if (owner == LayerObjects::kNobody) return layer.id;
  return static_cast<std::uint16_t>(layer.objects->objects()[owner].id);
}

Result<PlaneValues> PlaneValuesOf(const Scene& scene, VoxelOrigins origins,
                                  const std::optional<Box>& bounds,
                                  std::span<const Plane> planes) {
  const auto wants = [&](Plane plane) {
    return std::ranges::find(planes, plane) != planes.end();
  };
  PlaneValues values;
  values.origins = std::move(origins);
  Status status;
  if (wants(Plane::kObjectId)) status = SetObjectIds(scene, values);
  if (status.ok() && wants(Plane::kPaletteIndex)) {
    status = SetPalette(scene, values);
  }
  if (status.ok() && wants(Plane::kVoxel)) {
    status = SetVoxelOrigin(bounds, values);
  }
  if (!status.ok()) return Fail(std::move(status));
  return values;
}

}  // namespace goxel
