// Goxel's own pictures of a grey block with six coloured arms, against ours.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>

#include "tests/png_picture.h"
#include "tests/rendered_picture.h"

namespace goxel {
namespace {

// The object of the pictures: red, green and blue arms are twelve cells long
// and run up their axis, the others two cells and down.
Volume ArmsOfSixColors() {
  Volume volume;
  FillBox(volume, {-5, -5, -4}, {5, 5, 2}, {160, 160, 160, 255});
  FillBox(volume, {5, -1, -2}, {17, 1, 0}, {255, 0, 0, 255});
  FillBox(volume, {-1, 5, -2}, {1, 17, 0}, {0, 255, 0, 255});
  FillBox(volume, {-1, -1, 2}, {1, 1, 14}, {0, 0, 255, 255});
  FillBox(volume, {-1, -7, -2}, {1, -5, 0}, {255, 255, 0, 255});
  FillBox(volume, {-7, -1, -2}, {-5, 1, 0}, {0, 255, 255, 255});
  FillBox(volume, {-1, -1, -6}, {1, 1, -4}, {255, 0, 255, 255});
  return volume;
}

// 'R', 'Y', 'G', 'C', 'B', 'M'; '-' for greys and near-blacks.
char HueOf(Color color) {
  const int high = std::max({color.r, color.g, color.b});
  const int low = std::min({color.r, color.g, color.b});
  if (high < 40 || high - low < high / 2) return '-';
  const int middle = (high + low) / 2;
  const int bits = (color.r > middle ? 1 : 0) | (color.g > middle ? 2 : 0) |
                   (color.b > middle ? 4 : 0);
  return "-RGYBMC-"[bits];
}

struct Patch {
  double count = 0, x = 0, y = 0;  // Pixels and their centroid.
};

std::map<char, Patch> PatchesOf(const Picture& picture) {
  std::map<char, Patch> patches;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      Patch& patch = patches[HueOf(picture.At(x, y))];
      patch.count += 1;
      patch.x += x;
      patch.y += y;
    }
  }
  patches.erase('-');
  std::erase_if(patches, [](const auto& p) { return p.second.count < 100; });
  for (auto& [hue, patch] : patches) {
    patch.x /= patch.count;
    patch.y /= patch.count;
  }
  return patches;
}

class RendererOrientation : public testing::TestWithParam<CameraPreset> {};

TEST_P(RendererOrientation, EveryArmIsWhereGoxelShowsIt) {
  const auto path = std::filesystem::path(GOXEL_DATA_DIR) / "orientation" /
                    ("axes_" + std::string(GetParam().name) + ".png");
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is not here";
  }
  const Picture goxels = ReadPng(path);
  const Volume volume = ArmsOfSixColors();
  // Goxel's pictures were taken from 128 cells off.
  CameraRequest request = PresetRequest(GetParam().name);
  request.target = {0, 0, 0};
  request.distance = 128;
  auto renderer = MakeRenderer();
  ASSERT_NE(renderer, nullptr);

  const Picture ours =
      Render(*renderer, volume,
             MakeCamera(request, volume, goxels.width, goxels.height),
             goxels.width, goxels.height);

  const std::map<char, Patch> expected = PatchesOf(goxels);
  const std::map<char, Patch> actual = PatchesOf(ours);
  EXPECT_GE(expected.size(), 5u);
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [hue, patch] : expected) {
    SCOPED_TRACE(hue);
    ASSERT_TRUE(actual.contains(hue));
    EXPECT_NEAR(actual.at(hue).x, patch.x, 2);
    EXPECT_NEAR(actual.at(hue).y, patch.y, 2);
    EXPECT_NEAR(actual.at(hue).count, patch.count, 0.05 * patch.count + 50);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Presets, RendererOrientation, testing::ValuesIn(CameraPresets()),
    [](const testing::TestParamInfo<CameraPreset>& preset) {
      return std::string(preset.param.name);
    });

}  // namespace
}  // namespace goxel
