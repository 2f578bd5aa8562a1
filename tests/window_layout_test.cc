#include "renderer/window_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace goxel {
namespace {

constexpr std::uint32_t kMaxSide = 16384;

const std::vector<PictureShape>& Shapes() {
  static const auto* const shapes = [] {
    auto* all = new std::vector<PictureShape>;
    for (const auto& [width, height] : {std::pair{1u, 1u},
                                        {kMaxSide, 1u},
                                        {1u, kMaxSide},
                                        {kMaxSide, kMaxSide},
                                        {1920u, 1080u},
                                        {3840u, 2160u},
                                        {4096u, 4097u},
                                        {7680u, 4320u},
                                        {kMaxSide, 7u},
                                        {5463u, 16381u}}) {
      for (const std::uint32_t side : {1u, 2u, 3u}) {
        for (const std::uint32_t apron : {0u, 2u, 97u, 256u}) {
          all->push_back({width, height, side, apron});
        }
      }
    }
    return all;
  }();
  return *shapes;
}

class WindowLayout : public testing::TestWithParam<PictureShape> {};

TEST_P(WindowLayout, EveryPixelIsInOnePartFromTheTop) {
  const PictureShape& shape = GetParam();
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  for (const PicturePart& part : PartsOf(shape)) {
    ASSERT_EQ(part.x, x);
    ASSERT_EQ(part.y, y);
    ASSERT_GT(part.width, 0u);
    ASSERT_GT(part.height, 0u);
    x += part.width;
    if (x < shape.width) continue;
    ASSERT_EQ(x, shape.width);
    x = 0;
    y += part.height;
  }
  EXPECT_EQ(x, 0u);
  EXPECT_EQ(y, shape.height);
}

TEST_P(WindowLayout, WindowsAreBoundedAndOfOneSize) {
  const std::vector<PicturePart> parts = PartsOf(GetParam());
  const Window& first = parts.front().window;
  EXPECT_LE(std::uint64_t{first.width} * first.height, kMaxWindowSamples);
  EXPECT_LE(std::max(first.width, first.height), kMaxSide);
  for (const PicturePart& part : parts) {
    EXPECT_EQ(part.window.width, first.width);
    EXPECT_EQ(part.window.height, first.height);
  }
}

TEST_P(WindowLayout, WindowsReachOverTheirPartsByTheApronWithinThePicture) {
  const PictureShape& shape = GetParam();
  const auto holds = [&](std::uint32_t pixel, std::uint32_t pixels,
                         std::uint32_t start, std::uint32_t length,
                         std::uint32_t all) {
    const std::uint32_t first = pixel * shape.samples_per_side;
    const std::uint32_t end = first + pixels * shape.samples_per_side;
    const std::uint32_t from = first - std::min(first, shape.apron);
    const std::uint32_t to = std::min(end + shape.apron, all);
    return start <= from && to <= start + length && start + length <= all;
  };
  for (const PicturePart& part : PartsOf(shape)) {
    const Window& window = part.window;
    EXPECT_EQ(window.picture_width, shape.width * shape.samples_per_side);
    EXPECT_EQ(window.picture_height, shape.height * shape.samples_per_side);
    EXPECT_TRUE(holds(part.x, part.width, window.x, window.width,
                      window.picture_width));
    EXPECT_TRUE(holds(part.y, part.height, window.y, window.height,
                      window.picture_height));
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, WindowLayout, testing::ValuesIn(Shapes()),
                         [](const testing::TestParamInfo<PictureShape>& shape) {
                           const PictureShape& of = shape.param;
                           return std::to_string(of.width) + "x" +
                                  std::to_string(of.height) + "_by_" +
                                  std::to_string(of.samples_per_side) +
                                  "_apron_" + std::to_string(of.apron);
                         });

TEST(WindowLayoutSizes, PicturesOfUsualSizesAreOnePart) {
  EXPECT_EQ(PartsOf({1920, 1080, 2, 4}).size(), 1u);
  EXPECT_EQ(PartsOf({3840, 2160, 1, 4}).size(), 1u);
  EXPECT_EQ(PartsOf({4096, 2048, 1, 0}).size(), 1u);
  EXPECT_EQ(PartsOf({kMaxSide, 1, 1, 0}).size(), 1u);
  EXPECT_EQ(PartsOf({1, kMaxSide, 1, 0}).size(), 1u);
}

}  // namespace
}  // namespace goxel
