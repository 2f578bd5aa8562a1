#include "renderer/data_planes.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>
#include <limits>
#include <optional>
#include <vector>

#include "renderer/face.h"
#include "renderer/pixel_rays.h"
#include "renderer/ray_walk.h"
#include "renderer/threads.h"

namespace goxel {
namespace {

// Fewer pixels are not worth a thread.
constexpr std::size_t kPixelsPerBand = 64 * 1024;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// A quad in world coordinates.
struct Quad {
  Face face = Face::kPlusX;
  std::uint32_t color = 0;  // PackedColor().
  glm::dvec3 low{0}, high{0};
};

// What the ray of a pixel meets.
struct Hit {
  double depth = 0;
  double distance = 0;
  Cell cell{};
  Face face = Face::kPlusX;
  std::uint32_t color = 0;
};

const MeshRegion& RegionOf(const Mesh& mesh, std::size_t quad) {
  const auto after =
      std::ranges::upper_bound(mesh.regions, quad, {}, &MeshRegion::first_quad);
  return *std::prev(after);
}

Quad QuadOf(const Mesh& mesh, std::size_t number) {
  const auto corners = mesh.Quad(number);
  const auto& origin = RegionOf(mesh, number).origin;
  const auto& rgb = corners[0].color;
  Quad quad{.face = corners[0].face,
            .color = PackedColor(rgb[0], rgb[1], rgb[2])};
  for (const MeshVertex& corner : corners) {
    glm::dvec3 at;
    for (int i = 0; i < 3; ++i) {
      const auto axis = static_cast<std::size_t>(i);
      at[i] = static_cast<double>(origin[axis] + corner.position[axis]);
    }
    const bool first = &corner == corners.data();
    quad.low = first ? at : glm::min(quad.low, at);
    quad.high = first ? at : glm::max(quad.high, at);
  }
  return quad;
}

double DepthOf(const PixelRay& ray, int axis, double plane) {
  return (plane - ray.origin[axis]) / ray.direction[axis];
}

double PlaneOf(const CellFace& face) {
  const std::array<std::int32_t, 3> cell = {face.cell.x, face.cell.y,
                                            face.cell.z};
  return static_cast<double>(cell[AxisOf(face.face)]) +
         (LooksUpAxis(face.face) ? 1 : 0);
}

Hit HitAt(const PixelRay& ray, const CellFace& met, double depth,
          std::uint32_t color) {
  return {.depth = depth,
          .distance = depth * glm::length(ray.direction),
          .cell = met.cell,
          .face = met.face,
          .color = color};
}

// nullopt when the ray passes the quad.
std::optional<Hit> Meet(const PixelRay& ray, const Quad& quad) {
  const auto axis = static_cast<int>(AxisOf(quad.face));
  const double depth = DepthOf(ray, axis, quad.low[axis]);
  const glm::dvec3 at = ray.origin + ray.direction * depth;
  std::array<std::int32_t, 3> cell{};
  for (int i = 0; i < 3; ++i) {
    const auto index = static_cast<std::size_t>(i);
    if (i == axis) {
      cell[index] = static_cast<std::int32_t>(quad.low[i]) -
                    (LooksUpAxis(quad.face) ? 1 : 0);
      continue;
    }
    // Written so that NaN, of a ray along the plane, passes it.
    if (!(at[i] >= quad.low[i] && at[i] < quad.high[i])) return std::nullopt;
    cell[index] = static_cast<std::int32_t>(std::floor(at[i]));
  }
  const CellFace met = {.cell = {cell[0], cell[1], cell[2]}, .face = quad.face};
  return HitAt(ray, met, depth, quad.color);
}

// What a ray meets that passes the quad which was drawn.
std::optional<Hit> Search(const PixelRay& ray, const Volume& volume,
                          const Camera& camera) {
  const auto met = FirstFace(volume, ray, camera.near_plane, camera.far_plane);
  if (!met) return std::nullopt;
  const Color color = volume.Get(met->cell);
  const auto axis = static_cast<int>(AxisOf(met->face));
  return HitAt(ray, *met, DepthOf(ray, axis, PlaneOf(*met)),
               PackedColor(color.r, color.g, color.b));
}

// Values as their bytes lie in memory, which is little-endian.
template <typename T>
void Put(std::byte* to, const T& value) {
  std::memcpy(to, &value, sizeof(value));
}

// What is written for one pixel after the other, remembering what neighbours
// tend to share.
class PixelWriter {
 public:
  explicit PixelWriter(const PlaneValues& values) : values_(values) {}

  void Write(Plane plane, const Hit& hit, std::byte* to) {
    switch (plane) {
      case Plane::kDepth:
        return Put(to, static_cast<float>(hit.depth));
      case Plane::kDistance:
        return Put(to, static_cast<float>(hit.distance));
      case Plane::kNormal:
        return Put(to, Normal(hit.face));
      case Plane::kObjectId:
        return Put(to, values_.ObjectIdOf(hit.cell));
      case Plane::kPaletteIndex:
        return Put(to, PaletteIndex(hit.color));
      case Plane::kVoxel:
        return Put(to, Voxel(hit));
      case Plane::kFace:
        return Put(to, hit.face);
    }
  }

  static void WriteNothing(Plane plane, std::byte* to) {
    switch (plane) {
      case Plane::kDepth:
      case Plane::kDistance:
        return Put(to, kInfinity);
      case Plane::kVoxel:
        return Put(to, std::array<std::int16_t, 4>{0, 0, 0, -1});
      case Plane::kFace:
        return Put(to, std::uint8_t{255});
      case Plane::kNormal:
        return Put(to, std::uint32_t{0});
      case Plane::kObjectId:
        return Put(to, std::uint16_t{0});
      case Plane::kPaletteIndex:
        return Put(to, std::uint8_t{0});
    }
  }

 private:
  static std::array<std::int8_t, 4> Normal(Face face) {
    std::array<std::int8_t, 4> normal{};
    normal[AxisOf(face)] = LooksUpAxis(face) ? 1 : -1;
    return normal;
  }

  std::array<std::int16_t, 4> Voxel(const Hit& hit) const {
    const auto& origin = values_.voxel_origin;
    return {static_cast<std::int16_t>(hit.cell.x - origin[0]),
            static_cast<std::int16_t>(hit.cell.y - origin[1]),
            static_cast<std::int16_t>(hit.cell.z - origin[2]),
            static_cast<std::int16_t>(hit.face)};
  }

  std::uint8_t PaletteIndex(std::uint32_t color) {
    if (color == last_color_) return last_index_;
    const auto found = std::ranges::lower_bound(
        values_.palette, color, {}, &PlaneValues::PaletteColor::color);
    const bool known = found != values_.palette.end() && found->color == color;
    last_color_ = color;
    last_index_ = known ? found->index : 0;
    return last_index_;
  }

  const PlaneValues& values_;
  std::uint32_t last_color_ = ~std::uint32_t{0};
  std::uint8_t last_index_ = 0;
};

// Fills rows of a window, one pixel after the other.
class RowFiller {
 public:
  RowFiller(const PlaneInputs& inputs, const QuadIds& quads,
            std::span<const PlaneTarget> targets)
      : inputs_(inputs),
        quads_(quads),
        rays_(inputs.camera, quads.window.picture_width,
              quads.window.picture_height),
        writer_(inputs.values) {
    for (const PlaneTarget& target : targets) {
      targets_.push_back({.plane = target.plane,
                          .pixels = target.pixels.data(),
                          .pixel_bytes = BytesPerPixel(target.plane)});
    }
  }

  void Fill(std::uint32_t first, std::uint32_t end) {
    const Window& window = quads_.window;
    for (std::uint32_t row = first; row < end; ++row) {
      const auto ids =
          quads_.ids.subspan(std::size_t{row} * window.width, window.width);
      for (std::uint32_t column = 0; column < window.width; ++column) {
        FillPixel(window.x + column, window.y + row, ids[column]);
      }
    }
  }

 private:
  struct Target {
    Plane plane;
    std::byte* pixels;
    std::size_t pixel_bytes;
  };

  void FillPixel(std::uint32_t x, std::uint32_t y, std::uint32_t id) {
    const std::optional<Hit> hit =
        id != 0 ? Find(rays_.At(x, y), id) : std::nullopt;
    const std::size_t pixel = std::size_t{y} * quads_.window.picture_width + x;
    for (const Target& target : targets_) {
      std::byte* to = target.pixels + pixel * target.pixel_bytes;
      if (hit) {
        writer_.Write(target.plane, *hit, to);
      } else {
        PixelWriter::WriteNothing(target.plane, to);
      }
    }
  }

  std::optional<Hit> Find(const PixelRay& ray, std::uint32_t id) {
    if (id != last_id_) {
      quad_ = QuadOf(inputs_.mesh, id - 1);
      last_id_ = id;
    }
    if (const auto hit = Meet(ray, quad_)) return hit;
    return Search(ray, inputs_.volume, inputs_.camera);
  }

  const PlaneInputs& inputs_;
  const QuadIds& quads_;
  std::vector<Target> targets_;
  const PixelRays rays_;
  PixelWriter writer_;
  std::uint32_t last_id_ = 0;  // Of quad_.
  Quad quad_;
};

}  // namespace

void FillPlanes(const PlaneInputs& inputs, const QuadIds& quads,
                std::span<const PlaneTarget> targets) {
  const std::size_t bands = std::clamp<std::size_t>(
      quads.ids.size() / kPixelsPerBand, 1, quads.window.height);
  const auto row_of = [&](std::size_t band) {
    return static_cast<std::uint32_t>(quads.window.height * band / bands);
  };
  std::atomic<std::size_t> next = 0;
  RunOnThreads(CountThreads(bands, 1), [&] {
    RowFiller filler(inputs, quads, targets);
    for (std::size_t band = next++; band < bands; band = next++) {
      filler.Fill(row_of(band), row_of(band + 1));
    }
  });
}

}  // namespace goxel
