// What a pixel shows, against a ray cast through its centre; and that no gap
// opens between quads.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <vector>

#include "tests/ray_cast.h"
#include "tests/rendered_picture.h"

namespace goxel {
namespace {

struct Agreement {
  int compared = 0;
  int equal = 0;
};

Agreement Compare(Renderer& renderer, const Volume& volume,
                  const Camera& camera, int width, int height) {
  RenderSettings settings;
  settings.style = Style::kFlat;
  const Picture picture =
      Render(renderer, volume, camera, width, height, settings);
  const RayCast cast(volume, camera, width, height);
  Agreement agreement;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (!cast.IsInsideFace(x, y)) continue;
      const auto& hit = cast.At(x, y);
      const Color expected = hit ? volume.Get(hit->cell) : kDefaultBackground;
      ++agreement.compared;
      if (picture.At(x, y) == expected) ++agreement.equal;
    }
  }
  return agreement;
}

void ExpectAgreement(const Agreement& agreement) {
  EXPECT_GT(agreement.compared, 1000);
  EXPECT_GE(agreement.equal, 0.999 * agreement.compared);
}

class RendererAccuracy : public testing::Test {
 protected:
  void SetUp() override {
    renderer_ = MakeRenderer();
    ASSERT_NE(renderer_, nullptr);
  }
  std::unique_ptr<Renderer> renderer_;
};

TEST_F(RendererAccuracy, PixelsShowTheVoxelThatARayHits) {
  constexpr int kWidth = 320;
  constexpr int kHeight = 240;
  unsigned seed = 1;
  for (const double density : {0.02, 0.3, 0.9}) {
    const Volume volume = RandomVolume(seed, 12, density, {-5, 60, -64});
    for (const bool orthographic : {false, true}) {
      for (const auto& [azimuth, elevation] :
           {std::pair{45.0, 45.0}, {200.0, -30.0}, {-80.0, 85.0}}) {
        SCOPED_TRACE(testing::Message() << density << ", " << azimuth << ", "
                                        << elevation << ", " << orthographic);
        CameraRequest request;
        request.azimuth = azimuth;
        request.elevation = elevation;
        request.roll = 12;
        request.orthographic = orthographic;
        ExpectAgreement(Compare(*renderer_, volume,
                                MakeCamera(request, volume, kWidth, kHeight),
                                kWidth, kHeight));
      }
    }
    ++seed;
  }
}

TEST_F(RendererAccuracy, PixelsAreRightFromInsideTheScene) {
  const Volume volume = RandomVolume(9, 24, 0.03, {0, 0, 0});
  CameraRequest request;
  request.eye = {12.3, 11.8, 12.4};
  request.target = {20, 3, 14};
  request.fov = 70;

  ExpectAgreement(Compare(*renderer_, volume,
                          MakeCamera(request, volume, 320, 240), 320, 240));
}

TEST_F(RendererAccuracy, PixelsAreRightBeyondThePrecisionOfAFloat) {
  // Above 2^24 a float cannot tell one cell from the next.
  const Volume volume =
      RandomVolume(4, 12, 0.3, {1'000'000'007, -2'000'000'011, 16'777'217});
  CameraRequest request;
  request.orthographic =
      true;  // The caster's own inverse matrix is exact here.

  const Camera camera = MakeCamera(request, volume, 320, 240);
  // The shadow map's texels keep their places in the world, which are others
  // beside the voxels here and there.
  const RenderSettings settings = {.shadows = Shadows::kOff};
  const Picture far_away =
      Render(*renderer_, volume, camera, 320, 240, settings);
  const Volume near_by = RandomVolume(4, 12, 0.3, {7, -11, 17});
  const Picture expected =
      Render(*renderer_, near_by, MakeCamera(request, near_by, 320, 240), 320,
             240, settings);

  int different = 0;
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 320; ++x) {
      if (far_away.At(x, y) != expected.At(x, y)) ++different;
    }
  }
  EXPECT_LE(different, 320 * 240 / 1000);
}

TEST_F(RendererAccuracy, DistantPartsOfAWideSceneAreEachDrawnRight) {
  // Further apart than 16 bits reach.
  constexpr std::int32_t kFar = 300'000;
  Volume volume = RandomVolume(5, 8, 0.5, {0, 0, 0});
  volume.Set({kFar, 0, 0}, {9, 200, 9, 255});
  volume.Set({kFar, 0, 1}, {200, 9, 9, 255});
  CameraRequest request;
  request.azimuth = 0;
  request.elevation = 0;
  request.target = {kFar + 0.5, 0.5, 1};
  request.distance = 20;
  RenderSettings settings;
  settings.style = Style::kFlat;

  const Picture picture =
      Render(*renderer_, volume, MakeCamera(request, volume, 101, 100), 101,
             100, settings);

  EXPECT_EQ(picture.At(50, 45), (Color{200, 9, 9, 255}));
  EXPECT_EQ(picture.At(50, 55), (Color{9, 200, 9, 255}));
  EXPECT_EQ(picture.At(10, 50), kDefaultBackground);
}

// The first and the last covered pixel of each row or column.
struct Span {
  int first = std::numeric_limits<int>::max();
  int last = -1;

  void Add(int at) {
    first = std::min(first, at);
    last = std::max(last, at);
  }
  bool Encloses(int at) const { return at > first && at < last; }
};

// Background pixels with covered ones on all four sides.
int GapsInConvexSilhouette(const Picture& picture, Color background) {
  std::map<int, Span> rows;
  std::map<int, Span> columns;
  const auto for_each_pixel = [&](bool covered, auto visit) {
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        if ((picture.At(x, y) != background) == covered) visit(x, y);
      }
    }
  };
  for_each_pixel(true, [&](int x, int y) {
    rows[y].Add(x);
    columns[x].Add(y);
  });
  int gaps = 0;
  for_each_pixel(false, [&](int x, int y) {
    if (rows[y].Encloses(x) && columns[x].Encloses(y)) ++gaps;
  });
  return gaps;
}

// A solid box in random colours meshes into quads of many sizes, whose corners
// lie in the middle of other quads' edges. Without growing the quads this finds
// hundreds of gaps.
TEST_F(RendererAccuracy, NoBackgroundShowsThroughASolid) {
  Volume volume;
  std::mt19937 random(11);
  std::uniform_int_distribution<int> pick(0, 3);
  for (std::int32_t i = 0; i < 90 * 70 * 60; ++i) {
    const auto shade = static_cast<std::uint8_t>(pick(random) * 60);
    volume.Set({i % 90, i / 90 % 70, i / 90 / 70}, {shade, 99, 0, 255});
  }
  for (const bool orthographic : {false, true}) {
    for (const auto& [width, height] : {std::pair{640, 480}, {1601, 1203}}) {
      for (const auto& [azimuth, elevation] :
           {std::pair{45.0, 45.0}, {17.0, 33.0}, {-121.0, -8.0}, {0.0, 0.0}}) {
        SCOPED_TRACE(testing::Message() << width << ", " << azimuth << ", "
                                        << elevation << ", " << orthographic);
        CameraRequest request;
        request.azimuth = azimuth;
        request.elevation = elevation;
        request.orthographic = orthographic;
        const Picture picture =
            Render(*renderer_, volume,
                   MakeCamera(request, volume, width, height), width, height);
        EXPECT_EQ(GapsInConvexSilhouette(picture, kDefaultBackground), 0);
      }
    }
  }
}

}  // namespace
}  // namespace goxel
