// What light, shadow, materials, backgrounds and lines do to a picture, as
// facts about its pixels.

#include "renderer/look.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/colors.h"
#include "tests/rendered_picture.h"

namespace goxel {
namespace {

constexpr Color kGrey = {180, 180, 180, 255};
constexpr Color kPaleRed = {230, 20, 20, 255};
constexpr Color kPaleBlue = {20, 20, 230, 255};

int Brightness(Color color) { return color.r + color.g + color.b; }

// Straight from above, one voxel 10 pixels wide, the origin's lower left corner
// in the middle of the picture.
CameraRequest FromAbove(double size = 10) {
  CameraRequest request = PresetRequest("top");
  request.orthographic = true;
  request.ortho_height = size;
  request.target = {0, 0, 0};
  request.distance = 100;
  return request;
}

// A sun in the direction of +X, halfway up.
constexpr LightSettings kLowSun = {.azimuth = 90, .elevation = 45};

// A floor of 20 x 20 voxels under a roof of 4 x 4 that floats above its middle.
Volume FloorAndRoof() {
  Volume volume;
  FillBox(volume, {-10, -10, 0}, {10, 10, 1}, kGrey);
  FillBox(volume, {-2, -2, 5}, {2, 2, 6}, kGrey);
  return volume;
}

class LookTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { renderer_ = MakeRenderer().release(); }
  static void TearDownTestSuite() { delete std::exchange(renderer_, nullptr); }
  void SetUp() override { ASSERT_NE(renderer_, nullptr); }

  Picture Draw(const Volume& volume, const CameraRequest& request,
               const RenderSettings& settings = {}, int side = 100) {
    return Render(*renderer_, volume, MakeCamera(request, volume, side, side),
                  side, side, settings);
  }

  // A picture of layers with materials.
  Picture Draw(const Scene& scene, const CameraRequest& request,
               const RenderSettings& settings = {}, int side = 100) {
    const SceneView view = ViewOf(scene);
    const Camera camera = MakeCamera(request, view.volume, side, side);
    Picture picture{.width = side, .height = side, .bytes = {}};
    const auto stride = static_cast<std::uint32_t>(side) * 4;
    picture.bytes.resize(std::size_t{stride} * static_cast<std::size_t>(side));
    const auto report =
        renderer_->Draw(view, camera, settings,
                        {.pixels = picture.bytes,
                         .width = static_cast<std::uint32_t>(side),
                         .height = static_cast<std::uint32_t>(side),
                         .stride_bytes = stride});
    EXPECT_TRUE(report) << report.error().message();
    return picture;
  }

  static Renderer* renderer_;
};

Renderer* LookTest::renderer_ = nullptr;

// Adds a layer of one material with a box of one colour.
void AddBox(Scene& scene, Cell min, Cell max, Color color,
            const Material& material) {
  Layer& layer = scene.AddLayer("box");
  layer.material = static_cast<std::int32_t>(scene.materials.size());
  FillBox(layer.volume, min, max, color);
  scene.materials.push_back(material);
}

Material ClearGlass(float opacity) {
  Material glass;
  glass.color[3] = opacity;
  return glass;
}

TEST_F(LookTest, FlatShowsExactColorsWhateverStandsBefore) {
  const Picture picture = Draw(FloorAndRoof(), FromAbove(),
                               {.style = Style::kFlat, .light = kLowSun});

  EXPECT_EQ(picture.CountOf(kGrey), 100 * 100);
}

TEST_F(LookTest, GroundUnderARoofIsDarkerThanInTheSun) {
  // With the sun halfway up towards +X, the shadow of a roof 4 above the floor
  // lies 4 to 5 cells towards -X.
  for (const Style style : {Style::kDefault, Style::kGoxel, Style::kClay}) {
    SCOPED_TRACE(static_cast<int>(style));
    const Picture picture =
        Draw(FloorAndRoof(), FromAbove(20), {.style = style, .light = kLowSun});
    const Color shaded = picture.At(50 - 5 * 4, 50);
    const Color lit = picture.At(50 + 5 * 4, 50);
    EXPECT_LT(Brightness(shaded) + 30, Brightness(lit));
    EXPECT_GT(Brightness(shaded), Brightness(lit) / 3);
  }
}

TEST_F(LookTest, ShadowIsWhereRaysToTheSunAreStopped) {
  const Volume volume = FloorAndRoof();
  for (const Shadows shadows : {Shadows::kFast, Shadows::kSmooth}) {
    const Picture picture =
        Draw(volume, FromAbove(20), {.shadows = shadows, .light = kLowSun});
    const int lit = Brightness(picture.At(90, 50));
    // Cells of the floor along the x axis, in the middle of y: the roof's cells
    // from -2 to 2 throw their shadow 4 cells aside, their sides one more.
    for (int x = -9; x < 10; ++x) {
      if (x >= -2 && x < 2) continue;
      const int seen = Brightness(picture.At(50 + x * 5 + 2, 50));
      const bool is_under = x >= -7 && x < -2;
      EXPECT_EQ(seen < lit - 40, is_under) << x;
    }
  }
}

TEST_F(LookTest, FacesInTheSunAreFreeOfSpecks) {
  Volume volume;
  FillBox(volume, {-30, -30, 0}, {30, 30, 1}, kGrey);
  FillBox(volume, {-30, 29, 1}, {30, 30, 30}, kGrey);
  for (const double elevation : {8.0, 30.0, 60.0, 89.0}) {
    for (const Shadows shadows : {Shadows::kFast, Shadows::kSmooth}) {
      SCOPED_TRACE(testing::Message()
                   << elevation << ", " << static_cast<int>(shadows));
      const RenderSettings settings = {
          .shadows = shadows,
          .ambient_occlusion = false,
          .light = {.azimuth = 10, .elevation = elevation}};
      const Picture picture = Draw(volume, FromAbove(50), settings, 200);
      const Color lit = picture.At(100, 150);
      int specks = 0;
      for (int y = 20; y < 200; ++y) {
        for (int x = 0; x < 200; ++x) specks += picture.At(x, y) != lit;
      }
      EXPECT_EQ(specks, 0);
    }
  }
}

TEST_F(LookTest, OneVoxelStandsInItsShadow) {
  Volume volume;
  FillBox(volume, {-10, -10, 0}, {10, 10, 1}, kGrey);
  volume.Set({0, 0, 1}, kGrey);

  const Picture picture =
      Draw(volume, FromAbove(20),
           {.ambient_occlusion = false, .light = kLowSun}, 400);

  // The shadow begins at the voxel's side, at x = 0, and is one cell long.
  const int lit = Brightness(picture.At(300, 190));
  EXPECT_LT(Brightness(picture.At(200 - 3, 190)), lit - 40);
  EXPECT_LT(Brightness(picture.At(200 - 10, 190)), lit - 40);
  EXPECT_EQ(Brightness(picture.At(200 - 25, 190)), lit);
}

TEST_F(LookTest, ShadowMovesWithTheSunAndTheScene) {
  const auto shaded = [&](const Volume& volume, double azimuth, int x) {
    const RenderSettings settings = {
        .light = {.azimuth = azimuth, .elevation = 45}};
    const Picture picture = Draw(volume, FromAbove(20), settings);
    return Brightness(picture.At(x, 50)) < Brightness(picture.At(50, 5)) - 40;
  };
  Volume low = FloorAndRoof();
  EXPECT_TRUE(shaded(low, 90, 30));
  EXPECT_FALSE(shaded(low, -90, 30));
  EXPECT_TRUE(shaded(low, -90, 70));
  EXPECT_TRUE(shaded(low, 90, 30));

  Volume without;
  FillBox(without, {-10, -10, 0}, {10, 10, 1}, kGrey);
  EXPECT_FALSE(shaded(without, 90, 30));
}

TEST_F(LookTest, ShadowsCanBeTurnedOffAndMadeFainter) {
  const auto shaded = [&](const RenderSettings& settings) {
    return Brightness(Draw(FloorAndRoof(), FromAbove(20), settings).At(30, 50));
  };
  const RenderSettings full = {.light = kLowSun};
  RenderSettings half = full;
  half.light.shadow = 0.5;
  RenderSettings none = full;
  none.light.shadow = 0;
  RenderSettings off = full;
  off.shadows = Shadows::kOff;

  EXPECT_LT(shaded(full) + 20, shaded(half));
  EXPECT_LT(shaded(half) + 20, shaded(off));
  EXPECT_EQ(shaded(none), shaded(off));
}

TEST_F(LookTest, InnerCornersAreDarkerThanOpenFaces) {
  Volume volume;
  FillBox(volume, {-10, -10, 0}, {10, 10, 1}, kGrey);
  FillBox(volume, {-10, 0, 1}, {10, 1, 4}, kGrey);
  const RenderSettings settings = {.shadows = Shadows::kOff};
  RenderSettings without = settings;
  without.ambient_occlusion = false;

  const Picture picture = Draw(volume, FromAbove(20), settings, 400);
  const Picture plain = Draw(volume, FromAbove(20), without, 400);

  // The wall's foot is the line y = 0, in the middle of the picture.
  EXPECT_LT(Brightness(picture.At(200, 202)) + 40,
            Brightness(picture.At(200, 300)));
  EXPECT_EQ(plain.At(200, 202), plain.At(200, 300));
  EXPECT_EQ(picture.At(200, 300), plain.At(200, 300));
}

TEST_F(LookTest, EmissionIsSeenInShadow) {
  const auto under_the_roof = [&](std::array<float, 3> emission) {
    Scene scene;
    Material glow;
    glow.emission = emission;
    AddBox(scene, {-10, -10, 0}, {10, 10, 1}, kGrey, glow);
    AddBox(scene, {-2, -2, 5}, {2, 2, 6}, kGrey, {});
    return Draw(scene, FromAbove(20), {.light = kLowSun}).At(30, 50);
  };

  const Color plain = under_the_roof({0, 0, 0});
  const Color green = under_the_roof({0, 0.5f, 0});
  EXPECT_GT(green.g, plain.g + 40);
  EXPECT_NEAR(green.r, plain.r, 1);
}

TEST_F(LookTest, MetalIsDarkerThanPlainInItsOwnColorAndMirrorsTheSky) {
  const auto top = [&](float metallic) {
    Scene scene;
    Material metal;
    metal.metallic = metallic;
    metal.roughness = 0.2f;
    AddBox(scene, {-10, -10, 0}, {10, 10, 1}, kPaleRed, metal);
    return Draw(scene, PresetRequest("isometric")).At(50, 50);
  };

  EXPECT_EQ(top(0.2f), kPaleRed);
  const Color metal = top(1);
  EXPECT_NE(metal, kPaleRed);
  EXPECT_GT(metal.r, metal.g + 100);
  EXPECT_GT(Brightness(metal), Brightness(kPaleRed) / 2);
}

TEST_F(LookTest, GlassTintsWhatIsBehindIt) {
  Scene scene;
  AddBox(scene, {-10, 5, -10}, {10, 6, 10}, kWhite, {});
  AddBox(scene, {-10, 0, -10}, {0, 1, 10}, kPaleRed, ClearGlass(0.5f));
  CameraRequest front = PresetRequest("front");
  front.orthographic = true;
  front.ortho_height = 16;

  const Picture picture = Draw(scene, front, {.shadows = Shadows::kOff});

  const Color through = picture.At(25, 50);
  const Color beside = picture.At(75, 50);
  EXPECT_EQ(beside, kWhite);
  EXPECT_GT(through.r, through.g + 60);
  EXPECT_GT(through.g, 90);
}

TEST_F(LookTest, NearerPaneCountsForMoreFromEitherSide) {
  Scene scene;
  AddBox(scene, {-5, 0, -5}, {5, 1, 5}, kPaleRed, ClearGlass(0.5f));
  AddBox(scene, {-5, 8, -5}, {5, 9, 5}, kPaleBlue, ClearGlass(0.5f));
  for (const bool orthographic : {false, true}) {
    CameraRequest front = PresetRequest("front");
    CameraRequest back = PresetRequest("back");
    front.orthographic = back.orthographic = orthographic;

    const Color from_front = Draw(scene, front).At(50, 50);
    const Color from_back = Draw(scene, back).At(50, 50);
    EXPECT_GT(from_front.r, from_front.b + 40);
    EXPECT_GT(from_back.b, from_back.r + 40);
  }
}

TEST_F(LookTest, PaneOfGlassIsEvenWithoutSeams) {
  Scene scene;
  AddBox(scene, {0, 0, 0}, {40, 1, 40}, kPaleRed, ClearGlass(0.5f));
  CameraRequest request = PresetRequest("isometric");
  request.orthographic = true;
  request.azimuth = 20;
  request.target = {20, 0, 20};
  request.distance = 100;
  request.ortho_height = 20;

  const Picture picture = Draw(scene, request, {.shadows = Shadows::kOff}, 200);

  EXPECT_EQ(picture.CountOf(picture.At(100, 100)), 200 * 200);
}

TEST_F(LookTest, GlassOverATransparentBackgroundHasStraightAlpha) {
  Scene scene;
  AddBox(scene, {-5, 0, -5}, {5, 1, 5}, kPaleRed, ClearGlass(0.5f));

  const Picture picture = Draw(scene, PresetRequest("front"),
                               {.transparent = true, .shadows = Shadows::kOff});

  const Color glass = picture.At(50, 50);
  EXPECT_NEAR(glass.a, 128, 12);
  EXPECT_NEAR(glass.r, kPaleRed.r, 12);
  EXPECT_EQ(picture.At(1, 1), (Color{0, 0, 0, 0}));
}

TEST_F(LookTest, TransparentBackgroundIsClearOutsideAndOpaqueInside) {
  const Picture picture =
      Draw(FloorAndRoof(), PresetRequest("isometric"), {.transparent = true});

  EXPECT_EQ(picture.At(0, 0), (Color{0, 0, 0, 0}));
  EXPECT_EQ(picture.At(50, 50).a, 255);
}

TEST_F(LookTest, GradientGoesEvenlyFromTheFirstRowToTheLast) {
  RenderSettings settings;
  settings.background = Color{10, 20, 30, 255};
  settings.background_bottom = Color{210, 120, 30, 255};

  const Picture picture = Draw(Volume(), {}, settings, 101);

  EXPECT_EQ(picture.At(0, 0), (Color{10, 20, 30, 255}));
  EXPECT_EQ(picture.At(100, 100), (Color{210, 120, 30, 255}));
  for (int y = 0; y < 101; ++y) {
    EXPECT_EQ(picture.At(7, y).r, 10 + 2 * y);
    EXPECT_EQ(picture.At(93, y).g, 20 + y);
  }
}

TEST_F(LookTest, GoxelStyleHasTheBackgroundOfItsViewport) {
  const Picture picture = Draw(Volume(), {}, {.style = Style::kGoxel});

  EXPECT_EQ(picture.At(50, 0), (Color{19, 19, 19, 255}));
  EXPECT_EQ(picture.At(50, 99), (Color{121, 121, 121, 255}));
  const Picture asked =
      Draw(Volume(), {},
           {.style = Style::kGoxel, .background = Color{1, 2, 3, 255}});
  EXPECT_EQ(asked.CountOf({1, 2, 3, 255}), 100 * 100);
}

TEST_F(LookTest, ClayHasOneGreyForAllVoxels) {
  Volume volume;
  volume.Set({0, 0, 0}, kPaleRed);
  Volume other;
  other.Set({0, 0, 0}, kPaleBlue);
  const RenderSettings clay = {.style = Style::kClay};

  const Picture first = Draw(volume, PresetRequest("isometric"), clay);
  const Picture second = Draw(other, PresetRequest("isometric"), clay);

  EXPECT_EQ(first.bytes, second.bytes);
  const Color top = first.At(50, 35);
  EXPECT_LT(std::abs(top.r - top.b), 16);
  EXPECT_GT(top.r, 150);
}

TEST_F(LookTest, OutlineLiesRoundTheSilhouetteAndNotInIt) {
  Volume volume;
  FillBox(volume, {-2, -2, -2}, {2, 2, 2}, kGrey);
  RenderSettings settings = {.style = Style::kFlat};
  settings.outline = Outline{.width = 3, .color = {255, 0, 0, 255}};

  const Picture picture = Draw(volume, FromAbove(10), settings);

  // The box covers 30 to 70 in both directions; its line 3 pixels more.
  for (int y = 0; y < 100; ++y) {
    const bool beside = y >= 30 && y < 70;
    EXPECT_EQ(picture.At(50, y), beside              ? kGrey
                                 : y >= 27 && y < 73 ? settings.outline->color
                                                     : kDefaultBackground)
        << y;
  }
}

TEST_F(LookTest, OutlineSeparatesWhatStandsBeforeSomethingElse) {
  RenderSettings settings = {.style = Style::kFlat};
  settings.outline = Outline{.width = 2, .color = {255, 0, 0, 255}};

  // The roof covers 40 to 60 of a floor that covers everything.
  const Picture picture = Draw(FloorAndRoof(), FromAbove(20), settings);

  EXPECT_EQ(picture.At(50, 50), kGrey);
  EXPECT_EQ(picture.At(38, 50), settings.outline->color);
  EXPECT_EQ(picture.At(20, 50), kGrey);
}

TEST_F(LookTest, SlantedPlaneHasNoOutlineWithinIt) {
  Volume volume;
  FillBox(volume, {-40, -40, 0}, {40, 40, 1}, kGrey);
  CameraRequest grazing;
  grazing.elevation = 8;
  grazing.azimuth = 30;
  RenderSettings settings = {.style = Style::kFlat};
  settings.outline = Outline{.width = 4, .color = {255, 0, 0, 255}};

  const Picture picture = Draw(volume, grazing, settings, 200);

  for (int x = 60; x < 140; ++x) EXPECT_EQ(picture.At(x, 88), kGrey) << x;
  // Up to its far edge, behind which nothing stands.
  for (int y = 82; y < 95; ++y) EXPECT_EQ(picture.At(110, y), kGrey) << y;
  EXPECT_GT(picture.CountOf(settings.outline->color), 100);
}

TEST_F(LookTest, GroundShowsTheShadowAndLeavesTheRestAlone) {
  Volume volume;
  FillBox(volume, {-2, -2, 0}, {2, 2, 4}, kGrey);
  RenderSettings settings = {.light = kLowSun};
  const Picture without = Draw(volume, FromAbove(20), settings);
  settings.ground = true;
  const Picture with = Draw(volume, FromAbove(20), settings);
  settings.transparent = true;
  const Picture transparent = Draw(volume, FromAbove(20), settings);

  EXPECT_EQ(with.At(50, 50), without.At(50, 50));
  EXPECT_EQ(with.At(2, 2), kDefaultBackground);
  EXPECT_EQ(with.At(97, 97), kDefaultBackground);
  EXPECT_EQ(with.At(75, 50), kDefaultBackground);
  EXPECT_LT(Brightness(with.At(30, 50)), Brightness(kDefaultBackground) - 100);
  const Color shadow = transparent.At(30, 50);
  EXPECT_EQ(Brightness(shadow), 0);
  EXPECT_GT(shadow.a, 50);
  EXPECT_LT(shadow.a, 200);
  EXPECT_EQ(transparent.At(2, 2), (Color{0, 0, 0, 0}));
}

TEST_F(LookTest, GroundIsNotSeenFromBelow) {
  Volume volume;
  FillBox(volume, {-2, -2, 0}, {2, 2, 4}, kGrey);
  CameraRequest below;
  below.elevation = -30;
  RenderSettings settings = {.light = kLowSun};
  const Picture without = Draw(volume, below, settings);
  settings.ground = true;

  EXPECT_EQ(Draw(volume, below, settings).bytes, without.bytes);
}

TEST_F(LookTest, EmptySceneIsBackgroundInEveryStyle) {
  for (const Style style :
       {Style::kDefault, Style::kGoxel, Style::kFlat, Style::kClay}) {
    RenderSettings settings = {.style = style, .background = kPaleBlue};
    settings.ground = true;
    settings.outline = Outline{};
    EXPECT_EQ(Draw(Volume(), {}, settings).CountOf(kPaleBlue), 100 * 100);
  }
}

}  // namespace
}  // namespace goxel
