// Real files, written in each format that keeps voxels and read back.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/real_scene_files.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

namespace fs = std::filesystem;

class RoundTrip : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    auto loaded = LoadScene(GetParam());
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
    scene_ = *std::move(loaded);
  }

  void ExpectSameSolids(ExportFormat to, SceneFormat from) const {
    const Scene back = ReadBack(Written(scene_, to), from);
    EXPECT_EQ(HashVolume(Composite(back)), HashVolume(SolidVolume(scene_)));
  }

  Scene scene_;
};

TEST_P(RoundTrip, GoxKeepsEverything) {
  const std::string file = Written(scene_, ExportFormat::kGox);
  const Scene back = ReadBack(file, SceneFormat::kGox);

  ASSERT_EQ(back.layers.size(), scene_.layers.size());
  for (std::size_t i = 0; i < back.layers.size(); ++i) {
    EXPECT_EQ(back.layers[i].id, scene_.layers[i].id);
    EXPECT_EQ(back.layers[i].name, scene_.layers[i].name);
    EXPECT_EQ(back.layers[i].visible, scene_.layers[i].visible);
    EXPECT_EQ(back.layers[i].mode, scene_.layers[i].mode);
    EXPECT_EQ(back.layers[i].material, scene_.layers[i].material);
    EXPECT_EQ(HashVolume(back.layers[i].volume),
              HashVolume(scene_.layers[i].volume));
  }
  EXPECT_EQ(back.active_layer, scene_.active_layer);
  EXPECT_EQ(back.materials, scene_.materials);
  EXPECT_EQ(back.cameras, scene_.cameras);
  EXPECT_EQ(back.light, scene_.light);
  EXPECT_EQ(back.image_box, scene_.image_box);
  EXPECT_EQ(Written(back, ExportFormat::kGox), file);
}

TEST_P(RoundTrip, VoxKeepsTheVoxelsThatAreSeen) {
  ExpectSameSolids(ExportFormat::kVox, SceneFormat::kVox);
}

TEST_P(RoundTrip, QbKeepsTheVoxelsThatAreSeen) {
  ExpectSameSolids(ExportFormat::kQb, SceneFormat::kQb);
}

TEST_P(RoundTrip, TextKeepsTheVoxelsThatAreSeen) {
  ExpectSameSolids(ExportFormat::kTxt, SceneFormat::kTxt);
}

INSTANTIATE_TEST_SUITE_P(RealFiles, RoundTrip,
                         testing::ValuesIn(RealSceneFiles()),
                         [](const auto& test) {
                           std::string name = test.param.filename();
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RoundTrip);

}  // namespace
}  // namespace goxel
