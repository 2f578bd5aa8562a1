// What the planes say of each pixel, against a ray cast through its centre.

#include "renderer/data_planes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>
#include <vector>

#include "renderer/camera_conventions.h"
#include "renderer/formats/scene_file.h"
#include "renderer/object_extents.h"
#include "tests/drawn_planes.h"
#include "tests/ray_cast.h"
#include "tests/rendered_picture.h"

namespace goxel {
namespace {

constexpr int kWidth = 160;
constexpr int kHeight = 120;
constexpr std::array kGeometry = {Plane::kDepth, Plane::kDistance,
                                  Plane::kNormal, Plane::kVoxel, Plane::kFace};
constexpr float kNoDepth = std::numeric_limits<float>::infinity();

std::optional<RayHit> CastThrough(const Volume& volume, const Camera& camera,
                                  const DrawnPlanes& drawn, double x,
                                  double y) {
  return Cast(volume,
              RayThrough(camera, x + 0.5, y + 0.5, drawn.width, drawn.height));
}

// False where the ray passes an edge of anything within a hundredth of a pixel:
// there it depends on how corners are rounded.
bool IsClearOfEdges(const Volume& volume, const Camera& camera,
                    const DrawnPlanes& drawn, int x, int y) {
  constexpr double kNear = 0.01;
  const auto hit = CastThrough(volume, camera, drawn, x, y);
  for (const auto& [dx, dy] : {std::pair{-kNear, -kNear},
                               {-kNear, kNear},
                               {kNear, -kNear},
                               {kNear, kNear}}) {
    if (!(CastThrough(volume, camera, drawn, x + dx, y + dy) == hit)) {
      return false;
    }
  }
  return true;
}

bool Shows(const DrawnPlanes& drawn, int x, int y,
           const std::optional<RayHit>& hit) {
  if (!hit) {
    return drawn.FaceAt(x, y) == 255 && drawn.Depth(x, y) == kNoDepth;
  }
  const std::array<std::int64_t, 4> expected = {
      hit->cell.x, hit->cell.y, hit->cell.z,
      static_cast<std::int64_t>(hit->face)};
  return drawn.VoxelAt(x, y) == expected &&
         drawn.FaceAt(x, y) == IndexOf(hit->face);
}

// That every `step`th pixel shows what its ray hits; rays along edges, of which
// there are few, may go either way.
void ExpectWhatRaysHit(const DrawnPlanes& drawn, const Volume& volume,
                       const Camera& camera, int step = 1) {
  int compared = 0;
  int equal = 0;
  for (int y = 0; y < drawn.height; y += step) {
    for (int x = 0; x < drawn.width; x += step) {
      ++compared;
      const auto hit = CastThrough(volume, camera, drawn, x, y);
      if (Shows(drawn, x, y, hit)) {
        ++equal;
      } else if (IsClearOfEdges(volume, camera, drawn, x, y)) {
        ADD_FAILURE() << "pixel " << x << ", " << y << " shows another face";
        return;
      }
    }
  }
  EXPECT_GE(equal, 0.999 * compared);
  EXPECT_GT(compared, 10000);
}

// The point of the world that a pixel shows, from nothing but depth, K and the
// pose as a client reads them.
glm::dvec3 Unproject(const DrawnPlanes& drawn, const Camera& camera, int x,
                     int y) {
  const Rows3 k = CalibrationOf(camera, static_cast<std::uint32_t>(drawn.width),
                                static_cast<std::uint32_t>(drawn.height));
  const Rows4 pose = WorldToCamera(camera, CameraAxes::kOpenCv);
  const double depth = drawn.Depth(x, y);
  const double scale = camera.orthographic ? 1 : depth;
  const glm::dvec3 seen((x + 0.5 - k[0][2]) / k[0][0] * scale - pose[0][3],
                        (y + 0.5 - k[1][2]) / k[1][1] * scale - pose[1][3],
                        depth - pose[2][3]);
  glm::dvec3 world;
  for (int i = 0; i < 3; ++i) {
    const auto column = static_cast<std::size_t>(i);
    world[i] = pose[0][column] * seen.x + pose[1][column] * seen.y +
               pose[2][column] * seen.z;
  }
  return world;
}

// How far the point is from the plane of the face that the planes name.
double OffPlane(const DrawnPlanes& drawn, const Camera& camera, int x, int y) {
  const auto face = static_cast<Face>(drawn.FaceAt(x, y));
  const auto axis = AxisOf(face);
  const auto plane = static_cast<double>(drawn.VoxelAt(x, y)[axis] +
                                         (LooksUpAxis(face) ? 1 : 0));
  const glm::dvec3 point = Unproject(drawn, camera, x, y);
  return std::abs(point[static_cast<int>(axis)] - plane);
}

void ExpectDepthOnFaces(const DrawnPlanes& drawn, const Camera& camera) {
  double worst = 0;
  int covered = 0;
  for (int y = 0; y < drawn.height; ++y) {
    for (int x = 0; x < drawn.width; ++x) {
      if (drawn.FaceAt(x, y) == 255) continue;
      ++covered;
      worst = std::max(worst, OffPlane(drawn, camera, x, y));
    }
  }
  EXPECT_LE(worst, 1e-3);
  EXPECT_GT(covered, 500);
}

CameraRequest Orbit(double azimuth, double elevation, bool orthographic) {
  CameraRequest request;
  request.azimuth = azimuth;
  request.elevation = elevation;
  request.orthographic = orthographic;
  return request;
}

CameraRequest WideAngle(double fov) {
  CameraRequest request;
  request.fov = fov;
  return request;
}

class DataPlanes : public testing::Test {
 protected:
  void SetUp() override {
    renderer_ = MakeRenderer();
    ASSERT_NE(renderer_, nullptr);
  }

  DrawnPlanes Draw(const Scene& scene, const Camera& camera,
                   std::span<const Plane> planes = kGeometry) {
    return DrawPlanes(*renderer_, scene, camera, kWidth, kHeight, planes);
  }

  void ExpectExact(const Volume& volume, const CameraRequest& request) {
    const Camera camera = MakeCamera(request, volume, kWidth, kHeight);
    const DrawnPlanes drawn = Draw(SceneOf(volume), camera);
    ExpectWhatRaysHit(drawn, volume, camera);
    ExpectDepthOnFaces(drawn, camera);
  }

  std::unique_ptr<Renderer> renderer_;
};

TEST_F(DataPlanes, VoxelFaceAndDepthAreThoseThatARayMeets) {
  unsigned seed = 1;
  for (const double density : {0.05, 0.9}) {
    const Volume volume = RandomVolume(seed++, 12, density, {-5, 60, -64});
    for (const bool orthographic : {false, true}) {
      for (const auto& [azimuth, elevation] :
           {std::pair{45.0, 45.0}, {200.0, -30.0}, {-80.0, 85.0}}) {
        SCOPED_TRACE(testing::Message() << density << ", " << azimuth << ", "
                                        << elevation << ", " << orthographic);
        CameraRequest request = Orbit(azimuth, elevation, orthographic);
        request.roll = 12;
        ExpectExact(volume, request);
      }
    }
  }
}

TEST_F(DataPlanes, FacesSeenSquarelyAreExact) {
  const Volume volume = RandomVolume(3, 12, 0.4, {0, 0, 0});
  for (const bool orthographic : {false, true}) {
    ExpectExact(volume, Orbit(0, 0, orthographic));
  }
}

TEST_F(DataPlanes, PixelsAreExactFromInsideTheScene) {
  const Volume volume = RandomVolume(9, 24, 0.03, {0, 0, 0});

  CameraRequest request = WideAngle(70);
  request.eye = {12.3, 11.8, 12.4};
  request.target = {20, 3, 14};
  ExpectExact(volume, request);
}

TEST_F(DataPlanes, PixelsAreExactInAnOffCentreCamera) {
  const Volume volume = RandomVolume(8, 12, 0.2, {0, 0, 0});
  CameraRequest request;
  request.eye = {-9, -14, 21};
  request.target = {6, 6, 6};
  request.intrinsics =
      Intrinsics{.fx = 170, .fy = 151, .cx = 41.5, .cy = 90.25};
  ExpectExact(volume, request);
}

TEST_F(DataPlanes, PixelsAreExactFarFromTheOrigin) {
  const Volume volume =
      RandomVolume(4, 12, 0.3, {1'000'000, -1'000'000, 1'048'577});

  for (const bool orthographic : {false, true}) {
    ExpectExact(volume, Orbit(45, 45, orthographic));
  }
}

TEST_F(DataPlanes, PixelsOfARealSceneAreExact) {
  const std::filesystem::path file =
      std::filesystem::path(GOXEL_DATA_DIR) / "bevy_study.vox";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto scene = LoadScene(file, {});
  ASSERT_TRUE(scene) << scene.error().message();

  ExpectExact(Composite(*scene), {});
}

TEST_F(DataPlanes, PlanesOfOneViewAgree) {
  const Volume volume = RandomVolume(2, 10, 0.2, {0, 0, 0});
  const Camera camera = MakeCamera(WideAngle(60), volume, kWidth, kHeight);
  const DrawnPlanes drawn = Draw(SceneOf(volume), camera);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const auto face = drawn.FaceAt(x, y);
      const auto normal =
          drawn.At<std::array<std::int8_t, 4>>(Plane::kNormal, x, y);
      const auto distance = drawn.At<float>(Plane::kDistance, x, y);
      if (face == 255) {
        EXPECT_EQ(drawn.Depth(x, y), kNoDepth);
        EXPECT_EQ(distance, kNoDepth);
        EXPECT_EQ(normal, (std::array<std::int8_t, 4>{}));
        EXPECT_EQ(drawn.VoxelAt(x, y),
                  (std::array<std::int64_t, 4>{0, 0, 0, -1}));
        continue;
      }
      std::array<std::int8_t, 4> expected{};
      expected[face / 2] = face % 2 == 0 ? 1 : -1;
      EXPECT_EQ(normal, expected);
      EXPECT_EQ(drawn.VoxelAt(x, y)[3], face);
      const glm::dvec3 point = Unproject(drawn, camera, x, y);
      const glm::dvec3 ray = point - glm::dvec3(camera.camera_to_world[3]);
      EXPECT_NEAR(distance,
                  std::sqrt(ray.x * ray.x + ray.y * ray.y + ray.z * ray.z),
                  1e-3);
    }
  }
}

TEST_F(DataPlanes, EqualInputsGiveEqualBytes) {
  const Volume volume = RandomVolume(7, 20, 0.1, {0, 0, 0});
  const Camera camera = MakeCamera({}, volume, 640, 480);
  const auto other = MakeRenderer();

  const auto once =
      DrawPlanes(*renderer_, SceneOf(volume), camera, 640, 480, kGeometry);
  const auto again =
      DrawPlanes(*other, SceneOf(volume), camera, 640, 480, kGeometry);

  EXPECT_EQ(once.planes, again.planes);
}

TEST_F(DataPlanes, ViewsOfManyWindowsAreAsExactAsSmallOnes) {
  constexpr int kSide = 4608;  // More samples than a window has.
  const Volume volume = RandomVolume(5, 10, 0.3, {0, 0, 0});
  const Camera camera = MakeCamera({}, volume, kSide, kSide);
  constexpr std::array kPlanesOfAHit = {Plane::kDepth, Plane::kVoxel,
                                        Plane::kFace};

  const auto drawn = DrawPlanes(*renderer_, SceneOf(volume), camera, kSide,
                                kSide, kPlanesOfAHit);

  ExpectWhatRaysHit(drawn, volume, camera, /*step=*/37);
}

TEST_F(DataPlanes, AnEmptySceneShowsNothing) {
  const Camera camera = MakeCamera({}, {}, kWidth, kHeight);
  const auto drawn = Draw(NewScene(), camera);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      EXPECT_TRUE(Shows(drawn, x, y, std::nullopt));
    }
  }
}

// A red box behind a blue one of another layer, seen from the front.
Scene TwoBoxes() {
  Scene scene = NewScene();
  FillBox(scene.layers[0].volume, {0, 8, 0}, {20, 12, 10}, {200, 0, 0, 255});
  scene.AddLayer("blue");
  FillBox(scene.layers[1].volume, {0, 0, 0}, {8, 4, 10}, {0, 0, 200, 255});
  return scene;
}

Camera FrontCamera(const Scene& scene) {
  CameraRequest request = PresetRequest("front");
  request.orthographic = true;
  return MakeCamera(request, Composite(scene), kWidth, kHeight);
}

TEST_F(DataPlanes, ObjectsAreTheLayersThatVoxelsAreOf) {
  const Scene scene = TwoBoxes();
  constexpr std::array kObjects = {Plane::kObjectId};

  const auto drawn = Draw(scene, FrontCamera(scene), kObjects);

  EXPECT_EQ(drawn.ObjectAt(kWidth / 4, kHeight / 2), scene.layers[1].id);
  EXPECT_EQ(drawn.ObjectAt(kWidth * 3 / 4, kHeight / 2), scene.layers[0].id);
  EXPECT_EQ(drawn.ObjectAt(0, 0), 0);
}

TEST_F(DataPlanes, ObjectsAreMeasuredToTheirLastPixel) {
  const Scene scene = TwoBoxes();
  constexpr std::array kObjects = {Plane::kObjectId};
  const auto drawn = Draw(scene, FrontCamera(scene), kObjects);

  const auto objects =
      MeasureObjects(drawn.planes.at(Plane::kObjectId), kWidth);

  ASSERT_EQ(objects.size(), 2u);
  for (const ObjectExtent& object : objects) {
    ObjectExtent expected{.id = object.id, .box = {kWidth, kHeight, 0, 0}};
    for (std::uint32_t y = 0; y < kHeight; ++y) {
      for (std::uint32_t x = 0; x < kWidth; ++x) {
        if (drawn.ObjectAt(static_cast<int>(x), static_cast<int>(y)) !=
            object.id) {
          continue;
        }
        ++expected.pixels;
        expected.box = {
            std::min(expected.box[0], x), std::min(expected.box[1], y),
            std::max(expected.box[2], x + 1), std::max(expected.box[3], y + 1)};
      }
    }
    EXPECT_EQ(object.pixels, expected.pixels);
    EXPECT_EQ(object.box, expected.box);
  }
}

TEST_F(DataPlanes, PaletteIndicesAreTheEntriesOfTheVoxelsColours) {
  Scene scene = TwoBoxes();
  scene.palette.resize(256);
  scene.palette[7].color = {200, 0, 0, 255};
  scene.palette[9].color = {200, 0, 0, 255};
  constexpr std::array kPalette = {Plane::kPaletteIndex};

  const auto drawn = Draw(scene, FrontCamera(scene), kPalette);

  const auto index_at = [&](int x, int y) {
    return drawn.At<std::uint8_t>(Plane::kPaletteIndex, x, y);
  };
  EXPECT_EQ(index_at(kWidth * 3 / 4, kHeight / 2), 7);
  EXPECT_EQ(index_at(kWidth / 4, kHeight / 2), 0) << "blue has no entry";
  EXPECT_EQ(index_at(0, 0), 0);
}

TEST_F(DataPlanes, TranslucentVoxelsAreSurfaces) {
  Scene scene = TwoBoxes();
  Material glass;
  glass.color = {1, 1, 1, 0.3f};
  scene.materials = {glass};
  scene.layers[1].material = 0;
  constexpr std::array kObjects = {Plane::kObjectId};

  const auto drawn = Draw(scene, FrontCamera(scene), kObjects);

  EXPECT_EQ(drawn.ObjectAt(kWidth / 4, kHeight / 2), scene.layers[1].id);
}

TEST(PlaneValues, ASceneWithoutAPaletteHasNoPaletteIndices) {
  constexpr std::array kPalette = {Plane::kPaletteIndex};

  const auto values = PlaneValuesOf(TwoBoxes(), {}, std::nullopt, kPalette);

  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code(), StatusCode::kInvalidArgument);
}

TEST(PlaneValues, CellsThatFitAreTheWorldsAndOthersAreCountedFromAnOrigin) {
  constexpr std::array kVoxel = {Plane::kVoxel};
  const auto origin = [&](std::int64_t min, std::int64_t max) {
    const auto values =
        PlaneValuesOf(NewScene(), {}, Box{{min, 0, 0}, {max, 1, 1}}, kVoxel);
    EXPECT_TRUE(values);
    return values ? values->voxel_origin[0] : -1;
  };

  EXPECT_EQ(origin(-32768, 32768), 0);
  EXPECT_EQ(origin(-32769, 0), -1);
  EXPECT_EQ(origin(1'000'000, 1'065'536), 1'032'768);
}

TEST(PlaneValues, AScenesLengthIsLimitedByThePlaneVoxel) {
  constexpr std::array kVoxel = {Plane::kVoxel};

  const auto values =
      PlaneValuesOf(NewScene(), {}, Box{{0, 0, 0}, {1, 65537, 1}}, kVoxel);

  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code(), StatusCode::kTooLarge);
}

TEST(PlaneValues, LayerIdsBeyondAPixelAreRefused) {
  Scene scene = NewScene();
  scene.layers[0].id = 65536;
  constexpr std::array kObjects = {Plane::kObjectId};

  const auto values = PlaneValuesOf(scene, {}, std::nullopt, kObjects);

  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code(), StatusCode::kTooLarge);
}

TEST_F(DataPlanes, MemoryOfAnotherSizeIsRefused) {
  const Camera camera = MakeCamera({}, {}, 4, 4);
  std::vector<std::byte> bytes(4 * 4 * 4 - 1);
  const std::array targets = {
      PlaneTarget{.plane = Plane::kDepth, .pixels = bytes}};

  const auto drawn =
      renderer_->DrawPlanes(ViewOf(NewScene()), camera, {}, 4, 4, targets);

  ASSERT_FALSE(drawn);
  EXPECT_EQ(drawn.error().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace goxel
