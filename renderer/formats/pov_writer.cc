#include "renderer/formats/pov_writer.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/mat4x4.hpp>
#include <glm/trigonometric.hpp>
#include <optional>
#include <vector>

#include "renderer/camera.h"
#include "renderer/formats/piece_writer.h"
#include "renderer/formats/sorted_tiles.h"
#include "renderer/scene/hull.h"
#include "renderer/stored_camera.h"

namespace goxel {
namespace {

// The picture that the camera frames; POV-Ray's own default has this shape too.
constexpr int kPictureWidth = 4;
constexpr int kPictureHeight = 3;

// The scene's active camera as a request.
std::optional<CameraRequest> ActiveCamera(const Scene& scene) {
  const auto active =
      std::ranges::find_if(scene.cameras, &StoredCamera::active);
  if (active == scene.cameras.end()) return std::nullopt;
  return RequestOf(*active);
}

Camera CameraOf(const Scene& scene, const Volume& volume) {
  const std::optional<Box> bounds = volume.Bounds(kSolidAlpha);
  const std::vector<glm::dvec3> outline = OutermostPoints(volume);
  if (const auto request = ActiveCamera(scene)) {
    const Result<Camera> camera =
        ResolveCamera(*request, bounds, kPictureWidth, kPictureHeight, outline);
    // What a file says of its camera may be no camera at all.
    if (camera) return *camera;
  }
  return ResolveCamera({}, bounds, kPictureWidth, kPictureHeight, outline)
      .value_or(Camera{});
}

// Prints the rows of one volume.
class RowPrinter {
 public:
  explicit RowPrinter(PieceWriter& out) : out_(out) {}

  void Add(Cell cell, Color color) {
    const bool extends = length_ > 0 && cell.y == first_.y &&
                         cell.z == first_.z && cell.x == first_.x + length_ &&
                         color.r == color_.r && color.g == color_.g &&
                         color.b == color_.b;
    if (!extends) {
      Finish();
      first_ = cell;
      color_ = color;
    }
    ++length_;
  }

  // Prints the row that Add() may still make longer.
  void Finish() {
    if (length_ == 0) return;
    const std::int64_t x = first_.x, y = first_.y, z = first_.z;
    out_.Print(
        "box{{<{},{},{}>,<{},{},{}>"
        "pigment{{color srgb<{:.4g},{:.4g},{:.4g}>}}}}\n",
        x, z, y, x + length_, z + 1, y + 1, color_.r / 255.0, color_.g / 255.0,
        color_.b / 255.0);
    length_ = 0;
  }

 private:
  PieceWriter& out_;
  Cell first_;
  Color color_;
  std::int64_t length_ = 0;
};

bool IsSameLine(const PlacedTile& a, const PlacedTile& b) {
  return a.coord.y == b.coord.y && a.coord.z == b.coord.z;
}

void PrintTileRow(const PlacedTile& placed, int y, int z, RowPrinter& rows) {
  const Cell corner = placed.corner();
  for (int x = 0; x < kTileSide; ++x) {
    const Color color =
        placed.tile->voxels[static_cast<std::size_t>(Tile::IndexOf(x, y, z))];
    if (color.a < kSolidAlpha) continue;
    rows.Add({corner.x + x, corner.y + y, corner.z + z}, color);
  }
}

void PrintVoxels(const Volume& volume, PieceWriter& out) {
  const std::vector<PlacedTile> tiles = SortedTiles(volume);
  RowPrinter rows(out);
  for (auto line = tiles.begin(); line != tiles.end() && out.ok();) {
    const auto end = std::find_if(
        line, tiles.end(),
        [&](const PlacedTile& tile) { return !IsSameLine(*line, tile); });
    for (int row = 0; row < kTileSide * kTileSide; ++row) {
      for (auto tile = line; tile != end; ++tile) {
        PrintTileRow(*tile, row % kTileSide, row / kTileSide, rows);
      }
    }
    line = end;
  }
  rows.Finish();
}

// A vector of the scene in POV-Ray's axes.
void PrintVector(std::string_view name, const glm::dvec3& v, PieceWriter& out) {
  out.Print("  {} <{:.9g},{:.9g},{:.9g}>\n", name, v.x, v.z, v.y);
}

void PrintCamera(const Camera& camera, PieceWriter& out) {
  const glm::dmat4& pose = camera.camera_to_world;
  const double height =
      camera.orthographic
          ? camera.ortho_height
          : 2 * std::tan(glm::radians(camera.fov) / 2);  // At distance 1.
  out.Print("camera {{\n  {}\n",
            camera.orthographic ? "orthographic" : "perspective");
  PrintVector("location", glm::dvec3(pose[3]), out);
  PrintVector("direction", -glm::dvec3(pose[2]), out);
  PrintVector("up", glm::dvec3(pose[1]) * height, out);
  PrintVector("right image_width/image_height *", glm::dvec3(pose[0]) * height,
              out);
  out.Append("}\n");
}

glm::dvec3 DirectionToLight(const StoredLight& light) {
  const double pitch = double{light.pitch};
  const double yaw = double{light.yaw};
  return {std::sin(pitch) * std::sin(yaw), -std::sin(pitch) * std::cos(yaw),
          std::cos(pitch)};
}

// A parallel light. `focus` is a point of the scene.
void PrintLight(const StoredLight& light, const glm::dvec3& focus,
                double distance, PieceWriter& out) {
  out.Append("light_source {\n");
  PrintVector("", focus + DirectionToLight(light) * distance, out);
  out.Append("  color rgb 1\n  parallel\n");
  PrintVector("point_at", focus, out);
  out.Append("}\n");
}

// Keeps a number of a file in bounds; what is no number becomes `low`.
double Between(double low, float value, double high) {
  return std::isnan(value) ? low : std::clamp(double{value}, low, high);
}

StoredLight LightOf(const Scene& scene) {
  StoredLight light = scene.light.value_or(StoredLight{});
  const bool usable = std::isfinite(light.pitch) && std::isfinite(light.yaw);
  return usable ? light : StoredLight{};
}

}  // namespace

Status WritePov(const Scene& scene, const SceneSink& sink) {
  const Volume volume = Composite(scene);
  const Camera camera = CameraOf(scene, volume);
  const StoredLight light = LightOf(scene);
  PieceWriter out(sink);
  out.Print(
      "// Goxel Daemon: a voxel scene, a box for every row of equal voxels\n"
      "#version 3.7;\n"
      "global_settings {{ assumed_gamma 1.0 }}\n"
      "#default {{ finish {{ ambient {:.4g} diffuse {:.4g} }} }}\n"
      "background {{ color srgb <0.5, 0.5, 0.5> }}\n",
      Between(0, light.ambient, 1), 1 - Between(0, light.ambient, 1));
  PrintCamera(camera, out);
  PrintLight(light, camera.target, 10 * camera.far_plane + 1, out);
  PrintVoxels(volume, out);
  return out.Finish();
}

}  // namespace goxel
