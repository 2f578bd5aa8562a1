#include "daemon/plane_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ipc/pixel_format.h"

namespace goxel {
namespace {

Result<SceneRenderRequest> ReadOptions(const std::string& options) {
  const auto params = Params::Parse("{\"options\":" + options + "}");
  EXPECT_TRUE(params);
  return ParseRenderRequest(*params, {});
}

void ExpectRefused(const std::string& options, const std::string& words) {
  const auto request = ReadOptions(options);
  ASSERT_FALSE(request) << options;
  EXPECT_EQ(request.error().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(request.error().message(), testing::HasSubstr(words));
}

TEST(PlaneOptions, PlanesAreTakenInTheirOrderAndOnce) {
  const auto request =
      ReadOptions(R"({"return_mode":"mmap","aov":["voxel","depth","voxel"]})");

  ASSERT_TRUE(request) << request.error().message();
  EXPECT_THAT(request->planes,
              testing::ElementsAre(Plane::kVoxel, Plane::kDepth));
  EXPECT_TRUE(request->color);
}

TEST(PlaneOptions, APictureMayBeLeftOut) {
  const auto request =
      ReadOptions(R"({"return_mode":"mmap","aov":["depth"],"color":false})");

  ASSERT_TRUE(request) << request.error().message();
  EXPECT_FALSE(request->color);
}

TEST(PlaneOptions, UnknownPlanesAreRefusedByName) {
  ExpectRefused(R"({"return_mode":"mmap","aov":["dept"]})", "dept");
  ExpectRefused(R"({"return_mode":"mmap","aov":"depth"})", "options.aov");
  ExpectRefused(R"({"return_mode":"mmap","aov":true})", "options.aov");
}

TEST(PlaneOptions, OtherModesAreRefusedAndTheRightOnesNamed) {
  for (const char* mode : {"fd", "base64"}) {
    ExpectRefused(
        std::string(R"({"aov":["depth"],"return_mode":")") + mode + "\"}",
        "\"file_path\" and \"mmap\"");
  }
  ExpectRefused(R"({"aov":["depth"]})", "\"mmap\"");
}

TEST(PlaneOptions, NeitherPictureNorPlanesIsRefused) {
  ExpectRefused(R"({"return_mode":"mmap","color":false})", "options.color");
}

TEST(PlaneOptions, EncryptedPlanesAreRefused) {
  ExpectRefused(R"({"return_mode":"file_path","aov":["depth"],"encrypt":true})",
                "options.encrypt");
}

TEST(PlaneOptions, FormatsHaveTheBytesOfTheirPlanes) {
  for (const Plane plane : kPlanes) {
    EXPECT_EQ(BytesPerPixel(PixelFormatOf(plane)), BytesPerPixel(plane))
        << ToString(plane);
  }
}

}  // namespace
}  // namespace goxel
