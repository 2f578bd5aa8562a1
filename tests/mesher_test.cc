#include "renderer/mesher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <tuple>
#include <vector>

namespace goxel {
namespace {

constexpr Color kBrick = {200, 30, 20, 255};
constexpr Color kSea = {10, 60, 220, 255};

using Point = std::array<std::int64_t, 3>;
using Rgb = std::array<std::uint8_t, 3>;

// One exposed side of one voxel.
using UnitFace = std::tuple<std::size_t, Point>;  // IndexOf(Face), cell.
using UnitFaces = std::map<UnitFace, Rgb>;

Mesh MeshOf(const Volume& volume) {
  auto mesh = BuildMesh(volume);
  EXPECT_TRUE(mesh) << mesh.error().message();
  return mesh ? std::move(*mesh) : Mesh{};
}

Cell Neighbour(Cell cell, Face face) {
  const std::int32_t by = LooksUpAxis(face) ? 1 : -1;
  std::int32_t* axes[] = {&cell.x, &cell.y, &cell.z};
  *axes[AxisOf(face)] += by;
  return cell;
}

bool IsSolid(const Volume& volume, Cell cell) {
  return volume.Get(cell).a >= kSolidAlpha;
}

// What a mesh has to show, found cell by cell.
UnitFaces ExposedFaces(const Volume& volume, Cell min, Cell max) {
  UnitFaces faces;
  for (std::int32_t z = min.z; z < max.z; ++z) {
    for (std::int32_t y = min.y; y < max.y; ++y) {
      for (std::int32_t x = min.x; x < max.x; ++x) {
        const Cell cell = {x, y, z};
        if (!IsSolid(volume, cell)) continue;
        const Color color = volume.Get(cell);
        for (const Face face : kFaces) {
          if (IsSolid(volume, Neighbour(cell, face))) continue;
          faces[{IndexOf(face), Point{x, y, z}}] = {color.r, color.g, color.b};
        }
      }
    }
  }
  return faces;
}

struct Quad {
  Face face;
  Point low, high;  // Corners in world cells; equal along the face's axis.
  Rgb color;
};

std::vector<Quad> QuadsOf(const Mesh& mesh) {
  std::vector<Quad> quads;
  for (const MeshRegion& region : mesh.regions) {
    for (std::size_t i = 0; i < region.quad_count; ++i) {
      const MeshVertex* corners = &mesh.vertices[(region.first_quad + i) * 4];
      Quad quad{.face = corners[0].face,
                .low = {},
                .high = {},
                .color = {corners[0].color[0], corners[0].color[1],
                          corners[0].color[2]}};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto [low, high] =
            std::minmax({corners[0].position[axis], corners[1].position[axis],
                         corners[2].position[axis], corners[3].position[axis]});
        quad.low[axis] = region.origin[axis] + low;
        quad.high[axis] = region.origin[axis] + high;
      }
      quads.push_back(quad);
    }
  }
  return quads;
}

// The sides of voxels that the quads cover; a side covered twice is a failure.
UnitFaces CoveredFaces(const Mesh& mesh) {
  UnitFaces faces;
  for (const Quad& quad : QuadsOf(mesh)) {
    const std::size_t axis = AxisOf(quad.face);
    const std::size_t u = (axis + 1) % 3;
    const std::size_t v = (axis + 2) % 3;
    EXPECT_EQ(quad.low[axis], quad.high[axis]) << "a quad is not flat";
    Point cell{};
    cell[axis] = quad.low[axis] - (LooksUpAxis(quad.face) ? 1 : 0);
    for (cell[u] = quad.low[u]; cell[u] < quad.high[u]; ++cell[u]) {
      for (cell[v] = quad.low[v]; cell[v] < quad.high[v]; ++cell[v]) {
        const bool is_new =
            faces.emplace(UnitFace{IndexOf(quad.face), cell}, quad.color)
                .second;
        EXPECT_TRUE(is_new) << "covered twice";
      }
    }
  }
  return faces;
}

Volume RandomVolume(unsigned seed, Cell min, Cell max, double density,
                    int colors) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  std::uniform_int_distribution<int> pick(1, colors);
  Volume volume;
  for (std::int32_t z = min.z; z < max.z; ++z) {
    for (std::int32_t y = min.y; y < max.y; ++y) {
      for (std::int32_t x = min.x; x < max.x; ++x) {
        if (unit(random) >= density) continue;
        const auto shade = static_cast<std::uint8_t>(pick(random) * 40);
        volume.Set({x, y, z}, {shade, 100, 50, 255});
      }
    }
  }
  return volume;
}

void ExpectExactCover(const Volume& volume, Cell min, Cell max) {
  const UnitFaces expected = ExposedFaces(volume, min, max);
  const UnitFaces covered = CoveredFaces(MeshOf(volume));
  EXPECT_EQ(covered.size(), expected.size());
  EXPECT_TRUE(covered == expected);
}

TEST(Mesher, QuadsCoverEveryExposedFaceOnceInItsColor) {
  // Across the borders of tiles and of chunks, on both sides of 0.
  const Cell min = {-70, -5, 50};
  const Cell max = {6, 70, 80};
  unsigned seed = 1;
  for (const double density : {0.02, 0.5, 0.97}) {
    for (const int colors : {1, 3}) {
      ExpectExactCover(RandomVolume(seed++, min, max, density, colors), min,
                       max);
    }
  }
}

TEST(Mesher, VoxelsOfNeighbouringChunksHideEachOthersFaces) {
  Volume volume;
  volume.Set({63, 63, 63}, kBrick);
  volume.Set({64, 63, 63}, kBrick);
  volume.Set({63, 64, 63}, kBrick);
  volume.Set({63, 63, 64}, kBrick);
  volume.Set({-1, 0, 0}, kBrick);
  volume.Set({0, 0, 0}, kBrick);

  ExpectExactCover(volume, {-2, -1, -1}, {66, 66, 66});
}

TEST(Mesher, SolidCubeOfOneColorIsSixQuads) {
  Volume volume;
  for (std::int32_t i = 0; i < 64 * 64 * 64; ++i) {
    volume.Set({i & 63, i >> 6 & 63, i >> 12}, kBrick);
  }

  EXPECT_EQ(MeshOf(volume).quads(), 6u);
}

TEST(Mesher, FacesOfDifferentColorAreNotMerged) {
  Volume volume;
  volume.Set({0, 0, 0}, kBrick);
  volume.Set({1, 0, 0}, kSea);

  EXPECT_EQ(MeshOf(volume).quads(), 10u);
}

TEST(Mesher, VoxelsDrawnOpaqueMergeWhateverTheirAlpha) {
  Volume volume;
  volume.Set({0, 0, 0}, {200, 30, 20, 255});
  volume.Set({1, 0, 0}, {200, 30, 20, kSolidAlpha});

  EXPECT_EQ(MeshOf(volume).quads(), 6u);
}

TEST(Mesher, FaintVoxelsAreNeitherDrawnNorHideAnything) {
  Volume volume;
  volume.Set({0, 0, 0}, kBrick);
  volume.Set({1, 0, 0}, {200, 30, 20, kSolidAlpha - 1});

  ExpectExactCover(volume, {-1, -1, -1}, {3, 2, 2});
}

TEST(Mesher, CornersRunCounterClockwiseSeenFromOutside) {
  Volume volume;
  volume.Set({5, 6, 7}, kBrick);
  const Mesh mesh = MeshOf(volume);
  ASSERT_EQ(mesh.quads(), 6u);

  for (std::size_t quad = 0; quad < mesh.quads(); ++quad) {
    const MeshVertex* corner = &mesh.vertices[quad * 4];
    std::array<int, 3> a{};
    std::array<int, 3> b{};
    for (std::size_t i = 0; i < 3; ++i) {
      a[i] = corner[1].position[i] - corner[0].position[i];
      b[i] = corner[2].position[i] - corner[1].position[i];
    }
    const std::size_t axis = AxisOf(corner[0].face);
    const std::size_t u = (axis + 1) % 3;
    const std::size_t v = (axis + 2) % 3;
    EXPECT_EQ(a[u] * b[v] - a[v] * b[u], LooksUpAxis(corner[0].face) ? 1 : -1);
  }
}

TEST(Mesher, CornerBitsSayAtWhichEndACornerIs) {
  Volume volume;
  volume.Set({5, 6, 7}, kBrick);

  const Mesh mesh = MeshOf(volume);

  for (const MeshVertex& vertex : mesh.vertices) {
    const std::size_t u = (AxisOf(vertex.face) + 1) % 3;
    const std::size_t v = (AxisOf(vertex.face) + 2) % 3;
    const std::array<int, 3> cell = {5, 6, 7};
    EXPECT_EQ(vertex.position[u] - cell[u], vertex.corner & 1);
    EXPECT_EQ(vertex.position[v] - cell[v], vertex.corner >> 1 & 1);
  }
}

TEST(Mesher, EqualVolumesGiveEqualMeshesHoweverTheyCameAbout) {
  std::mt19937 random(7);
  std::vector<Cell> cells;
  for (std::int32_t i = 0; i < 300; ++i) {
    cells.push_back({i * 37 % 500, i * 91 % 300, i * 53 % 200});
  }
  const auto build = [&] {
    Volume volume;
    std::shuffle(cells.begin(), cells.end(), random);
    for (const Cell cell : cells) volume.Set(cell, kSea);
    return MeshOf(volume);
  };

  const Mesh first = build();
  const Mesh second = build();

  ASSERT_EQ(first.vertices.size(), second.vertices.size());
  EXPECT_EQ(std::memcmp(first.vertices.data(), second.vertices.data(),
                        first.vertices.size() * sizeof(MeshVertex)),
            0);
}

TEST(Mesher, VoxelsFarApartFallIntoRegionsOfSmallPositions) {
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  Volume volume;
  volume.Set({kMin, kMin, kMin}, kBrick);
  volume.Set({kMax, kMax, kMax}, kSea);
  volume.Set({20'000'001, 0, 0}, kBrick);

  const Mesh mesh = MeshOf(volume);

  EXPECT_EQ(mesh.regions.size(), 18u);  // By face.
  std::vector<Point> lows;
  for (const Quad& quad : QuadsOf(mesh)) {
    if (quad.face == Face::kMinusX) lows.push_back(quad.low);
  }
  EXPECT_THAT(lows, testing::UnorderedElementsAre(Point{kMin, kMin, kMin},
                                                  Point{kMax, kMax, kMax},
                                                  Point{20'000'001, 0, 0}));
  for (const MeshVertex& vertex : mesh.vertices) {
    for (const std::uint16_t position : vertex.position) {
      EXPECT_LE(position, kRegionSide);
    }
  }
}

TEST(Mesher, EmptyVolumeHasNoRegion) {
  EXPECT_TRUE(MeshOf(Volume()).regions.empty());
}

TEST(Mesher, MoreQuadsThanAllowedIsTooLarge) {
  const auto mesh = BuildMesh(RandomVolume(3, {0, 0, 0}, {20, 20, 20}, 0.5, 3),
                              /*materials=*/{}, /*max_quads=*/100);

  ASSERT_FALSE(mesh);
  EXPECT_EQ(mesh.error().code(), StatusCode::kTooLarge);
}

}  // namespace
}  // namespace goxel
