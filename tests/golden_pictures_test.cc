// Every fixed picture, as it was when somebody looked at it.

#include <gtest/gtest.h>

#include "tests/fixed_pictures.h"
#include "tests/golden_image.h"

namespace goxel {
namespace {

class GoldenPictures : public testing::TestWithParam<FixedPicture> {
 protected:
  static void SetUpTestSuite() { renderer_ = MakeRenderer().release(); }
  static void TearDownTestSuite() { delete renderer_; }

  static Renderer* renderer_;
};
Renderer* GoldenPictures::renderer_ = nullptr;

TEST_P(GoldenPictures, LookAsEver) {
  ASSERT_NE(renderer_, nullptr);
  EXPECT_TRUE(LooksLikeGolden(Draw(*renderer_, GetParam()), GetParam().name));
}

INSTANTIATE_TEST_SUITE_P(
    All, GoldenPictures, testing::ValuesIn(FixedPictures()),
    [](const testing::TestParamInfo<FixedPicture>& picture) {
      return picture.param.name;
    });

TEST(GoldenImage, DifferenceCountsPixelsBeyondTheToleranceInAnyChannel) {
  Picture a{.width = 2, .height = 1, .bytes = std::vector<std::byte>(8)};
  Picture b = a;
  b.bytes[1] = std::byte{2};
  b.bytes[7] = std::byte{9};

  const PictureDifference difference = Compare(a, b, 2);

  EXPECT_EQ(difference.largest, 9);
  EXPECT_EQ(difference.pixels, 1);
}

}  // namespace
}  // namespace goxel
