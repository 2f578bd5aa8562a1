#include "renderer/chunk_meshes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

#include "renderer/scene/scene_view.h"

namespace goxel {
namespace {

constexpr Color kBrick = {200, 30, 20, 255};
constexpr Color kSea = {10, 60, 220, 255};
constexpr Color kStone = {120, 110, 100, 255};

// Eight chunks that meet at the cell (64, 64, 64), with voxels everywhere.
Volume EightChunks() {
  std::mt19937 random(11);
  std::uniform_int_distribution<int> pick(0, 9);
  Volume volume;
  for (std::int32_t z = 0; z < 128; z += 3) {
    for (std::int32_t y = 0; y < 128; ++y) {
      for (std::int32_t x = 0; x < 128; ++x) {
        const int color = pick(random);
        if (color > 1) continue;
        volume.Set({x, y, z}, color == 0 ? kBrick : kSea);
      }
    }
  }
  return volume;
}

ChunkMeshes::Made Build(ChunkMeshes& chunks, const Volume& volume,
                        const MeshingLimits& limits = {}) {
  auto made = chunks.Build(volume, {}, limits);
  EXPECT_TRUE(made) << made.error().message();
  return made ? std::move(*made) : ChunkMeshes::Made{};
}

bool AreEqual(const Mesh& a, const Mesh& b) {
  const auto same_regions = [](const MeshRegion& one, const MeshRegion& other) {
    return one.origin == other.origin && one.kind == other.kind &&
           one.first_quad == other.first_quad &&
           one.quad_count == other.quad_count;
  };
  return a.vertices.size() == b.vertices.size() &&
         std::memcmp(a.vertices.data(), b.vertices.data(),
                     a.vertices.size() * sizeof(MeshVertex)) == 0 &&
         std::ranges::equal(a.regions, b.regions, same_regions);
}

// How many chunks an edit of the scene that was built last makes anew.
std::size_t MeshedAfter(ChunkMeshes& chunks, Volume volume, Cell cell,
                        Color color) {
  volume.Set(cell, color);
  const ChunkMeshes::Made made = Build(chunks, volume);
  ChunkMeshes fresh;
  EXPECT_TRUE(AreEqual(made.mesh, Build(fresh, volume).mesh));
  return made.meshed;
}

TEST(ChunkMeshes, EveryChunkOfTheFirstSceneIsMeshed) {
  ChunkMeshes chunks;

  const ChunkMeshes::Made made = Build(chunks, EightChunks());

  EXPECT_EQ(made.chunks, 8u);
  EXPECT_EQ(made.meshed, 8u);
}

TEST(ChunkMeshes, NothingIsMeshedTwice) {
  ChunkMeshes chunks;
  const Volume volume = EightChunks();
  const ChunkMeshes::Made first = Build(chunks, volume);

  const ChunkMeshes::Made second = Build(chunks, volume);

  EXPECT_EQ(second.meshed, 0u);
  EXPECT_TRUE(AreEqual(first.mesh, second.mesh));
}

TEST(ChunkMeshes, AnEditInsideAChunkMeshesThatChunk) {
  ChunkMeshes chunks;
  const Volume volume = EightChunks();
  Build(chunks, volume);

  EXPECT_EQ(MeshedAfter(chunks, volume, {32, 32, 32}, {1, 2, 3, 255}), 1u);
  // In a tile that touches seven other chunks, but not in a cell that does.
  EXPECT_EQ(MeshedAfter(chunks, volume, {61, 61, 61}, {1, 2, 3, 255}), 1u);
}

TEST(ChunkMeshes, AnEditAtABorderMeshesWhatItTouches) {
  ChunkMeshes chunks;
  const Volume volume = EightChunks();
  Build(chunks, volume);

  EXPECT_EQ(MeshedAfter(chunks, volume, {63, 30, 32}, kBrick), 2u);
  EXPECT_EQ(MeshedAfter(chunks, volume, {30, 64, 32}, kBrick), 2u);
  EXPECT_EQ(MeshedAfter(chunks, volume, {30, 63, 64}, kBrick), 4u);
  EXPECT_EQ(MeshedAfter(chunks, volume, {64, 63, 64}, kBrick), 8u);
}

TEST(ChunkMeshes, AnotherColorAtABorderIsNoMatterToTheNeighbour) {
  ChunkMeshes chunks;
  Volume volume = EightChunks();
  volume.Set({63, 30, 32}, kBrick);
  Build(chunks, volume);

  EXPECT_EQ(MeshedAfter(chunks, volume, {63, 30, 32}, kSea), 1u);
}

TEST(ChunkMeshes, WhatAnEditTookBackIsStillKnown) {
  ChunkMeshes chunks;
  const Volume volume = EightChunks();
  Build(chunks, volume);
  Volume edited = volume;
  edited.Set({63, 63, 63}, kBrick);
  Build(chunks, edited);

  EXPECT_EQ(Build(chunks, volume).meshed, 0u);
}

TEST(ChunkMeshes, ManyEditsLeaveTheMeshOfAFreshBuild) {
  std::mt19937 random(3);
  std::uniform_int_distribution<std::int32_t> coordinate(0, 127);
  Volume volume = EightChunks();
  ChunkMeshes chunks;
  for (int edit = 0; edit < 12; ++edit) {
    const Cell cell = {coordinate(random), coordinate(random), 60 + edit % 8};
    volume.Set(cell, edit % 3 == 0 ? Color{} : kBrick);
    ChunkMeshes fresh;
    ASSERT_TRUE(AreEqual(Build(chunks, volume).mesh, Build(fresh, volume).mesh))
        << "after edit " << edit;
  }
}

TEST(ChunkMeshes, OtherMaterialsMakeOtherMeshes) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kBrick);
  scene.layers[0].volume.Set({1, 0, 0}, kSea);
  Material glass;
  glass.color[3] = 0.5f;
  scene.materials = {glass};
  scene.palette = {{.color = kSea, .material = 0}};
  const MaterialMap materials(scene);
  ChunkMeshes chunks;
  const Volume& volume = scene.layers[0].volume;
  Build(chunks, volume);

  const auto made = chunks.Build(volume, materials);

  ASSERT_TRUE(made);
  EXPECT_EQ(made->meshed, 1u);
  EXPECT_EQ(made->mesh.regions.back().kind, QuadKind::kTranslucent);
}

TEST(ChunkMeshes, AnotherOpaqueMaterialIsMeshedAnewToo) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kSea);
  Material metal;
  metal.metallic = 1;
  scene.materials = {metal};
  scene.palette = {{.color = kSea, .material = 0}};
  const MaterialMap materials(scene);
  ChunkMeshes chunks;
  const Volume& volume = scene.layers[0].volume;
  Build(chunks, volume);

  const auto made = chunks.Build(volume, materials);

  ASSERT_TRUE(made);
  EXPECT_EQ(made->meshed, 1u);
  EXPECT_EQ(made->mesh.vertices.at(0).material, 1);
}

Material Metal(float roughness) {
  Material metal;
  metal.metallic = 1;
  metal.roughness = roughness;
  return metal;
}

Material Glass() {
  Material glass;
  glass.color[3] = 0.5f;
  return glass;
}

ChunkMeshes::Made BuildView(ChunkMeshes& chunks, const Scene& scene) {
  const SceneView view = ViewOf(scene);
  auto made = chunks.Build(view.volume, view.materials);
  EXPECT_TRUE(made) << made.error().message();
  return made ? std::move(*made) : ChunkMeshes::Made{};
}

// Eight chunks of metal, glass and stone.
Scene SceneOfColors() {
  Scene scene = NewScene();
  scene.layers[0].volume = EightChunks();
  for (std::int32_t x = 30; x < 90; ++x) {
    for (std::int32_t y = 60; y < 70; ++y) {
      for (std::int32_t z = 55; z < 66; ++z) {
        const Cell cell = {x, y, z};
        const Color color = x % 11 < 6 ? kSea : kStone;
        scene.layers[0].volume.Set(cell, color);
      }
    }
  }
  scene.materials = {Glass(), Metal(0.3f)};
  scene.palette = {{.color = kSea, .material = 0},
                   {.color = kBrick, .material = 1}};
  return scene;
}

// The same, each material in a layer of its own.
Scene SceneOfLayers() {
  const Scene by_color = SceneOfColors();
  Scene scene = NewScene();
  scene.materials = by_color.materials;
  scene.AddLayer("metal").material = 1;
  scene.AddLayer("stone");
  scene.layers[0].material = 0;
  for (const auto& [coord, tile] : by_color.layers[0].volume.tiles()) {
    for (int i = 0; i < kTileVoxels; ++i) {
      const Color color = tile->voxels[static_cast<std::size_t>(i)];
      if (color.a == 0) continue;
      const std::size_t layer = color == kSea ? 0 : color == kBrick ? 1 : 2;
      scene.layers[layer].volume.Set(
          {coord.x * kTileSide + i % kTileSide,
           coord.y * kTileSide + i / kTileSide % kTileSide,
           coord.z * kTileSide + i / (kTileSide * kTileSide)},
          color);
    }
  }
  return scene;
}

TEST(ChunkMeshes, MaterialsByColorAndByLayerMakeTheSameMesh) {
  const Scene of_colors = SceneOfColors();
  const Scene of_layers = SceneOfLayers();
  ASSERT_TRUE(MaterialMap(of_colors).by_color());
  ASSERT_FALSE(MaterialMap(of_layers).by_color());
  ChunkMeshes colors;
  ChunkMeshes layers;

  const Mesh by_color = BuildView(colors, of_colors).mesh;

  EXPECT_TRUE(AreEqual(by_color, BuildView(layers, of_layers).mesh));
  EXPECT_EQ(by_color.regions.front().kind, QuadKind::kPlain);
  EXPECT_EQ(by_color.regions.back().kind, QuadKind::kTranslucent);
}

TEST(ChunkMeshes, AnotherIndexOfAColorIsMeshedAnew) {
  Scene scene = SceneOfColors();
  scene.materials[0] = Metal(0.7f);
  ChunkMeshes chunks;
  BuildView(chunks, scene);
  std::swap(scene.palette[0], scene.palette[1]);

  const ChunkMeshes::Made made = BuildView(chunks, scene);

  EXPECT_EQ(made.meshed, 8u);
  ChunkMeshes fresh;
  EXPECT_TRUE(AreEqual(made.mesh, BuildView(fresh, scene).mesh));
}

TEST(ChunkMeshes, OtherLooksOfTheSameMaterialsMeshNothingAnew) {
  Scene scene = SceneOfColors();
  ChunkMeshes chunks;
  BuildView(chunks, scene);
  scene.materials[0].color[3] = 0.2f;
  scene.materials[1].roughness = 0.6f;

  EXPECT_EQ(BuildView(chunks, scene).meshed, 0u);
}

TEST(ChunkMeshes, AnEditOfOneLayerOfSeveralMaterialsMeshesItsChunk) {
  Scene scene = SceneOfLayers();
  ChunkMeshes chunks;
  BuildView(chunks, scene);
  scene.layers[1].volume.Set({20, 20, 20}, {1, 2, 3, 255});

  EXPECT_EQ(BuildView(chunks, scene).meshed, 1u);
}

TEST(ChunkMeshes, ThreadsDoNotChangeTheMesh) {
  const Volume volume = EightChunks();
  ChunkMeshes alone;
  const Mesh expected = Build(alone, volume, {.max_threads = 1}).mesh;

  for (const unsigned threads : {2u, 3u, 8u}) {
    ChunkMeshes chunks;
    const ChunkMeshes::Made made =
        Build(chunks, volume, {.max_threads = threads});
    EXPECT_TRUE(AreEqual(made.mesh, expected)) << threads << " threads";
    EXPECT_EQ(made.meshed, 8u);
  }
}

TEST(ChunkMeshes, NoMoreIsKeptThanAllowed) {
  constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
  ChunkMeshes chunks(kMaxBytes);
  Volume volume;
  for (std::int32_t i = 0; i < 3000; ++i) {
    volume.Set({i % 60, i / 60 % 60, i % 7}, i % 2 == 0 ? kBrick : kSea);
    if (i % 30 != 0) continue;
    Build(chunks, volume);
    EXPECT_LE(chunks.size_bytes(), kMaxBytes);
  }
  EXPECT_GT(chunks.size_bytes(), 0u);
  EXPECT_EQ(Build(chunks, volume).meshed, 1u);
  EXPECT_EQ(Build(chunks, volume).meshed, 0u) << "the last scene is kept";
}

TEST(ChunkMeshes, ASceneLargerThanAllIsMeshedButNotKept) {
  ChunkMeshes chunks(1000);
  const Volume volume = EightChunks();

  EXPECT_EQ(Build(chunks, volume).meshed, 8u);
  EXPECT_EQ(Build(chunks, volume).meshed, 8u);
  EXPECT_EQ(chunks.size_bytes(), 0u);
}

TEST(ChunkMeshes, AfterAFailureTheNextBuildIsWhole) {
  ChunkMeshes chunks;
  const Volume volume = EightChunks();

  const auto refused = chunks.Build(volume, {}, {.max_quads = 100});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), StatusCode::kTooLarge);

  ChunkMeshes fresh;
  EXPECT_TRUE(AreEqual(Build(chunks, volume).mesh, Build(fresh, volume).mesh));
}

}  // namespace
}  // namespace goxel
