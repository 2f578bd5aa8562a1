// How open the corners of quads are, against a count cell by cell.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <tuple>

#include "renderer/mesher.h"
#include "renderer/scene/scene_view.h"

namespace goxel {
namespace {

constexpr Color kGrey = {120, 120, 120, 255};

using Point = std::array<std::int64_t, 3>;
using Openness = std::array<int, 4>;  // By the two lower bits of a corner.
using UnitFaces = std::map<std::tuple<Face, Point>, Openness>;

Mesh MeshOf(const Volume& volume) {
  auto mesh = BuildMesh(volume);
  EXPECT_TRUE(mesh) << mesh.error().message();
  return mesh ? std::move(*mesh) : Mesh{};
}

bool IsSolid(const Volume& volume, const Point& cell) {
  return volume
             .Get({static_cast<std::int32_t>(cell[0]),
                   static_cast<std::int32_t>(cell[1]),
                   static_cast<std::int32_t>(cell[2])})
             .a >= kSolidAlpha;
}

Point Moved(Point point, std::size_t axis, int by) {
  point[axis] += by;
  return point;
}

// By the rule in corner_openness.h.
Openness CountOpenness(const Volume& volume, Face face, const Point& cell) {
  const std::size_t axis = AxisOf(face);
  const Point front = Moved(cell, axis, LooksUpAxis(face) ? 1 : -1);
  Openness openness{};
  for (int corner = 0; corner < 4; ++corner) {
    const int by_first = (corner & 1) != 0 ? 1 : -1;
    const int by_second = (corner & 2) != 0 ? 1 : -1;
    const Point beside = Moved(front, (axis + 1) % 3, by_first);
    const bool first = IsSolid(volume, beside);
    const bool second =
        IsSolid(volume, Moved(front, (axis + 2) % 3, by_second));
    const bool between =
        IsSolid(volume, Moved(beside, (axis + 2) % 3, by_second));
    openness[static_cast<std::size_t>(corner)] =
        first && second ? 0 : 3 - first - second - between;
  }
  return openness;
}

struct Quad {
  Face face;
  Point low, high;
  Openness openness;
};

Quad QuadAt(const Mesh& mesh, const MeshRegion& region, std::size_t index) {
  const MeshVertex* vertices = &mesh.vertices[index * 4];
  Quad quad{.face = vertices->face, .low = {}, .high = {}, .openness = {}};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto [low, high] =
        std::minmax({vertices[0].position[axis], vertices[1].position[axis],
                     vertices[2].position[axis], vertices[3].position[axis]});
    quad.low[axis] = region.origin[axis] + low;
    quad.high[axis] = region.origin[axis] + high;
  }
  for (int i = 0; i < 4; ++i) {
    quad.openness[vertices[i].corner & 3] = vertices[i].corner >> 2;
  }
  return quad;
}

// Shading that changes from cell to cell would be stretched over the quad.
void ExpectNoChangeAlong(const Quad& quad, std::size_t axis, bool is_first) {
  if (quad.high[axis] - quad.low[axis] == 1) return;
  const std::size_t other = is_first ? 2 : 1;
  for (const std::size_t corner : {std::size_t{0}, other}) {
    EXPECT_EQ(quad.openness[corner], quad.openness[corner | (3 - other)]);
  }
}

// What the opaque quads say of each side of a voxel. A quad of several cells
// gives all of them its own corners, which is right only if it has merged
// nothing across a change.
UnitFaces OpennessOfFaces(const Mesh& mesh) {
  UnitFaces faces;
  for (const MeshRegion& region : mesh.regions) {
    if (!IsOpaque(region.kind)) continue;
    for (std::size_t i = 0; i < region.quad_count; ++i) {
      const Quad quad = QuadAt(mesh, region, region.first_quad + i);
      const std::size_t axis = AxisOf(quad.face);
      const std::size_t u = (axis + 1) % 3;
      const std::size_t v = (axis + 2) % 3;
      ExpectNoChangeAlong(quad, u, true);
      ExpectNoChangeAlong(quad, v, false);
      Point cell{};
      cell[axis] = quad.low[axis] - (LooksUpAxis(quad.face) ? 1 : 0);
      for (cell[u] = quad.low[u]; cell[u] < quad.high[u]; ++cell[u]) {
        for (cell[v] = quad.low[v]; cell[v] < quad.high[v]; ++cell[v]) {
          faces[{quad.face, cell}] = quad.openness;
        }
      }
    }
  }
  return faces;
}

Volume RandomVolume(unsigned seed, Cell min, Cell max, double density) {
  std::mt19937 random(seed);
  std::bernoulli_distribution is_there(density);
  Volume volume;
  for (std::int32_t z = min.z; z < max.z; ++z) {
    for (std::int32_t y = min.y; y < max.y; ++y) {
      for (std::int32_t x = min.x; x < max.x; ++x) {
        if (is_there(random)) volume.Set({x, y, z}, kGrey);
      }
    }
  }
  return volume;
}

Volume Plate(std::int32_t side) {
  Volume volume;
  for (std::int32_t i = 0; i < side * side; ++i) {
    volume.Set({i % side, i / side, 0}, kGrey);
  }
  return volume;
}

TEST(MeshOpenness, CornersAreAsOpenAsTheCellsInFrontLeaveThem) {
  // Across the borders of tiles and chunks, on both sides of 0.
  unsigned seed = 1;
  for (const double density : {0.03, 0.3, 0.8}) {
    const Volume volume =
        RandomVolume(seed++, {-70, -4, 58}, {4, 68, 70}, density);
    const UnitFaces faces = OpennessOfFaces(MeshOf(volume));
    ASSERT_FALSE(faces.empty());
    for (const auto& [face, openness] : faces) {
      const auto& [direction, cell] = face;
      ASSERT_EQ(openness, CountOpenness(volume, direction, cell))
          << "face " << IndexOf(direction) << " of " << cell[0] << ", "
          << cell[1] << ", " << cell[2];
    }
  }
}

TEST(MeshOpenness, TheFootOfAVoxelOnAPlateIsLessOpen) {
  Volume volume = Plate(5);
  volume.Set({2, 2, 1}, kGrey);

  const UnitFaces faces = OpennessOfFaces(MeshOf(volume));

  EXPECT_EQ((faces.at({Face::kPlusZ, {1, 2, 0}})), (Openness{3, 2, 3, 2}));
  EXPECT_EQ((faces.at({Face::kPlusZ, {1, 1, 0}})), (Openness{3, 3, 3, 2}));
  EXPECT_EQ((faces.at({Face::kPlusZ, {0, 0, 0}})), (Openness{3, 3, 3, 3}));
  EXPECT_EQ((faces.at({Face::kPlusZ, {2, 2, 1}})), (Openness{3, 3, 3, 3}));
}

TEST(MeshOpenness, ACornerBetweenTwoWallsIsClosed) {
  Volume volume = Plate(4);
  for (std::int32_t i = 0; i < 4; ++i) {
    volume.Set({0, i, 1}, kGrey);
    volume.Set({i, 0, 1}, kGrey);
  }

  const UnitFaces faces = OpennessOfFaces(MeshOf(volume));

  EXPECT_EQ((faces.at({Face::kPlusZ, {1, 1, 0}})), (Openness{0, 1, 1, 3}));
}

TEST(MeshOpenness, FacesMergeAlongAWallButNotAcrossItsShade) {
  Volume volume = Plate(20);
  for (std::int32_t y = 0; y < 20; ++y) volume.Set({0, y, 1}, kGrey);

  const Mesh mesh = MeshOf(volume);

  std::size_t upward = 0;
  for (std::size_t i = 0; i < mesh.quads(); ++i) {
    const Quad quad = QuadAt(mesh, mesh.regions.front(), i);
    if (quad.face != Face::kPlusZ) continue;
    ++upward;
    if (quad.low[2] != 1 || quad.low[0] != 1) continue;
    EXPECT_EQ(quad.high[0], 2) << "the shade stops after one cell";
  }
  // The wall, the plate, and at the foot of the wall its middle and two ends.
  EXPECT_EQ(upward, 5u);
}

TEST(MeshOpenness, QuadsAreCutBetweenTheirMoreOpenCorners) {
  const Mesh mesh = MeshOf(RandomVolume(5, {0, 0, 0}, {20, 20, 20}, 0.3));

  bool turned = false;
  for (std::size_t i = 0; i < mesh.quads(); ++i) {
    const MeshVertex* vertices = &mesh.vertices[i * 4];
    const auto open = [&](int corner) { return vertices[corner].corner >> 2; };
    EXPECT_GE(open(0) + open(2), open(1) + open(3));
    turned = turned || (vertices[0].corner & 3) != 0;
  }
  EXPECT_TRUE(turned) << "no quad of this volume needed it";
}

TEST(MeshOpenness, TranslucentVoxelsCloseNoCorner) {
  Scene scene = NewScene();
  constexpr Color kGlass = {10, 200, 250, 255};
  Material glass;
  glass.color[3] = 0.3f;
  scene.materials = {glass};
  scene.palette = {{.color = kGlass, .material = 0}};
  scene.layers[0].volume = Plate(5);
  scene.layers[0].volume.Set({2, 2, 1}, kGlass);

  const SceneView view = ViewOf(scene);
  const auto mesh = BuildMesh(view.volume, view.materials);

  ASSERT_TRUE(mesh);
  for (const auto& [face, openness] : OpennessOfFaces(*mesh)) {
    EXPECT_EQ(openness, (Openness{3, 3, 3, 3}));
  }
}

}  // namespace
}  // namespace goxel
