// Files that are, or become, pictures: the slices as .png, and .pov.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <cmath>
#include <string>
#include <vector>

#include "renderer/formats/png_slices_writer.h"
#include "renderer/formats/pov_writer.h"
#include "tests/colors.h"
#include "tests/written_scene.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr Color kFaint = {9, 8, 7, 60};

struct Picture {
  std::uint32_t width = 0, height = 0;
  std::vector<Color> pixels;

  Color At(std::uint32_t x, std::uint32_t y) const {
    return pixels.at(std::size_t{y} * width + x);
  }
};

Picture Decode(const std::string& bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_NE(
      png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()), 0);
  EXPECT_EQ(image.format, std::uint32_t{PNG_FORMAT_RGBA});
  Picture picture{image.width, image.height, {}};
  picture.pixels.resize(std::size_t{image.width} * image.height);
  EXPECT_NE(
      png_image_finish_read(&image, nullptr, picture.pixels.data(), 0, nullptr),
      0);
  return picture;
}

Status TryWriting(const Scene& scene) {
  return WritePngSlices(scene, [](std::string_view) { return Status(); });
}

TEST(PngSlices, SlicesLieSideBySideFromTheLowestOn) {
  Scene scene = NewScene();
  Volume& volume = scene.layers[0].volume;
  volume.Set({-2, 10, 30}, kRed);
  volume.Set({0, 14, 31}, kFaint);

  const Picture picture = Decode(Written(scene, ExportFormat::kPngSlices));

  // 3 x 5 x 2 cells.
  ASSERT_EQ(picture.width, 6u);
  ASSERT_EQ(picture.height, 5u);
  EXPECT_EQ(picture.At(0, 0), kRed);
  EXPECT_EQ(picture.At(3 + 2, 4), kFaint);
  EXPECT_EQ(std::ranges::count(picture.pixels, Color{}), 28);
}

TEST(PngSlices, TheImageBoxCutsAndPads) {
  Scene scene = NewScene();
  scene.image_box = Box{{-1, 0, 15}, {3, 20, 18}};
  scene.layers[0].volume.Set({2, 19, 17}, kRed);
  scene.layers[0].volume.Set({3, 0, 15}, kRed);
  scene.layers[0].volume.Set({0, 0, 14}, kRed);
  scene.layers[0].volume.Set({0, 20, 15}, kRed);

  const Picture picture = Decode(Written(scene, ExportFormat::kPngSlices));

  ASSERT_EQ(picture.width, 12u);
  ASSERT_EQ(picture.height, 20u);
  EXPECT_EQ(picture.At(11, 19), kRed);
  EXPECT_EQ(std::ranges::count(picture.pixels, kRed), 1);
}

TEST(PngSlices, WhatIsTooLargeOrEmptyIsRefused) {
  EXPECT_EQ(TryWriting(NewScene()).code(), StatusCode::kInvalidArgument);
  Scene scene = NewScene();
  scene.layers[0].volume.Set({0, 0, 0}, kRed);
  scene.layers[0].volume.Set({1000, 0, 1000}, kRed);
  EXPECT_EQ(TryWriting(scene).code(), StatusCode::kTooLarge);
  scene.layers[0].volume.Set({-2147483647 - 1, -2147483647 - 1, 0}, kRed);
  scene.layers[0].volume.Set({2147483647, 2147483647, 0}, kRed);
  EXPECT_THAT(TryWriting(scene).message(),
              HasSubstr("1001 slices of 4294967296 x 4294967296 cells"));
  scene.image_box = Box{{5, 5, 5}, {5, 9, 9}};
  EXPECT_THAT(TryWriting(scene).message(), HasSubstr("0 x 4 x 4 cells"));
}

TEST(PovWriter, RowsOfOneColourAreBoxes) {
  Scene scene = NewScene();
  Volume& volume = scene.layers[0].volume;
  // Across a tile's border, and on into another colour.
  for (int x = 10; x < 40; ++x) volume.Set({x, 2, 3}, kRed);
  volume.Set({40, 2, 3}, {0, 255, 51, 255});
  volume.Set({50, 2, 3}, {0, 255, 51, 255});
  volume.Set({60, 2, 3}, kFaint);

  const std::string file = Written(scene, ExportFormat::kPov);

  EXPECT_THAT(file, HasSubstr("\nbox{<10,3,2>,<40,4,3>"
                              "pigment{color srgb<1,0,0>}}\n"
                              "box{<40,3,2>,<41,4,3>"
                              "pigment{color srgb<0,1,0.2>}}\n"
                              "box{<50,3,2>,<51,4,3>"
                              "pigment{color srgb<0,1,0.2>}}\n"));
  EXPECT_TRUE(file.ends_with("0.2>}}\n"));
}

TEST(PovWriter, TheSceneHasACameraAndALight) {
  const std::string file = Written(NewScene(), ExportFormat::kPov);

  EXPECT_THAT(file, HasSubstr("#version 3.7;\n"));
  EXPECT_THAT(file, HasSubstr("camera {\n  perspective\n  location <"));
  EXPECT_THAT(file, HasSubstr("right image_width/image_height * <"));
  EXPECT_THAT(file, HasSubstr("light_source {\n"));
}

TEST(PovWriter, TheActiveCameraIsUsed) {
  Scene scene = NewScene();
  StoredCamera camera;
  camera.matrix[12] = 5;
  camera.matrix[13] = 6;
  camera.matrix[14] = 70;
  camera.distance = 50;
  camera.active = true;
  camera.orthographic = true;
  scene.cameras = {StoredCamera{}, camera};

  const std::string file = Written(scene, ExportFormat::kPov);

  // It looks down; POV-Ray's y is up.
  EXPECT_THAT(file, HasSubstr("  orthographic\n  location <5,70,6>\n"
                              "  direction <-0,-1,-0>\n"));
}

TEST(PovWriter, NumbersThatAreNoneDoNoHarm) {
  Scene scene = NewScene();
  StoredCamera camera;
  camera.matrix.fill(std::nanf(""));
  camera.active = true;
  scene.cameras = {camera};
  scene.light = StoredLight{};
  scene.light->yaw = INFINITY;
  scene.light->ambient = std::nanf("");

  EXPECT_THAT(Written(scene, ExportFormat::kPov),
              testing::Not(testing::AnyOf(HasSubstr("nan"), HasSubstr("inf"))));
}

}  // namespace
}  // namespace goxel
