// What a pixel shows, against a ray cast through its centre; and that no gap
// opens between quads.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>
#include <glm/vec4.hpp>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "tests/rendered_picture.h"

namespace goxel {
namespace {

struct Hit {
  Cell cell;
  int axis = 0;  // Of the face that was hit.
  bool operator==(const Hit&) const = default;
};

struct Ray {
  glm::dvec3 origin, direction;
};

Ray RayThrough(const Camera& camera, double x, double y, int width,
               int height) {
  const glm::dmat4 world_from_clip =
      glm::inverse(camera.projection * camera.world_to_camera);
  const double right = 2 * x / width - 1;
  const double up = 1 - 2 * y / height;
  const glm::dvec4 near = world_from_clip * glm::dvec4(right, up, -1, 1);
  const glm::dvec4 far = world_from_clip * glm::dvec4(right, up, 1, 1);
  const glm::dvec3 origin = glm::dvec3(near) / near.w;
  return {origin, glm::dvec3(far) / far.w - origin};
}

// Walks from cell to cell; the first solid one that is entered is hit.
std::optional<Hit> Cast(const Volume& volume, const Ray& ray) {
  glm::dvec3 next;
  glm::dvec3 step;
  std::array<std::int32_t, 3> cell{};
  for (int axis = 0; axis < 3; ++axis) {
    const double at = ray.origin[axis];
    const double speed = ray.direction[axis];
    cell[static_cast<std::size_t>(axis)] =
        static_cast<std::int32_t>(std::floor(at));
    const double border = speed > 0 ? std::floor(at) + 1 : std::floor(at);
    step[axis] = std::abs(1 / speed);
    next[axis] = (border - at) / speed;
  }
  for (;;) {
    const int axis =
        next.x < next.y ? (next.x < next.z ? 0 : 2) : (next.y < next.z ? 1 : 2);
    if (next[axis] > 1) return std::nullopt;
    next[axis] += step[axis];
    cell[static_cast<std::size_t>(axis)] += ray.direction[axis] > 0 ? 1 : -1;
    const Cell at = {cell[0], cell[1], cell[2]};
    if (volume.Get(at).a >= kSolidAlpha) return Hit{at, axis};
  }
}

// The hits of a whole picture.
class RayCast {
 public:
  RayCast(const Volume& volume, const Camera& camera, int width, int height)
      : width_(width), height_(height) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        hits_.push_back(
            Cast(volume, RayThrough(camera, x + 0.5, y + 0.5, width, height)));
      }
    }
  }

  const std::optional<Hit>& At(int x, int y) const {
    return hits_[static_cast<std::size_t>(y * width_ + x)];
  }

  // True where all pixels around hit the same face.
  bool IsInsideFace(int x, int y) const {
    if (x < 1 || y < 1 || x + 1 >= width_ || y + 1 >= height_) return false;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        if (!(At(x + dx, y + dy) == At(x, y))) return false;
      }
    }
    return true;
  }

 private:
  const int width_;
  const int height_;
  std::vector<std::optional<Hit>> hits_;
};

Volume RandomVolume(unsigned seed, std::int32_t side, double density,
                    Cell offset) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> unit(0, 1);
  std::uniform_int_distribution<int> channel(0, 255);
  const auto pick = [&] { return static_cast<std::uint8_t>(channel(random)); };
  Volume volume;
  for (std::int32_t i = 0; i < side * side * side; ++i) {
    if (unit(random) >= density) continue;
    volume.Set({offset.x + i % side, offset.y + i / side % side,
                offset.z + i / side / side},
               {pick(), pick(), pick(), 255});
  }
  return volume;
}

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
  const Picture far_away = Render(*renderer_, volume, camera, 320, 240);
  const Volume near_by = RandomVolume(4, 12, 0.3, {7, -11, 17});
  const Picture expected = Render(
      *renderer_, near_by, MakeCamera(request, near_by, 320, 240), 320, 240);

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
