// What meshes of scenes hold: .ply and .obj by reading them back, and the
// pieces that all of them are made of.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "renderer/formats/json_string.h"
#include "renderer/formats/obj_format.h"
#include "renderer/formats/shown_layers.h"
#include "renderer/formats/surface.h"
#include "tests/colors.h"
#include "tests/real_scene_files.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

// The solid voxels with at least one side that no solid voxel covers.
void CopySurface(const Volume& volume, Volume& surface) {
  const auto is_solid = [&volume](std::int64_t x, std::int64_t y,
                                  std::int64_t z) {
    return volume
               .Get({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y),
                     static_cast<std::int32_t>(z)})
               .a >= kSolidAlpha;
  };
  for (const auto& [coord, tile] : volume.tiles()) {
    for (int i = 0; i < kTileVoxels; ++i) {
      const Color color = tile->voxels[static_cast<std::size_t>(i)];
      const Cell cell = {coord.x * 16 + i % 16, coord.y * 16 + i / 16 % 16,
                         coord.z * 16 + i / 256};
      const auto [x, y, z] = cell;
      const bool is_covered = is_solid(x - 1, y, z) && is_solid(x + 1, y, z) &&
                              is_solid(x, y - 1, z) && is_solid(x, y + 1, z) &&
                              is_solid(x, y, z - 1) && is_solid(x, y, z + 1);
      if (color.a >= kSolidAlpha && !is_covered) {
        surface.Set(cell, {color.r, color.g, color.b, 255});
      }
    }
  }
}

Scene ReadObjBack(const Scene& scene) {
  const std::string obj = Written(scene, ExportFormat::kObj);
  const std::string mtl = Written(scene, ExportFormat::kMtl);
  auto back = ReadObj(AsBytes(obj), {}, [&mtl](std::string_view name) {
    EXPECT_EQ(name, "scene.mtl");
    return Result<std::string>(mtl);
  });
  if (!back) {
    ADD_FAILURE() << back.error().message();
    return NewScene();
  }
  return *std::move(back);
}

// A red slab with a blue one above that covers half of it, and a hidden layer.
Scene TwoSlabs() {
  Scene scene = NewScene();
  scene.layers[0].name = "red";
  for (int x = 0; x < 20; ++x) {
    for (int y = -3; y < 3; ++y) scene.layers[0].volume.Set({x, y, -1}, kRed);
  }
  Layer& blue = scene.AddLayer("blue");
  for (int x = 10; x < 30; ++x) blue.volume.Set({x, 0, -1}, kBlue);
  Layer& hidden = scene.AddLayer("hidden");
  hidden.volume.Set({50, 50, 50}, kBlue);
  hidden.visible = false;
  return scene;
}

TEST(PlyWriter, GivesItsSurfaceBack) {
  const Scene scene = TwoSlabs();
  Volume surface;
  CopySurface(Composite(scene), surface);

  const Scene back =
      ReadBack(Written(scene, ExportFormat::kPly), SceneFormat::kPly);

  EXPECT_EQ(HashVolume(Composite(back)), HashVolume(surface));
}

TEST(PlyWriter, OneVoxelIsSixFaces) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({5, 7, 3}, kRed);

  const std::string file = Written(scene, ExportFormat::kPly);

  EXPECT_THAT(file, StartsWith("ply\nformat ascii 1.0\n"));
  EXPECT_THAT(file, HasSubstr("element vertex 24\n"));
  EXPECT_THAT(file, HasSubstr("element face 6\n"));
  EXPECT_THAT(file, HasSubstr("\n6 3 -7 255 0 0\n"));
  EXPECT_TRUE(file.ends_with("4 20 21 22 23\n"));
}

TEST(PlyWriter, AnEmptySceneIsAnEmptyMesh) {
  const std::string file = Written(NewScene(), ExportFormat::kPly);

  EXPECT_THAT(file, HasSubstr("element vertex 0\n"));
  EXPECT_EQ(ReadBack(file, SceneFormat::kPly).CountVoxels(), 0u);
}

TEST(ObjWriter, KeepsVisibleLayersApart) {
  const Scene back = ReadObjBack(TwoSlabs());

  ASSERT_EQ(back.layers.size(), 2u);
  EXPECT_EQ(back.layers[0].name, "red");
  EXPECT_EQ(back.layers[0].volume.CountVoxels(), 20u * 6 - 10);
  EXPECT_EQ(back.layers[0].volume.Get({10, 0, -1}), Color{});
  EXPECT_EQ(back.layers[1].name, "blue");
  EXPECT_EQ(back.layers[1].volume.CountVoxels(), 20u);
  EXPECT_EQ(back.layers[1].volume.Get({10, 0, -1}), kBlue);
}

TEST(ObjWriter, NamesEachColourOnce) {
  const std::string mtl = Written(TwoSlabs(), ExportFormat::kMtl);

  EXPECT_THAT(mtl, HasSubstr("newmtl rgb_0000ff\nKd 0 0 1\n"));
  EXPECT_THAT(mtl, HasSubstr("newmtl rgb_ff0000\nKd 1 0 0\n"));
  EXPECT_EQ(std::ranges::count(mtl, 'K'), 3) << mtl;  // Two, and a comment's.
}

TEST(ObjWriter, NormalsAgreeWithFaces) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);

  const std::string obj = Written(scene, ExportFormat::kObj);

  EXPECT_THAT(obj, HasSubstr("vn 1 0 0\nvn -1 0 0\nvn 0 0 -1\nvn 0 0 1\n"
                             "vn 0 1 0\nvn 0 -1 0\n"));
  // The face towards -y of the scene is at Z = 0 and has the fourth normal.
  EXPECT_THAT(obj, HasSubstr("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n"
                             "f 13//4 14//4 15//4 16//4\n"))
      << obj;
}

TEST(ObjWriter, ANameStaysOnItsLine) {
  Scene scene = NewScene();
  scene.layers[0].name = "a\nf 1 2 3 4";
  scene.layers[0].volume.Set({0, 0, 0}, kRed);

  EXPECT_THAT(Written(scene, ExportFormat::kObj), HasSubstr("o a_f 1 2 3 4\n"));
}

TEST(MeshWriters, AnErrorOfTheSinkEndsTheWriting) {
  Scene scene = NewScene();
  for (int i = 0; i < 40'000; ++i) {
    scene.layers[0].volume.Set({i % 200 * 2, i / 200 * 2, 0}, kRed);
  }
  for (const ExportFormat format :
       {ExportFormat::kPly, ExportFormat::kObj, ExportFormat::kMtl,
        ExportFormat::kGltf, ExportFormat::kPov, ExportFormat::kPngSlices}) {
    int pieces = 0;
    const Status status = WriteScene(scene, format, {}, [&](std::string_view) {
      ++pieces;
      return Status(StatusCode::kStorageFailed, "disk full");
    });
    EXPECT_EQ(status.code(), StatusCode::kStorageFailed);
    EXPECT_EQ(status.message(), "disk full");
    EXPECT_EQ(pieces, 1) << static_cast<int>(format);
  }
}

TEST(MeshWriters, EqualScenesGiveEqualBytes) {
  Scene forward = NewScene();
  Scene backward = NewScene();
  for (int i = 0; i < 500; ++i) {
    const auto color = [](int n) {
      return Color{static_cast<std::uint8_t>(n % 7), 1, 2, 255};
    };
    forward.layers[0].volume.Set({i * 37 % 501, i % 3, -i}, color(i));
    const int j = 499 - i;
    backward.layers[0].volume.Set({j * 37 % 501, j % 3, -j}, color(j));
  }
  for (const ExportFormat format :
       {ExportFormat::kPly, ExportFormat::kObj, ExportFormat::kMtl,
        ExportFormat::kGltf, ExportFormat::kPov, ExportFormat::kPngSlices}) {
    // No EXPECT_EQ(): it would look for the least difference of long texts.
    EXPECT_TRUE(Written(forward, format) == Written(backward, format))
        << static_cast<int>(format);
  }
}

TEST(ShownLayers, AVoxelBelongsToTheTopmostLayerThatPutItThere) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.layers[0].volume.Set({1, 0, 0}, kRed);
  scene.layers[0].volume.Set({2, 0, 0}, kRed);
  Layer& paint = scene.AddLayer("paint");
  paint.mode = BlendMode::kPaint;
  paint.volume.Set({0, 0, 0}, kBlue);
  Layer& minus = scene.AddLayer("minus");
  minus.mode = BlendMode::kSubtract;
  minus.volume.Set({1, 0, 0}, kBlue);
  scene.AddLayer("over").volume.Set({2, 0, 0}, kBlue);
  scene.AddLayer("shows nothing");

  const std::vector<ShownLayer> shown = ShownLayers(scene);

  ASSERT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown[0].layer, &scene.layers[0]);
  EXPECT_EQ(shown[0].volume.CountVoxels(), 1u);
  EXPECT_EQ(shown[0].volume.Get({0, 0, 0}), kBlue);
  EXPECT_EQ(shown[1].layer->name, "over");
  EXPECT_EQ(shown[1].volume.CountVoxels(), 1u);
}

TEST(ShownLayers, OneVisibleLayerIsSharedWhole) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);

  EXPECT_TRUE(
      ShownLayers(scene)[0].volume.SharesAllWith(scene.layers[0].volume));
}

TEST(Surface, MergesFacesOfOneColour) {
  Volume volume;
  for (int i = 0; i < 10; ++i) volume.Set({i, 0, 2147483647}, kRed);
  const Surface surface(volume);

  EXPECT_EQ(surface.CountQuads(), 6u);
  EXPECT_EQ(surface.bounds(), (Box{{0, 0, 2147483647}, {10, 1, 2147483648}}));
}

TEST(JsonString, EscapesWhatAStringMustNotHold) {
  EXPECT_EQ(EscapeJson("a\"b\\c\n\x01"), "a\\\"b\\\\c\\u000a\\u0001");
  EXPECT_EQ(EscapeJson("h\xC3\xA4user \xF0\x9F\x8F\xA0"),
            "h\xC3\xA4user \xF0\x9F\x8F\xA0");
}

TEST(JsonString, BytesThatAreNoUtf8BecomeQuestionMarks) {
  for (const char* text : {"a\xFFz", "a\xC3z", "a\x80z"}) {
    EXPECT_EQ(EscapeJson(text), "a?z");
  }
  EXPECT_EQ(EscapeJson("\xC0\xAF"), "??");            // Longer than needed.
  EXPECT_EQ(EscapeJson("\xED\xA0\x80"), "???");       // Half a pair.
  EXPECT_EQ(EscapeJson("\xF4\x90\x80\x80"), "????");  // Beyond the last.
  EXPECT_EQ(EscapeJson("\xE2\x82"), "??");            // Cut off.
}

class MeshRoundTrip : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    auto loaded = LoadScene(GetParam());
    if (!loaded) GTEST_SKIP() << loaded.error().message();
    scene_ = *std::move(loaded);
  }

  Scene scene_;
};

TEST_P(MeshRoundTrip, PlyKeepsTheVoxelsThatAreSeen) {
  Volume surface;
  CopySurface(Composite(scene_), surface);

  const Scene back =
      ReadBack(Written(scene_, ExportFormat::kPly), SceneFormat::kPly);

  EXPECT_EQ(HashVolume(Composite(back)), HashVolume(surface));
}

TEST_P(MeshRoundTrip, ObjKeepsTheVoxelsThatAreSeenOfEachLayer) {
  Volume surface;
  for (const ShownLayer& shown : ShownLayers(scene_)) {
    CopySurface(shown.volume, surface);
  }

  EXPECT_EQ(HashVolume(Composite(ReadObjBack(scene_))), HashVolume(surface));
}

INSTANTIATE_TEST_SUITE_P(RealFiles, MeshRoundTrip,
                         testing::ValuesIn(RealSceneFiles()),
                         [](const auto& parameter) {
                           std::string name = parameter.param.filename();
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MeshRoundTrip);

}  // namespace
}  // namespace goxel
