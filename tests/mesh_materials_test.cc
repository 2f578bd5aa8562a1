// Which materials the voxels of a scene have, and what one can see through
// them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <tuple>

#include "renderer/mesher.h"
#include "renderer/scene/scene_view.h"

namespace goxel {
namespace {

constexpr Color kStone = {120, 110, 100, 255};
constexpr Color kSteel = {90, 95, 100, 255};
constexpr Color kGreenGlass = {30, 200, 80, 255};
constexpr Color kBlueGlass = {30, 80, 200, 255};
constexpr Color kDarkGreenGlass = {10, 90, 40, 255};

Material Glass(float opacity) {
  Material glass;
  glass.name = "glass";
  glass.color[3] = opacity;
  return glass;
}

Material Metal(float metallic, float roughness) {
  Material metal;
  metal.metallic = metallic;
  metal.roughness = roughness;
  return metal;
}

// One layer, and a palette with two glasses; the two green ones are the same.
Scene GlassScene() {
  Scene scene = NewScene();
  scene.materials = {Glass(0.3f), Glass(0.7f)};
  scene.palette = {{.color = kStone},
                   {.color = kGreenGlass, .material = 0},
                   {.color = kDarkGreenGlass, .material = 0},
                   {.color = kBlueGlass, .material = 1}};
  return scene;
}

Mesh MeshOf(const Scene& scene) {
  const SceneView view = ViewOf(scene);
  auto mesh = BuildMesh(view.volume, view.materials);
  EXPECT_TRUE(mesh) << mesh.error().message();
  return mesh ? std::move(*mesh) : Mesh{};
}

using Point = std::array<std::int64_t, 3>;
using UnitFaces = std::set<std::tuple<Face, Point>>;

UnitFaces Covered(const Mesh& mesh, bool opaque) {
  UnitFaces faces;
  for (const MeshRegion& region : mesh.regions) {
    if (IsOpaque(region.kind) != opaque) continue;
    for (std::size_t i = 0; i < region.quad_count; ++i) {
      const MeshVertex* vertices = &mesh.vertices[(region.first_quad + i) * 4];
      const std::size_t axis = AxisOf(vertices->face);
      Point low{};
      Point high{};
      for (std::size_t k = 0; k < 3; ++k) {
        const auto [least, most] =
            std::minmax({vertices[0].position[k], vertices[1].position[k],
                         vertices[2].position[k], vertices[3].position[k]});
        low[k] = region.origin[k] + least;
        high[k] = region.origin[k] + most;
      }
      low[axis] -= LooksUpAxis(vertices->face) ? 1 : 0;
      high[axis] = low[axis] + 1;
      for (Point c = low; c[0] < high[0]; ++c[0]) {
        for (c[1] = low[1]; c[1] < high[1]; ++c[1]) {
          for (c[2] = low[2]; c[2] < high[2]; ++c[2]) {
            EXPECT_TRUE(faces.insert({vertices->face, c}).second) << "twice";
          }
        }
      }
    }
  }
  return faces;
}

UnitFaces OpaqueFaces(const Mesh& mesh) { return Covered(mesh, true); }
UnitFaces GlassFaces(const Mesh& mesh) { return Covered(mesh, false); }

// 0: empty, 1: opaque, above: translucent materials.
int KindOf(const Scene& scene, const Point& cell) {
  const Color color = scene.layers[0].volume.Get(
      {static_cast<std::int32_t>(cell[0]), static_cast<std::int32_t>(cell[1]),
       static_cast<std::int32_t>(cell[2])});
  if (color.a < kSolidAlpha) return 0;
  for (const PaletteEntry& entry : scene.palette) {
    if (entry.color == color) return entry.material + 2;
  }
  return 1;
}

UnitFaces Expected(const Scene& scene, bool translucent, Point low,
                   Point high) {
  UnitFaces faces;
  for (Point c = low; c[0] < high[0]; ++c[0]) {
    for (c[1] = low[1]; c[1] < high[1]; ++c[1]) {
      for (c[2] = low[2]; c[2] < high[2]; ++c[2]) {
        const int kind = KindOf(scene, c);
        if (kind == 0 || (kind > 1) != translucent) continue;
        for (const Face face : kFaces) {
          Point front = c;
          front[AxisOf(face)] += LooksUpAxis(face) ? 1 : -1;
          const int other = KindOf(scene, front);
          if (other != 1 && other != kind) faces.insert({face, c});
        }
      }
    }
  }
  return faces;
}

TEST(MeshMaterials, OpaqueFacesBehindGlassAreSeenAndGlassOnThemIsNot) {
  Scene scene = GlassScene();
  scene.layers[0].volume.Set({63, 0, 0}, kStone);  // Two chunks.
  scene.layers[0].volume.Set({64, 0, 0}, kGreenGlass);

  const Mesh mesh = MeshOf(scene);

  EXPECT_EQ(OpaqueFaces(mesh).size(), 6u);
  const UnitFaces glass = GlassFaces(mesh);
  EXPECT_EQ(glass.size(), 5u);
  EXPECT_FALSE(glass.contains({Face::kMinusX, {64, 0, 0}}));
}

TEST(MeshMaterials, InsideOneGlassThereIsNoFace) {
  Scene scene = GlassScene();
  scene.layers[0].volume.Set({63, 0, 0}, kGreenGlass);
  scene.layers[0].volume.Set({64, 0, 0}, kDarkGreenGlass);

  const Mesh mesh = MeshOf(scene);

  EXPECT_TRUE(OpaqueFaces(mesh).empty());
  EXPECT_EQ(GlassFaces(mesh).size(), 10u);
}

TEST(MeshMaterials, WhereTwoGlassesMeetBothFacesAreSeen) {
  Scene scene = GlassScene();
  scene.layers[0].volume.Set({0, 0, 0}, kGreenGlass);
  scene.layers[0].volume.Set({1, 0, 0}, kBlueGlass);

  EXPECT_EQ(MeshOf(scene).quads(), 12u);
}

TEST(MeshMaterials, QuadsCoverWhatIsSeenOfAnyMixture) {
  std::mt19937 random(17);
  const std::array<Color, 6> colors = {
      kStone, kStone, kGreenGlass, kDarkGreenGlass, kBlueGlass, {9, 9, 9, 99}};
  std::uniform_int_distribution<std::size_t> pick(0, colors.size() + 2);
  Scene scene = GlassScene();
  for (std::int32_t i = 0; i < 12 * 12 * 12; ++i) {
    const std::size_t color = pick(random);
    if (color >= colors.size()) continue;
    scene.layers[0].volume.Set({i % 12 + 58, i / 12 % 12 - 6, i / 144 + 58},
                               colors[color]);
  }

  const Mesh mesh = MeshOf(scene);

  const Point low = {58, -6, 58};
  const Point high = {70, 6, 70};
  EXPECT_EQ(OpaqueFaces(mesh), Expected(scene, false, low, high));
  EXPECT_EQ(GlassFaces(mesh), Expected(scene, true, low, high));

  // The same when there are so many translucent colours that one does not look
  // for each of them.
  EXPECT_TRUE(MaterialMap(scene).translucent_colors());
  for (std::uint8_t i = 0; i < 20; ++i) {
    scene.palette.push_back({.color = {255, 255, i, 255}, .material = 0});
  }
  EXPECT_FALSE(MaterialMap(scene).translucent_colors());
  const Mesh of_many = MeshOf(scene);
  EXPECT_EQ(OpaqueFaces(of_many), OpaqueFaces(mesh));
  EXPECT_EQ(GlassFaces(of_many), GlassFaces(mesh));
}

TEST(MeshMaterials, QuadsComeByKind) {
  Scene scene = GlassScene();
  scene.materials.push_back(Metal(1, 0.3f));
  scene.palette.push_back({.color = kSteel, .material = 2});
  for (std::int32_t i = 0; i < 3; ++i) {
    scene.layers[0].volume.Set({i * 100, 0, 0}, kBlueGlass);
    scene.layers[0].volume.Set({i * 100, 9, 0}, kSteel);
    scene.layers[0].volume.Set({i * 100, 18, 0}, kStone);
  }

  const Mesh mesh = MeshOf(scene);

  ASSERT_EQ(mesh.regions.size(), 13u);
  std::size_t next_quad = 0;
  for (std::size_t i = 0; i < mesh.regions.size(); ++i) {
    const MeshRegion& region = mesh.regions[i];
    EXPECT_EQ(region.kind, kQuadKinds[i / 6]);
    EXPECT_EQ(region.first_quad, next_quad);
    next_quad += region.quad_count;
    for (std::size_t quad = region.first_quad; quad < next_quad; ++quad) {
      const MaterialIndex material = mesh.vertices[quad * 4].material;
      EXPECT_EQ(material == 0, region.kind == QuadKind::kPlain);
    }
  }
  EXPECT_EQ(next_quad, 54u);
  EXPECT_EQ(mesh.quads(), 54u);
}

TEST(MeshMaterials, VoxelsOfOneColorAndTwoMaterialsDoNotMerge) {
  Scene scene = NewScene();
  scene.materials = {Metal(1, 0.3f)};
  scene.layers[0].volume.Set({0, 0, 0}, kStone);
  scene.AddLayer("metal").volume.Set({1, 0, 0}, kStone);
  scene.layers[1].material = 0;

  const SceneView view = ViewOf(scene);
  const Mesh mesh = MeshOf(scene);

  EXPECT_EQ(mesh.quads(), 10u);
  for (const MeshVertex& vertex : mesh.vertices) {
    const Material& material = view.materials.materials().at(vertex.material);
    if (vertex.position[0] == 1) continue;  // May be either's.
    EXPECT_FLOAT_EQ(material.metallic, vertex.position[0] == 0 ? 0.2f : 1.0f);
  }
}

TEST(MeshMaterials, TheTopmostLayerGivesAVoxelItsMaterial) {
  Scene scene = NewScene();
  scene.materials = {Metal(1, 0.3f), Glass(0.5f)};
  scene.layers[0].material = 0;
  scene.layers[0].volume.Set({0, 0, 0}, kStone);
  scene.layers[0].volume.Set({1, 0, 0}, kStone);
  scene.AddLayer("glass").volume.Set({1, 0, 0}, kStone);
  scene.layers[1].material = 1;

  const Mesh mesh = MeshOf(scene);

  EXPECT_EQ(OpaqueFaces(mesh).size(), 6u);
  EXPECT_EQ(GlassFaces(mesh).size(), 5u);
}

TEST(MeshMaterials, ASceneOfDullMaterialsIsUniform) {
  Scene scene = NewScene();
  Material rough = Metal(0, 0.9f);
  rough.name = "diffuse";
  scene.materials = {rough, Metal(0.1f, 0)};
  scene.palette = {{.color = kStone, .material = 0},
                   {.color = kBlueGlass, .material = 1}};
  scene.layers[0].volume.Set({0, 0, 0}, kStone);

  const SceneView view = ViewOf(scene);

  EXPECT_TRUE(view.materials.uniform());
  EXPECT_EQ(view.hash, HashVolume(view.volume));
}

TEST(MeshMaterials, HiddenLayersHaveNoSay) {
  Scene scene = NewScene();
  scene.materials = {Glass(0.5f)};
  scene.layers[0].volume.Set({0, 0, 0}, kStone);
  Layer& hidden = scene.AddLayer("hidden");
  hidden.material = 0;
  hidden.visible = false;

  EXPECT_TRUE(ViewOf(scene).materials.uniform());
}

TEST(MeshMaterials, OfEntriesWithOneColorTheFirstThatSaysSomethingCounts) {
  Scene scene = NewScene();
  scene.materials = {Metal(0, 0.5f), Glass(0.5f), Metal(1, 0.1f)};
  scene.palette = {{.color = kStone},
                   {.color = kStone, .material = 0},
                   {.color = kStone, .material = 1},
                   {.color = kStone, .material = 2}};
  scene.layers[0].volume.Set({0, 0, 0}, kStone);

  const Mesh mesh = MeshOf(scene);

  EXPECT_TRUE(OpaqueFaces(mesh).empty());
  EXPECT_EQ(GlassFaces(mesh).size(), 6u);
}

TEST(MeshMaterials, MaterialsThatDifferInNameAloneAreOne) {
  Scene scene = NewScene();
  scene.materials = {Glass(0.5f), Glass(0.5f)};
  scene.materials[1].name = "window";
  scene.palette = {{.color = kGreenGlass, .material = 0},
                   {.color = kBlueGlass, .material = 1}};

  EXPECT_EQ(ViewOf(scene).materials.materials().size(), 2u);
}

TEST(MeshMaterials, TooManyMaterialsBecomeTheDefaultOne) {
  Scene scene = NewScene();
  for (int i = 0; i < 400; ++i) {
    Material glow;
    glow.emission[0] = static_cast<float>(i + 1) / 40;
    scene.materials.push_back(glow);
    const auto shade = static_cast<std::uint8_t>(i);
    const auto half = static_cast<std::uint8_t>(i / 256);
    scene.palette.push_back({.color = {shade, half, 0, 255}, .material = i});
    scene.layers[0].volume.Set({i * 2, 0, 0}, {shade, half, 0, 255});
  }

  const SceneView view = ViewOf(scene);
  const Mesh mesh = MeshOf(scene);

  EXPECT_EQ(view.materials.materials().size(), MaterialMap::kMaxMaterials);
  EXPECT_EQ(view.materials.materials()[0], Material{});
  std::set<int> used;
  for (const MeshVertex& vertex : mesh.vertices) used.insert(vertex.material);
  EXPECT_EQ(used.size(), MaterialMap::kMaxMaterials);
}

TEST(MeshMaterials, FactorsThatAreNoNumbersAreTamed) {
  Scene scene = NewScene();
  Material odd;
  odd.color = {std::numeric_limits<float>::quiet_NaN(), -1, 7, 0.5f};
  odd.emission = {std::numeric_limits<float>::infinity(), 0, -3};
  odd.metallic = std::numeric_limits<float>::quiet_NaN();
  scene.materials = {odd};
  scene.layers[0].material = 0;

  const MaterialMap materials(scene);

  ASSERT_EQ(materials.materials().size(), 2u);
  const Material& tamed = materials.materials()[1];
  EXPECT_THAT(tamed.color, testing::ElementsAre(0, 0, 1, 0.5f));
  EXPECT_THAT(tamed.emission, testing::ElementsAre(1e6f, 0, 0));
  EXPECT_EQ(tamed.metallic, Material{}.metallic);
}

TEST(MeshMaterials, TheHashOfAViewCoversWhatMaterialsShow) {
  Scene scene = GlassScene();
  scene.layers[0].volume.Set({0, 0, 0}, kGreenGlass);
  const Hash128 before = ViewOf(scene).hash;

  Scene renamed = scene;
  renamed.materials[0].name = "bottle";
  Scene clearer = scene;
  clearer.materials[0].color[3] = 0.1f;
  Scene other = scene;
  other.palette[1].material = 1;

  EXPECT_EQ(ViewOf(renamed).hash, before);
  EXPECT_NE(ViewOf(clearer).hash, before);
  EXPECT_NE(ViewOf(other).hash, before);
  EXPECT_NE(before, HashVolume(scene.layers[0].volume));
}

TEST(MeshMaterials, TheHashOfAViewTellsLayersOfDifferentMaterialsApart) {
  Scene scene = NewScene();
  scene.materials = {Metal(1, 0.3f)};
  scene.AddLayer("metal").material = 0;
  scene.layers[0].volume.Set({0, 0, 0}, kStone);
  scene.layers[1].volume.Set({5, 0, 0}, kStone);
  Scene swapped = scene;
  std::swap(swapped.layers[0].volume, swapped.layers[1].volume);

  EXPECT_EQ(HashVolume(ViewOf(scene).volume),
            HashVolume(ViewOf(swapped).volume));
  EXPECT_NE(ViewOf(scene).hash, ViewOf(swapped).hash);
}

}  // namespace
}  // namespace goxel
