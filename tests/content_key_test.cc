#include "ipc/content_key.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <utility>

namespace goxel {
namespace {

constexpr KeyVariant kVariants[] = {
    KeyVariant::kPam,         KeyVariant::kPngFast, KeyVariant::kPngBalanced,
    KeyVariant::kPngSmallest, KeyVariant::kPpm,     KeyVariant::kJpg,
    KeyVariant::kBmp,         KeyVariant::kQoi};

// What stands between "```<kind>" and "```" in docs/content-keys.md.
std::string Documented(const std::string& kind) {
  const auto path =
      std::filesystem::path(GOXEL_SOURCE_DIR) / "docs" / "content-keys.md";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string fence = "```" + kind + "\n";
  const std::size_t begin = text.find(fence) + fence.size();
  return text.substr(begin, text.find("```", begin) - begin);
}

// The request of docs/content-keys.md.
KeyFields DocumentedRequest() {
  KeyFields fields{
      .scene = {.high = 0x0123456789abcdef, .low = 0xfedcba9876543210},
      .build_hash = 0xdeadbeef,
      .width = 800,
      .height = 600};
  fields.camera.azimuth = 45;
  fields.camera.elevation = 30;
  fields.camera.orthographic = true;
  return fields;
}

TEST(ContentKey, TextAndKeysAreTheDocumentedOnes) {
  const KeyFields fields = DocumentedRequest();
  EXPECT_EQ(KeyText(fields), Documented("text"));

  std::istringstream lines(Documented("keys"));
  std::string format;
  std::string key;
  int rows = 0;
  for (; lines >> format >> key; ++rows) {
    const KeyVariant variant = VariantOf(*ParseRenderFormat(format));
    EXPECT_EQ(FormatContentKey(MakeContentKey(fields, variant)), key);
  }
  EXPECT_EQ(rows, 2);
}

TEST(ContentKey, VariantIsTheLowFourBits) {
  const KeyFields fields = DocumentedRequest();
  const ContentKey pam = MakeContentKey(fields, KeyVariant::kPam);
  EXPECT_EQ(pam.low % 16, 0u);
  for (const KeyVariant variant : kVariants) {
    const ContentKey key = MakeContentKey(fields, variant);
    EXPECT_EQ(key.high, pam.high);
    EXPECT_EQ(key.low, pam.low + static_cast<std::uint64_t>(variant));
    EXPECT_EQ(WithVariant(pam, variant), key);
    EXPECT_EQ(WithVariant(key, KeyVariant::kPam), pam);
  }
}

TEST(ContentKey, TheEmptyKeyStaysEmpty) {
  for (const KeyVariant variant : kVariants) {
    EXPECT_TRUE(WithVariant({}, variant).empty());
  }
}

TEST(ContentKey, EachFormatAndCompressionHasItsVariant) {
  EXPECT_EQ(VariantOf(RenderFormat::kPam), KeyVariant::kPam);
  EXPECT_EQ(VariantOf(RenderFormat::kPam, "smallest"), KeyVariant::kPam);
  EXPECT_EQ(VariantOf(RenderFormat::kPng), KeyVariant::kPngFast);
  EXPECT_EQ(VariantOf(RenderFormat::kPng, "fast"), KeyVariant::kPngFast);
  EXPECT_EQ(VariantOf(RenderFormat::kPng, "balanced"),
            KeyVariant::kPngBalanced);
  EXPECT_EQ(VariantOf(RenderFormat::kPng, "smallest"),
            KeyVariant::kPngSmallest);
  EXPECT_EQ(VariantOf(RenderFormat::kPpm), KeyVariant::kPpm);
  EXPECT_EQ(VariantOf(RenderFormat::kJpg), KeyVariant::kJpg);
  EXPECT_EQ(VariantOf(RenderFormat::kBmp), KeyVariant::kBmp);
  EXPECT_EQ(VariantOf(RenderFormat::kQoi), KeyVariant::kQoi);
}

TEST(ContentKey, MinusZeroIsZero) {
  KeyFields fields = DocumentedRequest();
  fields.camera.target = {0, 0, 0};
  const std::string text = KeyText(fields);

  fields.camera.roll = -0.0;
  fields.camera.target = {-0.0, 0, -0.0};

  EXPECT_EQ(KeyText(fields), text);
}

TEST(ContentKey, NumbersThatDifferInTheLastBitDiffer) {
  KeyFields fields = DocumentedRequest();
  fields.camera.distance = 0.1;
  const std::string text = KeyText(fields);

  fields.camera.distance =
      std::nextafter(0.1, std::numeric_limits<double>::max());

  EXPECT_NE(KeyText(fields), text);
}

TEST(ContentKey, WhatTheCameraDoesNotLookAtDoesNotEnter) {
  KeyFields fields = DocumentedRequest();
  fields.camera.matrix.emplace()[0] = 1;
  const std::string of_matrix = KeyText(fields);
  fields.camera.eye = {1, 2, 3};
  fields.camera.azimuth = 7;
  fields.camera.distance = 7;
  EXPECT_EQ(KeyText(fields), of_matrix);

  fields.camera.matrix.reset();
  const std::string of_eye = KeyText(fields);
  fields.camera.elevation = 8;
  fields.camera.distance = 8;
  fields.camera.margin = 0.2;
  EXPECT_EQ(KeyText(fields), of_eye);

  fields.camera.eye.reset();
  const std::string of_distance = KeyText(fields);
  fields.camera.margin = 0.3;
  EXPECT_EQ(KeyText(fields), of_distance);

  fields.camera.orthographic = false;
  const std::string of_perspective = KeyText(fields);
  fields.camera.ortho_height = 9;
  EXPECT_EQ(KeyText(fields), of_perspective);

  fields.transparent = true;
  const std::string of_nothing = KeyText(fields);
  fields.background = KeyColor{1, 2, 3, 4};
  EXPECT_EQ(KeyText(fields), of_nothing);
}

TEST(ContentKey, ADefaultThatIsSpelledOutIsNoOtherPicture) {
  const KeyFields absent = DocumentedRequest();
  KeyFields given = absent;
  given.samples = 4;
  given.background = KeyColor{240, 240, 240, 255};
  given.background_bottom = given.background;
  given.shadows = "fast";
  given.ambient_occlusion = true;
  EXPECT_EQ(KeyText(given), KeyText(absent));

  KeyFields flat = absent;
  flat.style = "flat";
  KeyFields flat_given = flat;
  flat_given.shadows = "off";
  flat_given.ambient_occlusion = false;
  EXPECT_EQ(KeyText(flat_given), KeyText(flat));

  KeyFields large = absent;
  large.width = 3840;
  large.height = 2160;
  KeyFields large_given = large;
  large_given.samples = 1;
  EXPECT_EQ(KeyText(large_given), KeyText(large));
}

TEST(ContentKey, TheStyleGoxelHasABackgroundOfItsOwn) {
  KeyFields own = DocumentedRequest();
  own.style = "goxel";
  KeyFields given = own;
  given.background = KeyColor{240, 240, 240, 255};

  EXPECT_NE(KeyText(given), KeyText(own));
  EXPECT_NE(KeyText(own).find("background own\n"), std::string::npos);
}

TEST(ContentKey, WithoutLightItsSettingsDoNotEnter) {
  KeyFields dark = DocumentedRequest();
  dark.style = "flat";
  KeyFields lit = dark;
  lit.light.azimuth = 9;
  lit.light.intensity = 2;
  EXPECT_EQ(KeyText(lit), KeyText(dark));

  for (const auto& [shadows, ground] :
       {std::pair{"smooth", false}, {"off", true}}) {
    lit.shadows = dark.shadows = shadows;
    lit.ground = dark.ground = ground;
    EXPECT_NE(KeyText(lit), KeyText(dark)) << shadows << ground;
  }
}

TEST(ContentKey, ALightThatStaysByItselfStaysWhenItIsSaid) {
  KeyFields absent = DocumentedRequest();
  KeyFields given = absent;
  given.light.follows_camera = false;
  EXPECT_NE(KeyText(given), KeyText(absent)) << "a style's sun may follow";

  absent.light.azimuth = given.light.azimuth = 20;
  EXPECT_EQ(KeyText(given), KeyText(absent));
  given.light.follows_camera = true;
  EXPECT_NE(KeyText(given), KeyText(absent));
}

TEST(ContentKey, IntrinsicsStandInPlaceOfTheFieldOfView) {
  KeyFields fields = DocumentedRequest();
  fields.camera.intrinsics = {700, 700, 400, 300};
  const std::string text = KeyText(fields);
  fields.camera.fov = 50;
  EXPECT_EQ(KeyText(fields), text);
  fields.camera.intrinsics->at(2) = 401;
  EXPECT_NE(KeyText(fields), text);
}

// Straight above its target, an eye without azimuth looks along +Y; a turntable
// without one stands at 45 degrees.
TEST(ContentKey, AnAzimuthThatIsNotGivenIsTheOneThatIsTaken) {
  KeyFields given = DocumentedRequest();
  KeyFields absent = given;
  given.camera.azimuth = 45;
  absent.camera.azimuth.reset();
  EXPECT_EQ(KeyText(given), KeyText(absent));

  given.camera.eye = absent.camera.eye = {0, 0, 9};
  EXPECT_NE(KeyText(given), KeyText(absent));
  given.camera.azimuth = 0;
  EXPECT_EQ(KeyText(given), KeyText(absent));
}

}  // namespace
}  // namespace goxel
