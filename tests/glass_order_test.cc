#include "renderer/glass_order.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/rendered_picture.h"

namespace goxel {
namespace {

Camera CameraFrom(glm::dvec3 eye, bool orthographic) {
  CameraRequest request;
  request.eye = {eye.x, eye.y, eye.z};
  request.target = {0, 0, 0};
  request.orthographic = orthographic;
  auto camera = ResolveCamera(request, std::nullopt, 64, 64);
  EXPECT_TRUE(camera) << camera.error().message();
  return camera.value_or(Camera{});
}

// A scene's glass as BuildMesh() makes it: a cloud of voxels, among them merged
// quads.
Mesh GlassCloud(unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> place(-6, 6);
  Scene scene;
  Material glass;
  glass.color[3] = 0.5f;
  scene.materials.push_back(glass);
  Layer& layer = scene.AddLayer("glass");
  layer.material = 0;
  for (int i = 0; i < 120; ++i) {
    layer.volume.Set({place(random), place(random), place(random)},
                     {200, 0, 0, 255});
  }
  FillBox(layer.volume, {-6, -6, 8}, {6, 6, 9}, {0, 200, 0, 255});
  const SceneView view = ViewOf(scene);
  auto mesh = BuildMesh(view.volume, view.materials);
  EXPECT_TRUE(mesh) << mesh.error().message();
  return mesh ? std::move(*mesh) : Mesh{};
}

struct Pane {
  glm::dvec3 low, high;
};

std::vector<Pane> PanesOf(const Mesh& mesh) {
  std::vector<Pane> panes;
  for (const MeshRegion& region : mesh.regions) {
    const glm::dvec3 origin(region.origin[0], region.origin[1],
                            region.origin[2]);
    for (std::size_t i = 0; i < region.quad_count; ++i) {
      Pane pane{glm::dvec3(1e9), glm::dvec3(-1e9)};
      for (std::size_t corner = 0; corner < 4; ++corner) {
        const auto& at =
            mesh.vertices[(region.first_quad + i) * 4 + corner].position;
        const glm::dvec3 point = origin + glm::dvec3(at[0], at[1], at[2]);
        pane.low = glm::min(pane.low, point);
        pane.high = glm::max(pane.high, point);
      }
      panes.push_back(pane);
    }
  }
  return panes;
}

// Every face with corners of its own.
Mesh MeshOf(const OrderedGlass& glass) {
  Mesh mesh;
  mesh.regions = glass.regions;
  for (std::size_t i = 0; i < glass.indices.size(); i += 6) {
    for (const std::size_t corner : {0u, 1u, 2u, 5u}) {
      mesh.vertices.push_back(glass.vertices[glass.indices[i + corner]]);
    }
    EXPECT_EQ(glass.indices[i], glass.indices[i + 3]);
    EXPECT_EQ(glass.indices[i + 2], glass.indices[i + 4]);
  }
  return mesh;
}

// Where a ray goes through a pane, as a multiple of `direction`; below 0 when
// it misses.
double Through(const Pane& pane, glm::dvec3 eye, glm::dvec3 direction) {
  const glm::dvec3 size = pane.high - pane.low;
  const int axis = size.x == 0 ? 0 : size.y == 0 ? 1 : 2;
  const double at = (pane.low[axis] - eye[axis]) / direction[axis];
  const glm::dvec3 point = eye + at * direction;
  for (int i = 0; i < 3; ++i) {
    if (i == axis) continue;
    if (point[i] < pane.low[i] || point[i] > pane.high[i]) return -1;
  }
  return at;
}

TEST(GlassOrder, EveryRayMeetsFarPanesBeforeNearOnes) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (const glm::dvec3 eye : {glm::dvec3(30, -40, 35),
                               {-9, 2, 0.4},
                               {0.3, 0.7, 0.2},
                               {0.9, 0.12, 0.9},
                               {0, 0, -30}}) {
    const Mesh glass =
        MeshOf(OrderGlass(GlassCloud(3), CameraFrom(eye, false)));
    const std::vector<Pane> panes = PanesOf(glass);
    ASSERT_GT(panes.size(), 400u);
    for (int ray = 0; ray < 400; ++ray) {
      const glm::dvec3 target(unit(random) * 7, unit(random) * 7,
                              unit(random) * 9);
      double last = 1e9;
      for (const Pane& pane : panes) {
        const double at = Through(pane, eye, target - eye);
        if (at <= 0) continue;
        ASSERT_LE(at, last + 1e-9) << ray;
        last = at;
      }
    }
  }
}

TEST(GlassOrder, FarAwayViewersSeeTheSameOrderAlongParallelRays) {
  std::mt19937 random(8);
  std::uniform_real_distribution<double> unit(-1, 1);
  const glm::dvec3 eye(20, -30, 15);
  const std::vector<Pane> panes =
      PanesOf(MeshOf(OrderGlass(GlassCloud(4), CameraFrom(eye, true))));
  for (int ray = 0; ray < 400; ++ray) {
    const glm::dvec3 from =
        eye * 10.0 +
        glm::dvec3(unit(random) * 7, unit(random) * 7, unit(random) * 7);
    double last = 1e9;
    for (const Pane& pane : panes) {
      const double at = Through(pane, from, -eye);
      if (at <= 0) continue;
      ASSERT_LE(at, last + 1e-9) << ray;
      last = at;
    }
  }
}

// What one of two opposite viewers sees of glass is what the other does not.
TEST(GlassOrder, QuadsAreCutIntoFacesOfVoxelsThatCoverTheSame) {
  const Mesh cloud = GlassCloud(5);
  double area = 0;
  for (const double side : {1.0, -1.0}) {
    const glm::dvec3 eye(side * 9, side * 8, side * 7);
    const OrderedGlass cut = OrderGlass(cloud, CameraFrom(eye, true));
    ASSERT_TRUE(cut.is_exact);
    for (const Pane& pane : PanesOf(MeshOf(cut))) {
      const glm::dvec3 size = pane.high - pane.low;
      EXPECT_EQ(size.x + size.y + size.z, 2);
      area += 1;
    }
  }
  double expected = 0;
  for (const Pane& pane : PanesOf(cloud)) {
    const glm::dvec3 size = pane.high - pane.low;
    expected += size.x * size.y + size.y * size.z + size.z * size.x;
  }
  EXPECT_EQ(area, expected);
}

TEST(GlassOrder, GlassThatTurnsItsBackIsLeftOut) {
  const Mesh cloud = GlassCloud(5);
  for (const bool far : {false, true}) {
    const glm::dvec3 eye(90, 80, 70);
    const OrderedGlass seen = OrderGlass(cloud, CameraFrom(eye, far));
    ASSERT_FALSE(seen.vertices.empty());
    for (const MeshVertex& vertex : seen.vertices) {
      EXPECT_TRUE(LooksUpAxis(vertex.face));
    }
  }
}

TEST(GlassOrder, TooMuchGlassStaysWhole) {
  const Mesh cloud = GlassCloud(5);
  std::size_t quads = 0;
  for (const double side : {1.0, -1.0}) {
    const glm::dvec3 eye(side * 9, side * 8, side * 7);
    const OrderedGlass whole = OrderGlass(cloud, CameraFrom(eye, true), 10);
    EXPECT_FALSE(whole.is_exact);
    quads += MeshOf(whole).quads();
  }
  EXPECT_EQ(quads, cloud.quads());
}

}  // namespace
}  // namespace goxel
