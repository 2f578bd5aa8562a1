#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "renderer/formats/qb_writer.h"
#include "renderer/formats/text_writer.h"
#include "tests/colors.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Scene ReadBackQb(const Scene& scene) {
  return ReadBack(Written(scene, ExportFormat::kQb), SceneFormat::kQb);
}

TEST(TextWriter, LinesSayCellAndColour) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({1, -2, 3}, {0xAB, 0xCD, 0x0E, 255});
  std::string bytes;

  const Status status =
      WriteText(scene, {.program = "Goxel 1.2"}, [&](std::string_view piece) {
        bytes += piece;
        return Status();
      });

  ASSERT_TRUE(status.ok());
  EXPECT_EQ(bytes,
            "# Goxel 1.2\n# One line per voxel\n# X Y Z RRGGBB\n"
            "1 -2 3 abcd0e\n");
}

TEST(TextWriter, OnlySolidVoxelsThatAreSeenAreWritten) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, {1, 1, 1, 126});
  scene.layers[0].volume.Set({1, 0, 0}, {1, 1, 1, 127});
  Layer& hidden = scene.AddLayer("hidden");
  hidden.visible = false;
  hidden.volume.Set({2, 0, 0}, kRed);

  const Scene back =
      ReadBack(Written(scene, ExportFormat::kTxt), SceneFormat::kTxt);

  EXPECT_EQ(HashVolume(Composite(back)), HashVolume(SolidVolume(scene)));
  EXPECT_THAT(FindLosses(scene, ExportFormat::kTxt),
              ElementsAre(HasSubstr("1 voxel is left out"),
                          HasSubstr("1 translucent voxel is written"),
                          HasSubstr("1 hidden layer is left out")));
}

TEST(TextWriter, OrdinarySceneLosesNothing) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);

  for (const ExportFormat format : {ExportFormat::kTxt, ExportFormat::kQb,
                                    ExportFormat::kVox, ExportFormat::kGox}) {
    EXPECT_THAT(FindLosses(scene, format), IsEmpty());
  }
}

TEST(QbWriter, EmptySceneIsReadBack) {
  EXPECT_TRUE(Composite(ReadBackQb(NewScene())).empty());
}

TEST(QbWriter, EachLayerIsAMatrixOfItsName) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({-5, 6, 7}, kRed);
  Layer& upper = scene.AddLayer("upper");
  for (int x = -20; x < 20; ++x) upper.volume.Set({x, x / 3, -x}, kBlue);

  const Scene back = ReadBackQb(scene);

  ASSERT_EQ(back.layers.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(back.layers[i].name, scene.layers[i].name);
    EXPECT_EQ(HashVolume(back.layers[i].volume),
              HashVolume(scene.layers[i].volume));
  }
}

TEST(QbWriter, CellsAtTheEndsOfCoordinatesComeBack) {
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  Scene scene = NewScene();
  scene.layers[0].volume.Set({kMax, kMin, kMax}, kRed);
  scene.layers[0].volume.Set({kMax - 3, kMin + 3, kMax - 20}, kBlue);

  EXPECT_EQ(HashVolume(ReadBackQb(scene).layers[0].volume),
            HashVolume(scene.layers[0].volume));
}

// The gap between them is one run of nearly 2^32 cells.
TEST(QbWriter, WidelySpreadVoxelsTakeFewBytes) {
  Scene scene = NewScene();
  scene.layers[0].volume.Set({-32768, 0, -32768}, kRed);
  scene.layers[0].volume.Set({32767, 0, 32767}, kBlue);

  const std::string file = Written(scene, ExportFormat::kQb);

  EXPECT_LT(file.size(), 200u);
  EXPECT_EQ(HashVolume(ReadBack(file, SceneFormat::kQb).layers[0].volume),
            HashVolume(scene.layers[0].volume));
}

TEST(QbWriter, LayerThatIsTooWideIsRefusedByName) {
  Scene scene = NewScene();
  scene.layers[0].name = "galaxy";
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.layers[0].volume.Set({0, 65536, 0}, kRed);

  const Status status =
      WriteQb(scene, [](std::string_view) { return Status(); });

  EXPECT_EQ(status.code(), StatusCode::kTooLarge);
  EXPECT_THAT(status.message(), HasSubstr("\"galaxy\""));
  EXPECT_THAT(status.message(), HasSubstr("65536"));
}

}  // namespace
}  // namespace goxel
