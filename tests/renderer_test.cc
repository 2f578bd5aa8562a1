#include "renderer/renderer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "tests/colors.h"
#include "tests/rendered_picture.h"

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr RenderSettings kFlat = {.style = Style::kFlat, .background = kSlate};

class RendererTest : public testing::Test {
 protected:
  void SetUp() override {
    renderer_ = MakeRenderer();
    ASSERT_NE(renderer_, nullptr);
  }

  Picture Draw(const Volume& volume, const CameraRequest& request, int width,
               int height, const RenderSettings& settings = {}) {
    return Render(*renderer_, volume,
                  MakeCamera(request, volume, width, height), width, height,
                  settings);
  }

  std::unique_ptr<Renderer> renderer_;
};

Volume OneVoxel(Color color = kOchre) {
  Volume volume;
  volume.Set({3, 4, 5}, color);
  return volume;
}

CameraRequest OrthographicFront(double height) {
  CameraRequest request = PresetRequest("front");
  request.orthographic = true;
  request.ortho_height = height;
  return request;
}

TEST_F(RendererTest, VoxelCoversExactlyItsPixelsInAnOrthographicView) {
  // Four cells fill 40 rows, so the voxel is the 10 x 10 pixels in the middle.
  const Picture picture = Draw(OneVoxel(), OrthographicFront(4), 60, 40, kFlat);

  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 60; ++x) {
      const bool inside = x >= 25 && x < 35 && y >= 15 && y < 25;
      EXPECT_EQ(picture.At(x, y), inside ? kOchre : kSlate) << x << ", " << y;
    }
  }
}

TEST_F(RendererTest, FirstRowIsTheTop) {
  Volume volume = OneVoxel({255, 0, 0, 255});
  volume.Set({3, 4, 6}, {0, 0, 255, 255});

  const Picture picture = Draw(volume, OrthographicFront(2), 20, 20, kFlat);

  EXPECT_EQ(picture.At(10, 2), (Color{0, 0, 255, 255}));
  EXPECT_EQ(picture.At(10, 17), (Color{255, 0, 0, 255}));
}

TEST_F(RendererTest, FlatShadingShowsEveryByteOfColorExactly) {
  Volume volume;
  for (std::int32_t i = 0; i < 256; ++i) {
    const auto byte = static_cast<std::uint8_t>(i);
    volume.Set({i % 16, 0, i / 16},
               {byte, static_cast<std::uint8_t>(255 - i), 77, 255});
  }

  const Picture picture = Draw(volume, OrthographicFront(16), 64, 64, kFlat);

  for (int i = 0; i < 256; ++i) {
    const Color seen = picture.At(i % 16 * 4 + 2, 63 - (i / 16 * 4 + 2));
    EXPECT_EQ(seen, volume.Get({i % 16, 0, i / 16})) << i;
  }
}

TEST_F(RendererTest, LitFaceTowardsTheCameraShowsTheExactColorInEveryPreset) {
  for (const CameraPreset& preset : CameraPresets()) {
    SCOPED_TRACE(preset.name);
    const Picture picture =
        Draw(OneVoxel(), PresetRequest(preset.name), 64, 64);
    EXPECT_GT(picture.CountOf(kOchre), 300);
  }
}

TEST_F(RendererTest, TopIsBrighterThanTheSidesWhichDiffer) {
  const Picture picture =
      Draw(OneVoxel({200, 200, 200, 255}), PresetRequest("isometric"), 90, 90);

  const int top = picture.At(45, 30).r;
  const int right = picture.At(60, 60).r;
  const int left = picture.At(30, 60).r;
  EXPECT_EQ(top, 200);
  EXPECT_GT(top, right + 20);
  EXPECT_GT(right, left + 20);
  EXPECT_GT(left, 80);
}

TEST_F(RendererTest, CornersShowTheExactBackground) {
  constexpr Color kBlue = {7, 99, 201, 180};

  const Picture picture = Draw(OneVoxel(), PresetRequest("isometric"), 101, 67,
                               {.background = kBlue});

  for (const auto& [x, y] : {std::pair{0, 0}, {100, 0}, {0, 66}, {100, 66}}) {
    EXPECT_EQ(picture.At(x, y), kBlue);
  }
}

TEST_F(RendererTest, TransparentBackgroundIsZeroAndVoxelsAreOpaque) {
  const Picture picture =
      Draw(OneVoxel({50, 60, 70, 130}), OrthographicFront(2), 40, 40,
           {.style = Style::kFlat, .transparent = true});

  EXPECT_EQ(picture.At(0, 0), (Color{0, 0, 0, 0}));
  EXPECT_EQ(picture.At(20, 20), (Color{50, 60, 70, 255}));
  EXPECT_EQ(picture.CountOf({0, 0, 0, 0}) + picture.CountOf({50, 60, 70, 255}),
            40 * 40);
}

TEST_F(RendererTest, FaintVoxelsAreNotDrawn) {
  const Picture picture = Draw(OneVoxel({50, 60, 70, kSolidAlpha - 1}),
                               PresetRequest("front"), 40, 40, kFlat);

  EXPECT_EQ(picture.CountOf(kSlate), 40 * 40);
}

TEST_F(RendererTest, EmptySceneIsAllBackground) {
  const Picture picture = Draw({}, {}, 33, 21, kFlat);

  EXPECT_EQ(picture.CountOf(kSlate), 33 * 21);
}

TEST_F(RendererTest, VoxelFillsTheFrameUpToTheMargin) {
  const Picture picture =
      Draw(OneVoxel(), PresetRequest("front"), 200, 200, kFlat);

  const int side = 200 - 2 * 16;  // A margin of 8 percent.
  EXPECT_NEAR(picture.CountOf(kOchre), side * side, 2 * side);
}

TEST_F(RendererTest, SmallestAndThinnestPicturesAreDrawn) {
  for (const auto& [width, height] : {std::pair{1, 1},
                                      {1, 300},
                                      {300, 1},
                                      {kMaxRenderSide, 1},
                                      {1, kMaxRenderSide},
                                      {3, 5}}) {
    SCOPED_TRACE(testing::Message() << width << " x " << height);
    CameraRequest request = PresetRequest("front");
    request.margin = 0;
    const Picture picture = Draw(OneVoxel(), request, width, height, kFlat);
    EXPECT_GE(picture.CountOf(kOchre), 1);
    EXPECT_EQ(picture.CountOf(kOchre) + picture.CountOf(kSlate),
              width * height);
  }
}

TEST_F(RendererTest, EqualInputsGiveEqualBytesInEveryRenderer) {
  Volume volume;
  FillBox(volume, {0, 0, 0}, {20, 30, 10}, kOchre);
  FillBox(volume, {5, 5, 10}, {9, 9, 40}, {4, 5, 200, 255});
  const Picture first = Draw(volume, {}, 333, 222);
  const Picture second = Draw(volume, {}, 333, 222);

  const auto other = MakeRenderer();
  const Picture third =
      Render(*other, volume, MakeCamera({}, volume, 333, 222), 333, 222);

  EXPECT_EQ(first.bytes, second.bytes);
  EXPECT_EQ(first.bytes, third.bytes);
}

TEST_F(RendererTest, SeveralRenderersOfAThreadDoNotDisturbOneAnother) {
  const Picture before = Draw(OneVoxel(), {}, 50, 50);
  const Volume others = OneVoxel({9, 8, 7, 255});
  auto other = MakeRenderer();
  Render(*other, others, MakeCamera({}, others, 30, 30), 30, 30);

  EXPECT_EQ(Draw(OneVoxel(), {}, 50, 50).bytes, before.bytes);
  other.reset();
  EXPECT_EQ(Draw(OneVoxel(), {}, 50, 50).bytes, before.bytes);
}

TEST_F(RendererTest, ChangedVoxelChangesThePicture) {
  Volume volume = OneVoxel();
  const Picture before = Draw(volume, OrthographicFront(2), 20, 20, kFlat);

  volume.Set({3, 4, 5}, {1, 2, 3, 255});
  const Picture after = Draw(volume, OrthographicFront(2), 20, 20, kFlat);

  EXPECT_EQ(before.At(10, 10), kOchre);
  EXPECT_EQ(after.At(10, 10), (Color{1, 2, 3, 255}));
}

TEST_F(RendererTest, MeshIsBuiltOnceForManyViews) {
  Volume volume;
  FillBox(volume, {0, 0, 0}, {3, 3, 3}, kOchre);
  const Camera camera = MakeCamera({}, volume, 16, 16);
  std::vector<std::byte> bytes(16 * 16 * 4);
  const PixelTarget target = {
      .pixels = bytes, .width = 16, .height = 16, .stride_bytes = 64};
  const auto first = renderer_->Draw(ViewOf(volume), camera, {}, target);
  const auto second = renderer_->Draw(ViewOf(volume), camera, {}, target);

  ASSERT_TRUE(first && second);
  EXPECT_GT(first->mesh_ns, 0u);
  EXPECT_EQ(second->mesh_ns, 0u);
  EXPECT_EQ(first->quads, 6u);
  EXPECT_EQ(second->quads, 6u);
}

TEST_F(RendererTest, ScenesDroppedFromTheMeshCacheAreDrawnAgain) {
  const auto voxel = [](int i) {
    return OneVoxel({static_cast<std::uint8_t>(10 * i), 50, 60, 255});
  };
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20; ++i) {
      const Picture picture =
          Draw(voxel(i), OrthographicFront(2), 20, 20, kFlat);
      EXPECT_EQ(picture.At(10, 10), voxel(i).Get({3, 4, 5}));
    }
  }
}

TEST_F(RendererTest, VoxelsAtTheEndsOfTheWorldAreDrawn) {
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  Volume volume;
  volume.Set({kMin, kMin, kMin}, kOchre);
  volume.Set({kMax, kMax, kMax}, kOchre);
  CameraRequest request = PresetRequest("front");
  request.target = {kMax + 0.5, kMax + 0.5, kMax + 0.5};
  request.orthographic = true;
  request.ortho_height = 4;
  request.distance = 10;

  const Picture picture = Draw(volume, request, 40, 40, kFlat);

  EXPECT_EQ(picture.CountOf(kOchre), 100);
  EXPECT_EQ(picture.At(20, 20), kOchre);
}

TEST_F(RendererTest, PaddingBetweenRowsIsLeftAlone) {
  constexpr std::uint32_t kStride = 30 * 4 + 20;
  std::vector<std::byte> bytes(kStride * 20, std::byte{0xa5});
  const Volume volume = OneVoxel();
  const Camera camera = MakeCamera({}, volume, 30, 20);

  const auto report = renderer_->Draw(
      ViewOf(volume), camera, {},
      {.pixels = bytes, .width = 30, .height = 20, .stride_bytes = kStride});

  ASSERT_TRUE(report) << report.error().message();
  const Picture expected = Draw(volume, {}, 30, 20);
  for (std::size_t row = 0; row < 20; ++row) {
    const std::byte* begin = bytes.data() + row * kStride;
    EXPECT_TRUE(
        std::equal(begin, begin + 120, expected.bytes.data() + row * 120));
    EXPECT_TRUE(std::all_of(begin + 120, begin + kStride,
                            [](std::byte b) { return b == std::byte{0xa5}; }));
  }
}

TEST_F(RendererTest, BadTargetsAreRefusedWithTheirNumbers) {
  std::vector<std::byte> bytes(100 * 100 * 4);
  struct Bad {
    std::uint32_t width, height, stride;
    const char* words;
  };
  const std::vector<Bad> bads = {
      {0, 10, 40, "0 x 10"},
      {10, 0, 40, "10 x 0"},
      {16385, 1, 16385 * 4, "16385 x 1"},
      {1, 16385, 4, "1 x 16385"},
      {10, 10, 39, "stride of 39"},
      {10, 10, 42, "stride of 42"},
      {100, 101, 400, "40000 bytes"},
  };
  const Volume volume = OneVoxel();
  const Camera camera = MakeCamera({}, volume, 10, 10);
  for (const Bad& bad : bads) {
    SCOPED_TRACE(bad.words);
    const auto report = renderer_->Draw(ViewOf(volume), camera, {},
                                        {.pixels = bytes,
                                         .width = bad.width,
                                         .height = bad.height,
                                         .stride_bytes = bad.stride});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(report.error().message(), HasSubstr(bad.words));
    EXPECT_THAT(report.error().message(), HasSubstr("give "));
  }
}

TEST_F(RendererTest, BuildIdNamesTheLookAndTheGl) {
  EXPECT_THAT(renderer_->build_id(), HasSubstr("look "));
  EXPECT_THAT(renderer_->build_id(), HasSubstr("GL "));
  EXPECT_EQ(renderer_->build_id(), MakeRenderer()->build_id());
}

}  // namespace
}  // namespace goxel
