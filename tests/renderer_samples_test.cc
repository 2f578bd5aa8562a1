// Several samples for a pixel, and pictures drawn in several windows.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "renderer/sample_average.h"
#include "renderer/window_layout.h"
#include "tests/colors.h"
#include "tests/rendered_picture.h"

namespace goxel {
namespace {

constexpr RenderSettings kFlat = {.style = Style::kFlat, .background = kSlate};

RenderSettings WithSamples(RenderSettings settings, int per_side) {
  settings.samples_per_side = per_side;
  return settings;
}

Volume Steps() {
  Volume volume;
  FillBox(volume, {0, 0, 0}, {12, 9, 3}, kOchre);
  FillBox(volume, {2, 2, 3}, {9, 7, 6}, {40, 160, 220, 255});
  FillBox(volume, {4, 3, 6}, {6, 5, 12}, {230, 230, 220, 255});
  return volume;
}

// One voxel, `height` cells seen vertically.
CameraRequest OrthographicFront(double height) {
  CameraRequest request = PresetRequest("front");
  request.orthographic = true;
  request.ortho_height = height;
  return request;
}

class RendererSamples : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(renderer_, nullptr); }

  std::unique_ptr<Renderer> renderer_ = MakeRenderer();
};

TEST_F(RendererSamples, PixelsAreTheAveragesOfALargerPicture) {
  constexpr int kWidth = 150;
  constexpr int kHeight = 110;
  const Volume volume = Steps();
  const Camera camera = MakeCamera({}, volume, kWidth, kHeight);
  for (const int side : {2, 3}) {
    SCOPED_TRACE(side);
    const Picture large = Render(*renderer_, volume, camera, side * kWidth,
                                 side * kHeight, kFlat);
    std::vector<std::byte> expected(std::size_t{kWidth} * kHeight * 4);
    AverageSamples({.first = large.bytes.data(),
                    .stride_bytes = static_cast<std::size_t>(side) * kWidth * 4,
                    .per_side = static_cast<std::uint32_t>(side)},
                   {.first = expected.data(),
                    .stride_bytes = kWidth * 4,
                    .width = kWidth,
                    .count = kHeight});

    const Picture picture = Render(*renderer_, volume, camera, kWidth, kHeight,
                                   WithSamples(kFlat, side));

    EXPECT_TRUE(picture.bytes == expected);
  }
}

TEST_F(RendererSamples, EdgeThroughTheMiddleOfAPixelHasHalfOfBothLights) {
  Volume volume;
  volume.Set({0, 0, 0}, {255, 255, 255, 255});
  // The voxel is 11 pixels wide round the middle of 20: its edges halve pixels.
  const Picture picture = Render(
      *renderer_, volume,
      MakeCamera(OrthographicFront(20.0 / 11), volume, 20, 20), 20, 20,
      WithSamples({.style = Style::kFlat, .background = Color{0, 0, 0, 255}},
                  2));

  EXPECT_EQ(picture.At(10, 10), (Color{255, 255, 255, 255}));
  EXPECT_EQ(picture.At(4, 10), (Color{188, 188, 188, 255}));
  EXPECT_EQ(picture.At(15, 10), (Color{188, 188, 188, 255}));
  EXPECT_EQ(picture.At(3, 10), (Color{0, 0, 0, 255}));
}

TEST_F(RendererSamples, EdgesOnTransparentGroundKeepTheirColor) {
  const Volume volume = Steps();
  const Picture picture =
      Render(*renderer_, volume, MakeCamera({}, volume, 90, 80), 90, 80,
             WithSamples({.style = Style::kFlat, .transparent = true}, 3));

  int partial = 0;
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 90; ++x) {
      const Color pixel = picture.At(x, y);
      if (pixel.a == 0) {
        EXPECT_EQ(pixel, Color{});
      } else if (pixel.a < 255) {
        ++partial;
        // Every voxel has a channel of 220 or more: nothing dark comes in.
        EXPECT_GE(std::max({pixel.r, pixel.g, pixel.b}), 215);
      }
    }
  }
  EXPECT_GT(partial, 100);
}

TEST_F(RendererSamples, RowsAreFinalWhenTheyAreSaidToBe) {
  constexpr std::uint32_t kWidth = 200;
  constexpr std::uint32_t kHeight = 500;
  const Volume volume = Steps();
  const Camera camera = MakeCamera({}, volume, kWidth, kHeight);
  const RenderSettings settings = WithSamples({}, 2);
  const Picture expected =
      Render(*renderer_, volume, camera, kWidth, kHeight, settings);
  std::vector<std::byte> pixels(expected.bytes.size(), std::byte{0x5a});
  std::vector<std::uint32_t> rows;
  const PixelTarget target = {
      .pixels = pixels,
      .width = kWidth,
      .height = kHeight,
      .stride_bytes = kWidth * 4,
      .rows_done = [&](std::uint32_t done) {
        rows.push_back(done);
        EXPECT_EQ(std::memcmp(pixels.data(), expected.bytes.data(),
                              std::size_t{done} * kWidth * 4),
                  0)
            << done;
      }};

  const auto report = renderer_->Draw(ViewOf(volume), camera, settings, target);

  ASSERT_TRUE(report) << report.error().message();
  EXPECT_GT(rows.size(), 1u);
  EXPECT_EQ(rows.back(), kHeight);
  EXPECT_TRUE(pixels == expected.bytes);
}

// The voxel covers the middle half of the picture in both directions; every
// pixel is looked at.
void ExpectMiddleHalf(const Picture& picture) {
  const int left = picture.width / 2 - picture.height / 4;
  const int top = picture.height / 4;
  const auto is_inside = [](int at, int first, int count) {
    return at >= first && at < first + count;
  };
  int wrong = 0;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const bool inside = is_inside(x, left, picture.height / 2) &&
                          is_inside(y, top, picture.height / 2);
      wrong += picture.At(x, y) == (inside ? kOchre : kSlate) ? 0 : 1;
    }
  }
  EXPECT_EQ(wrong, 0);
}

TEST_F(RendererSamples, WindowsShowWhatLiesInThem) {
  struct Case {
    std::uint32_t width, height;
    int side;
  };
  // Two rows of windows; three; two columns, too.
  for (const Case& each :
       {Case{4400, 4000, 1}, {3200, 3000, 2}, {8400, 1200, 2}}) {
    SCOPED_TRACE(testing::Message() << each.width << " x " << each.height);
    ASSERT_GT(PartsOf({each.width, each.height,
                       static_cast<std::uint32_t>(each.side)})
                  .size(),
              1u);
    Volume volume;
    volume.Set({3, 4, 5}, kOchre);
    const auto [width, height] =
        std::pair(static_cast<int>(each.width), static_cast<int>(each.height));
    ExpectMiddleHalf(
        Render(*renderer_, volume,
               MakeCamera(OrthographicFront(2), volume, width, height), width,
               height, WithSamples(kFlat, each.side)));
  }
}

// The sides of a box seen from the front are columns: all rows between its top
// and its bottom are equal, those where windows meet included.
TEST_F(RendererSamples, OutlinesHaveNoSeamWhereWindowsMeet) {
  constexpr int kSide = 4200;
  Volume volume;
  volume.Set({3, 4, 5}, kOchre);
  RenderSettings settings = kFlat;
  settings.outline = Outline{.width = 8, .color = {250, 250, 0, 255}};
  const Picture picture =
      Render(*renderer_, volume,
             MakeCamera(OrthographicFront(2), volume, kSide, kSide), kSide,
             kSide, settings);

  const std::size_t stride = kSide * 4;
  const std::byte* const middle =
      picture.bytes.data() + std::size_t{kSide / 2} * stride;
  int differing = 0;
  for (std::size_t y = kSide / 4 + 32; y < kSide * 3 / 4 - 32; ++y) {
    const std::byte* const row = picture.bytes.data() + y * stride;
    differing += std::memcmp(row, middle, stride) == 0 ? 0 : 1;
  }
  EXPECT_EQ(differing, 0);
  EXPECT_GT(picture.CountOf({250, 250, 0, 255}), 0);
}

TEST_F(RendererSamples, LongestRowsAndColumnsAreDrawn) {
  for (const auto& [width, height] :
       {std::pair{kMaxRenderSide, 1}, {1, kMaxRenderSide}, {1, 1}}) {
    for (const int side : {2, 3}) {
      SCOPED_TRACE(testing::Message() << width << " x " << height);
      Volume volume;
      volume.Set({0, 0, 0}, kOchre);
      CameraRequest request = PresetRequest("front");
      request.margin = 0;
      const Picture picture =
          Render(*renderer_, volume, MakeCamera(request, volume, width, height),
                 width, height, WithSamples(kFlat, side));
      // The voxel may lie across two pixels.
      EXPECT_LT(picture.CountOf(kSlate), width * height);
      EXPECT_GE(picture.CountOf(kSlate), width * height - 2);
    }
  }
}

TEST_F(RendererSamples, BadSettingsAreRefused) {
  std::vector<std::byte> pixels(64);
  const Volume volume = Steps();
  const auto report = renderer_->Draw(
      ViewOf(volume), MakeCamera({}, volume, 4, 4), {.samples_per_side = 4},
      {.pixels = pixels, .width = 4, .height = 4, .stride_bytes = 16});

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace goxel
