#include "renderer/camera.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <glm/ext/matrix_transform.hpp>
#include <glm/geometric.hpp>
#include <glm/vec4.hpp>
#include <limits>
#include <vector>

namespace goxel {
namespace {

using testing::HasSubstr;

constexpr Box kBox = {.min = {-3, 2, 10}, .max = {25, 9, 44}};
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Camera Resolve(const CameraRequest& request, int width = 640, int height = 480,
               std::optional<Box> bounds = kBox) {
  auto camera = ResolveCamera(request, bounds, width, height);
  EXPECT_TRUE(camera) << camera.error().message();
  return camera.value_or(Camera{});
}

CameraRequest View(double azimuth, double elevation) {
  CameraRequest request;
  request.azimuth = azimuth;
  request.elevation = elevation;
  return request;
}

void ExpectNear(const glm::dvec3& actual, const glm::dvec3& expected,
                double tolerance = 1e-9) {
  for (int axis = 0; axis < 3; ++axis) {
    EXPECT_NEAR(actual[axis], expected[axis], tolerance) << "axis " << axis;
  }
}

// Where the corners of a box lie in a frame: -1 to 1, less than that inside a
// margin.
struct Reach {
  glm::dvec2 low{kInfinity};
  glm::dvec2 high{-kInfinity};
};

Reach ReachOf(const Camera& camera, const Box& box) {
  Reach reach;
  const glm::dmat4 clip_from_world = camera.projection * camera.world_to_camera;
  for (unsigned i = 0; i < 8; ++i) {
    glm::dvec4 corner(0, 0, 0, 1);
    for (unsigned axis = 0; axis < 3; ++axis) {
      corner[static_cast<int>(axis)] = static_cast<double>(
          (i >> axis & 1) != 0 ? box.max[axis] : box.min[axis]);
    }
    const glm::dvec4 clip = clip_from_world * corner;
    EXPECT_GT(clip.w, 0);
    EXPECT_LE(std::abs(clip.z), clip.w) << "cut off by a clip plane";
    for (int axis = 0; axis < 2; ++axis) {
      reach.low[axis] = std::min(reach.low[axis], clip[axis] / clip.w);
      reach.high[axis] = std::max(reach.high[axis], clip[axis] / clip.w);
    }
  }
  return reach;
}

TEST(Camera, PresetsComeBackAsTheyWereGiven) {
  for (const CameraPreset& preset : CameraPresets()) {
    CameraRequest request;
    request.azimuth = preset.azimuth;
    request.elevation = preset.elevation;
    const auto camera = ResolveCamera(request, std::nullopt, 64, 48);
    ASSERT_TRUE(camera);
    EXPECT_EQ(std::abs(camera->azimuth), std::abs(preset.azimuth));
    EXPECT_NEAR(camera->elevation, preset.elevation, 1e-9);
    EXPECT_EQ(camera->roll, 0) << preset.name;
  }
}

TEST(Camera, PresetsStandWhereTheTableSays) {
  struct Row {
    const char* name;
    glm::dvec3 stands, right, up;
  };
  const double h = std::sqrt(0.5);
  const double t = std::sqrt(1.0 / 3);
  const double s = std::sqrt(1.0 / 6);
  const std::vector<Row> table = {
      {"front", {0, -1, 0}, {1, 0, 0}, {0, 0, 1}},
      {"back", {0, 1, 0}, {-1, 0, 0}, {0, 0, 1}},
      {"left", {1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
      {"right", {-1, 0, 0}, {0, -1, 0}, {0, 0, 1}},
      {"top", {0, 0, 1}, {1, 0, 0}, {0, 1, 0}},
      {"bottom", {0, 0, -1}, {1, 0, 0}, {0, -1, 0}},
      {"isometric", {0.5, -0.5, h}, {h, h, 0}, {-0.5, 0.5, h}},
      {"true_isometric", {t, -t, t}, {h, h, 0}, {-s, s, 2 * s}},
      {"dimetric",
       {h * std::sqrt(0.75), -h * std::sqrt(0.75), 0.5},
       {h, h, 0},
       {-h / 2, h / 2, std::sqrt(0.75)}}};
  ASSERT_EQ(CameraPresets().size(), table.size());
  for (const Row& row : table) {
    SCOPED_TRACE(row.name);
    const auto preset = FindCameraPreset(row.name);
    ASSERT_TRUE(preset) << preset.error().message();
    const Camera camera = Resolve(View(preset->azimuth, preset->elevation));
    const glm::dmat4& pose = camera.camera_to_world;
    ExpectNear(pose[0], row.right);
    ExpectNear(pose[1], row.up);
    ExpectNear(pose[2], row.stands);
    ExpectNear(glm::dvec3(pose[3]),
               camera.target + row.stands * camera.distance);
  }
}

TEST(Camera, UnknownPresetListsTheValidOnes) {
  const auto preset = FindCameraPreset("sideways");

  ASSERT_FALSE(preset);
  EXPECT_EQ(preset.error().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(preset.error().message(), HasSubstr("sideways"));
  EXPECT_THAT(preset.error().message(), HasSubstr("front, back, left"));
}

TEST(Camera, FitTouchesTheMarginAndIsCentred) {
  for (const bool orthographic : {false, true}) {
    for (const auto& [width, height] :
         {std::pair{640, 480}, {480, 640}, {16384, 1}, {1, 16384}, {1, 1}}) {
      for (const CameraPreset& preset : CameraPresets()) {
        SCOPED_TRACE(testing::Message()
                     << preset.name << " " << width << " x " << height
                     << (orthographic ? " orthographic" : ""));
        CameraRequest request = View(preset.azimuth, preset.elevation);
        request.orthographic = orthographic;
        request.margin = 0.1;
        const Reach reach = ReachOf(Resolve(request, width, height), kBox);
        const glm::dvec2 size = reach.high - reach.low;
        EXPECT_NEAR(std::max(size.x, size.y), 2 * 0.8, 1e-6);
        EXPECT_LE(reach.high.x, 0.8 + 1e-6);
        EXPECT_LE(reach.high.y, 0.8 + 1e-6);
        const int tight = size.x > size.y ? 0 : 1;
        EXPECT_NEAR(reach.low[tight], -reach.high[tight], 1e-6);
      }
    }
  }
}

TEST(Camera, FitAroundAGivenTargetKeepsThatTarget) {
  CameraRequest request = View(30, 20);
  request.target = {0, 0, 0};

  const Camera camera = Resolve(request);

  ExpectNear(camera.target, {0, 0, 0});
  const Reach reach = ReachOf(camera, kBox);
  const double farthest =
      std::max({reach.high.x, reach.high.y, -reach.low.x, -reach.low.y});
  EXPECT_NEAR(farthest, 1 - 2 * kDefaultMargin, 1e-6);
}

TEST(Camera, EmptySceneIsFramedAsGoxelsFirstBox) {
  const Camera camera = Resolve(View(0, 0), 100, 100, std::nullopt);

  ExpectNear(camera.target, {0, 0, 16});
  EXPECT_GT(camera.distance, 16);
}

TEST(Camera, OneVoxelAndTheWholeWorldAreBothFramed) {
  constexpr std::int64_t kFar = std::int64_t{1} << 31;
  for (const Box& box :
       {Box{.min = {kFar - 1, 7, -kFar}, .max = {kFar, 8, -kFar + 1}},
        Box{.min = {-kFar, -kFar, -kFar}, .max = {kFar, kFar, kFar}}}) {
    const Reach reach = ReachOf(Resolve(View(45, 45), 640, 480, box), box);
    EXPECT_NEAR(reach.high.y - reach.low.y, 2 - 4 * kDefaultMargin, 1e-5);
  }
}

TEST(Camera, DistanceIsFromTheTarget) {
  CameraRequest request = View(90, 0);
  request.distance = 50;
  request.target = {1, 2, 3};

  const Camera camera = Resolve(request);

  EXPECT_EQ(camera.distance, 50);
  ExpectNear(glm::dvec3(camera.camera_to_world[3]), {51, 2, 3});
}

TEST(Camera, LookAtTurnsTowardsTheTarget) {
  CameraRequest request;
  request.eye = {10, -10, 5};
  request.target = {0, 0, 5};

  const Camera camera = Resolve(request);

  EXPECT_NEAR(camera.azimuth, 45, 1e-9);
  EXPECT_NEAR(camera.elevation, 0, 1e-9);
  EXPECT_NEAR(camera.distance, std::sqrt(200.0), 1e-9);
}

TEST(Camera, LookAtStraightDownIsTheTopView) {
  CameraRequest request;
  request.eye = {0, 0, 100};
  request.target = {0, 0, 0};

  const Camera camera = Resolve(request);

  ExpectNear(camera.camera_to_world[0], {1, 0, 0});
  ExpectNear(camera.camera_to_world[1], {0, 1, 0});
}

TEST(Camera, EchoedAnglesAndMatrixGiveTheSamePose) {
  for (const double azimuth : {-170.0, -90.0, 0.0, 33.0, 180.0}) {
    for (const double elevation : {-90.0, -40.0, 0.0, 60.0, 90.0}) {
      for (const double roll : {0.0, 25.0}) {
        CameraRequest request = View(azimuth, elevation);
        request.roll = roll;
        const Camera camera = Resolve(request);

        CameraRequest by_angles = View(camera.azimuth, camera.elevation);
        by_angles.roll = camera.roll;
        by_angles.distance = camera.distance;
        by_angles.target = {camera.target.x, camera.target.y, camera.target.z};
        CameraRequest by_matrix;
        by_matrix.matrix = camera.camera_to_world;
        for (const CameraRequest& again : {by_angles, by_matrix}) {
          const Camera other = Resolve(again);
          for (int column = 0; column < 4; ++column) {
            ExpectNear(other.camera_to_world[column],
                       camera.camera_to_world[column], 1e-6);
          }
        }
      }
    }
  }
}

TEST(Camera, PositiveRollTurnsTheCameraCounterClockwise) {
  CameraRequest request = View(0, 0);
  request.roll = 90;

  const Camera camera = Resolve(request);

  ExpectNear(camera.camera_to_world[0], {0, 0, 1});
  EXPECT_NEAR(camera.roll, 90, 1e-9);
}

TEST(Camera, OrthographicAtADistanceShowsWhatPerspectiveDoesAtTheTarget) {
  CameraRequest request = View(0, 0);
  request.distance = 100;
  request.orthographic = true;

  const Camera camera = Resolve(request);

  const double half_angle = kDefaultFovDegrees / 2 * std::acos(-1.0) / 180;
  EXPECT_NEAR(camera.ortho_height, 200 * std::tan(half_angle), 1e-9);
}

TEST(Camera, OrthoHeightIsWhatIsSeenVertically) {
  CameraRequest request = View(0, 0);
  request.orthographic = true;
  request.ortho_height = 68;  // Twice that of the box.

  const Reach reach = ReachOf(Resolve(request), kBox);

  EXPECT_NEAR(reach.high.y - reach.low.y, 1, 1e-9);
}

// Where a point is seen, in pixels from the top left corner.
glm::dvec2 PixelOf(const Camera& camera, const glm::dvec3& point, int width,
                   int height) {
  const glm::dvec4 clip =
      camera.projection * camera.world_to_camera * glm::dvec4(point, 1);
  return {(clip.x / clip.w + 1) * width / 2,
          (1 - clip.y / clip.w) * height / 2};
}

TEST(Camera, ThreeFacesOfATrueIsometricCubeAreOfOneSize) {
  const auto preset = FindCameraPreset("true_isometric");
  ASSERT_TRUE(preset && preset->orthographic);
  CameraRequest request = View(preset->azimuth, preset->elevation);
  request.orthographic = true;
  const Camera camera = Resolve(request);
  const glm::dvec2 origin = PixelOf(camera, {4, 4, 12}, 640, 480);
  const auto edge = [&](const glm::dvec3& direction) {
    return PixelOf(camera, glm::dvec3(4, 4, 12) + direction, 640, 480) - origin;
  };
  const auto area = [](const glm::dvec2& a, const glm::dvec2& b) {
    return std::abs(a.x * b.y - a.y * b.x);
  };
  const glm::dvec2 x = edge({1, 0, 0}), y = edge({0, 1, 0}),
                   z = edge({0, 0, 1});

  EXPECT_NEAR(area(x, y), area(y, z), 1e-9);
  EXPECT_NEAR(area(x, y), area(x, z), 1e-9);
}

TEST(Camera, LinesOfADimetricFloorRiseByOneInTwo) {
  const auto preset = FindCameraPreset("dimetric");
  ASSERT_TRUE(preset && preset->orthographic);
  CameraRequest request = View(preset->azimuth, preset->elevation);
  request.orthographic = true;
  const Camera camera = Resolve(request);
  const glm::dvec2 edge = PixelOf(camera, {5, 4, 12}, 640, 480) -
                          PixelOf(camera, {4, 4, 12}, 640, 480);

  EXPECT_NEAR(std::abs(edge.x / edge.y), 2, 1e-9);
}

constexpr Intrinsics kLens = {.fx = 700, .fy = 650.5, .cx = 300.25, .cy = 251};

TEST(Camera, AVoxelCornerIsSeenWhereItsIntrinsicsSay) {
  CameraRequest request;
  request.eye = {60, -70, 50};
  request.target = {10, 5, 20};
  request.roll = 12;
  request.intrinsics = kLens;

  const Camera camera = Resolve(request);

  for (const glm::dvec3& corner :
       {glm::dvec3(-3, 2, 10), glm::dvec3(25, 9, 44), glm::dvec3(25, 2, 10)}) {
    const glm::dvec4 seen = camera.world_to_camera * glm::dvec4(corner, 1);
    const double depth = -seen.z;
    const glm::dvec2 pixel = PixelOf(camera, corner, 640, 480);
    EXPECT_NEAR(pixel.x, kLens.fx * seen.x / depth + kLens.cx, 1e-6);
    EXPECT_NEAR(pixel.y, kLens.fy * -seen.y / depth + kLens.cy, 1e-6);
  }
  const Intrinsics again = IntrinsicsOf(camera, 640, 480);
  EXPECT_EQ(again, kLens);
}

TEST(Camera, IntrinsicsOfAFieldOfViewGiveTheSameProjection) {
  CameraRequest request = View(30, 20);
  request.distance = 90;
  request.fov = 35;
  const Camera by_angle = Resolve(request);
  request.intrinsics = IntrinsicsOf(by_angle, 640, 480);

  const Camera by_lens = Resolve(request);

  EXPECT_NEAR(request.intrinsics->cx, 320, 1e-9);
  EXPECT_NEAR(request.intrinsics->cy, 240, 1e-9);
  EXPECT_NEAR(by_lens.fov, 35, 1e-9);
  for (int column = 0; column < 4; ++column) {
    for (int row = 0; row < 4; ++row) {
      EXPECT_NEAR(by_lens.projection[column][row],
                  by_angle.projection[column][row], 1e-12);
    }
  }
}

TEST(Camera, UpIsWhatLooksUpInTheLookAt) {
  CameraRequest request;
  request.eye = {0, 0, 100};
  request.target = {0, 0, 0};
  request.up = {-5, 0, 0};

  const Camera camera = Resolve(request);

  ExpectNear(camera.camera_to_world[1], {-1, 0, 0});
  ExpectNear(camera.camera_to_world[0], {0, 1, 0});
}

TEST(Camera, UpAlongZIsTheLevelCamera) {
  CameraRequest request;
  request.eye = {30, -40, 25};
  request.roll = 20;
  const Camera level = Resolve(request);
  request.up = {0, 0, 3};

  const Camera upright = Resolve(request);

  for (int column = 0; column < 4; ++column) {
    ExpectNear(upright.camera_to_world[column], level.camera_to_world[column]);
  }
}

TEST(Camera, NearAndFarAreThoseOfTheRequest) {
  CameraRequest request = View(0, 0);
  request.near_plane = 3;
  EXPECT_EQ(Resolve(request).near_plane, 3);
  request.far_plane = 4;
  EXPECT_EQ(Resolve(request).far_plane, 4);
  request.near_plane.reset();
  const Camera camera = Resolve(request);
  EXPECT_EQ(camera.far_plane, 4);
  EXPECT_LT(camera.near_plane, 4);
}

TEST(Camera, OrthoWidthIsWhatIsSeenHorizontally) {
  CameraRequest request = View(0, 0);
  request.orthographic = true;
  request.ortho_width = 56;  // Twice that of the box.

  const Reach reach = ReachOf(Resolve(request, 300, 700), kBox);

  EXPECT_NEAR(reach.high.x - reach.low.x, 1, 1e-9);
}

// The matrix and the projection that a reply echoes, bit by bit.
TEST(Camera, AResolvedMatrixResolvesToItself) {
  for (const bool orthographic : {false, true}) {
    for (const double azimuth : {0.0, 33.3, 127.0, -45.0}) {
      CameraRequest request = View(azimuth, azimuth / 2);
      request.roll = 7;
      request.orthographic = orthographic;
      const Camera camera = Resolve(request);
      CameraRequest echo;
      echo.matrix = camera.camera_to_world;
      echo.fov = camera.fov;
      echo.orthographic = orthographic;
      if (orthographic) echo.ortho_height = camera.ortho_height;

      const Camera again = Resolve(echo);

      EXPECT_EQ(again.camera_to_world, camera.camera_to_world) << azimuth;
      EXPECT_EQ(again.world_to_camera, camera.world_to_camera) << azimuth;
      EXPECT_EQ(again.projection, camera.projection) << azimuth;
    }
  }
}

TEST(Camera, RefusalNamesTheParameterAndItsRange) {
  struct Bad {
    const char* name;
    void (*spoil)(CameraRequest&);
  };
  const std::vector<Bad> bads = {
      {"fov is 0", [](CameraRequest& r) { r.fov = 0; }},
      {"fov is 180", [](CameraRequest& r) { r.fov = 180; }},
      {"fov is -5", [](CameraRequest& r) { r.fov = -5; }},
      {"fov is nan", [](CameraRequest& r) { r.fov = kNan; }},
      {"azimuth is inf", [](CameraRequest& r) { r.azimuth = kInfinity; }},
      {"azimuth is nan", [](CameraRequest& r) { r.azimuth = kNan; }},
      {"elevation is 91", [](CameraRequest& r) { r.elevation = 91; }},
      {"elevation is nan", [](CameraRequest& r) { r.elevation = kNan; }},
      {"roll is nan", [](CameraRequest& r) { r.roll = kNan; }},
      {"distance is 0", [](CameraRequest& r) { r.distance = 0; }},
      {"distance is inf", [](CameraRequest& r) { r.distance = kInfinity; }},
      {"target is nan",
       [](CameraRequest& r) {
         r.target = {0, kNan, 0};
       }},
      {"eye is inf",
       [](CameraRequest& r) {
         r.eye = {0, 0, kInfinity};
       }},
      {"ortho_height is -1", [](CameraRequest& r) { r.ortho_height = -1; }},
      {"margin is 0.5", [](CameraRequest& r) { r.margin = 0.5; }},
      {"ortho_width is 0", [](CameraRequest& r) { r.ortho_width = 0; }},
      {"up is nan",
       [](CameraRequest& r) {
         r.up = {0, kNan, 0};
       }},
      {"up is (0, 0, 1), along",
       [](CameraRequest& r) {
         r.eye = {11, 5.5, 99};
         r.up = {0, 0, 1};
       }},
      {"near is 0", [](CameraRequest& r) { r.near_plane = 0; }},
      {"far is inf", [](CameraRequest& r) { r.far_plane = kInfinity; }},
      {"near is 5 and far 5",
       [](CameraRequest& r) { r.near_plane = r.far_plane = 5; }},
      {"intrinsics fx is nan",
       [](CameraRequest& r) {
         r.intrinsics = {kNan, 700, 320, 240};
       }},
      {"intrinsics fy is 0",
       [](CameraRequest& r) {
         r.intrinsics = {700, 0, 320, 240};
       }},
      {"intrinsics cx is inf",
       [](CameraRequest& r) {
         r.intrinsics = {700, 700, kInfinity, 240};
       }},
      {"nothing of where the camera stands",
       [](CameraRequest& r) {
         r.intrinsics = {700, 700, 320, 240};
       }},
      {"but ortho is true",
       [](CameraRequest& r) {
         r.intrinsics = {700, 700, 320, 240};
         r.orthographic = true;
       }},
      {"stored", [](CameraRequest& r) { r.stored = "shot"; }},
      {"matrix", [](CameraRequest& r) { r.matrix = glm::dmat4(0); }},
      {"matrix", [](CameraRequest& r) { r.matrix = glm::dmat4(kNan); }},
      {"matrix", [](CameraRequest& r) {
         r.matrix = glm::scale(glm::dmat4(1), glm::dvec3(1, 1, -1));
       }}};
  for (const Bad& bad : bads) {
    SCOPED_TRACE(bad.name);
    CameraRequest request;
    bad.spoil(request);
    const auto camera = ResolveCamera(request, kBox, 640, 480);
    ASSERT_FALSE(camera);
    EXPECT_EQ(camera.error().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(camera.error().message(), HasSubstr(bad.name));
    EXPECT_THAT(camera.error().message(), HasSubstr("give "));
  }
}

TEST(Camera, EyeOnItsTargetIsRefused) {
  CameraRequest request;
  request.eye = {1, 2, 3};
  request.target = {1, 2, 3};

  EXPECT_FALSE(ResolveCamera(request, kBox, 640, 480));
}

TEST(Camera, FrameWithoutPixelsIsRefused) {
  EXPECT_FALSE(ResolveCamera({}, kBox, 0, 480));
  EXPECT_FALSE(ResolveCamera({}, kBox, 640, -1));
}

}  // namespace
}  // namespace goxel
