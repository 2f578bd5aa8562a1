#include "daemon/render_request.h"

#include <gtest/gtest.h>

#include <string>

namespace goxel {
namespace {

RenderLimits SmallLimits() {
  RenderLimits limits;
  limits.max_width = 4096;
  limits.max_height = 4096;
  limits.max_render_bytes = 4u << 20;
  limits.max_inline_bytes = 1u << 20;
  limits.render_directory = "/tmp/renders";
  return limits;
}

Result<SceneRenderRequest> ParseRequest(
    std::string_view json, const RenderLimits& limits = SmallLimits()) {
  auto params = Params::Parse(json);
  if (!params) return Fail(params.error());
  return ParseRenderRequest(*params, limits);
}

SceneRenderRequest MustParse(std::string_view json) {
  auto request = ParseRequest(json);
  EXPECT_TRUE(request) << json << ": " << request.error().message();
  return request.value_or(SceneRenderRequest{});
}

TEST(RenderRequest, ArrayFormKeepsDefaultsForWhatIsWrong) {
  struct Case {
    const char* json;
    std::uint32_t width, height;
  };
  for (const Case& c : std::initializer_list<Case>{
           {R"(["o.png",800,600])", 800, 600},
           {R"(["o.png"])", 512, 512},
           {R"(["o.png",0,-3])", 512, 512},
           {R"(["o.png",1.5,"9"])", 512, 512},
       }) {
    const SceneRenderRequest request = MustParse(c.json);
    EXPECT_EQ(request.mode, ReturnMode::kOutputPath) << c.json;
    EXPECT_EQ(request.output_path, "o.png") << c.json;
    EXPECT_EQ(request.width, c.width) << c.json;
    EXPECT_EQ(request.height, c.height) << c.json;
  }
}

TEST(RenderRequest, WithoutPathTheAnswerIsText) {
  for (const char* json : {"", "[]", "{}", "[7]"}) {
    const SceneRenderRequest request = MustParse(json);
    EXPECT_EQ(request.mode, ReturnMode::kBase64) << json;
    EXPECT_TRUE(request.legacy_reply) << json;
    EXPECT_EQ(request.format, RenderFormat::kPng) << json;
  }
}

TEST(RenderRequest, ReturnModeWinsOverOutputPath) {
  const SceneRenderRequest request = MustParse(
      R"({"output_path":"a.png","options":{"return_mode":"file_path"}})");

  EXPECT_EQ(request.mode, ReturnMode::kFilePath);
  EXPECT_FALSE(request.legacy_reply);
}

TEST(RenderRequest, MappedRendersAreRaw) {
  for (const char* mode : {"mmap", "fd"}) {
    EXPECT_EQ(
        MustParse(std::string(R"({"options":{"return_mode":")") + mode + "\"}}")
            .format,
        RenderFormat::kPam);
  }
}

TEST(RenderRequest, FormatFollowsTheOptionThenTheExtension) {
  EXPECT_EQ(MustParse(R"({"output_path":"a.PPM"})").format, RenderFormat::kPpm);
  EXPECT_EQ(MustParse(R"({"output_path":"a"})").format, RenderFormat::kPng);
  EXPECT_EQ(
      MustParse(R"({"output_path":"a.ppm","options":{"format":"pam"}})").format,
      RenderFormat::kPam);
}

TEST(RenderRequest, ReadsEveryOption) {
  const SceneRenderRequest request = MustParse(R"({"width":64,"height":32,
      "camera_preset":"top","camera":{"distance":50,"fov":30,"roll":5,
      "target":[1,2,3]},
      "options":{"return_mode":"file_path","format":"png","ttl_seconds":5,
      "cache":"refresh","checksum":"xxh3","compression":"smallest",
      "background_color":[1,2,3,4],"shading":"flat","session_id":"00ff10",
      "fallback":["fd"],"encrypt":true,"progress":true,"anything_else":1,
      "shadows":false}})");

  EXPECT_EQ(request.width, 64u);
  EXPECT_EQ(request.height, 32u);
  EXPECT_EQ(request.camera.elevation, 90);
  EXPECT_EQ(request.camera.distance, 50);
  EXPECT_EQ(request.camera.fov, 30);
  EXPECT_EQ(request.camera.target, (std::array<double, 3>{1, 2, 3}));
  EXPECT_EQ(request.ttl, std::chrono::seconds(5));
  EXPECT_EQ(request.cache, CacheUse::kRefresh);
  EXPECT_EQ(request.checksum, ChecksumKind::kXxh3);
  EXPECT_EQ(request.compression, PngCompression::kSmallest);
  EXPECT_EQ(request.settings.background, (Color{1, 2, 3, 4}));
  EXPECT_EQ(request.settings.style, Style::kFlat);
  EXPECT_EQ(request.session, 0x00ff10u);
  EXPECT_EQ(request.fallback, std::vector<ReturnMode>{ReturnMode::kFd});
  EXPECT_TRUE(request.encrypt);
  EXPECT_TRUE(request.progress);
}

TEST(RenderRequest, OlderClientsPlaceTheCameraByPosition) {
  const SceneRenderRequest request = MustParse(
      R"({"camera_position":[1,2,3],"camera_target":{"x":4,"y":5,"z":6}})");

  EXPECT_EQ(request.camera.eye, (std::array<double, 3>{1, 2, 3}));
  EXPECT_EQ(request.camera.target, (std::array<double, 3>{4, 5, 6}));
}

TEST(RenderRequest, ReadsAMatrixFlatOrInColumns) {
  const auto flat =
      MustParse(R"({"camera":{"matrix":[1,0,0,0,0,1,0,0,0,0,1,0,7,8,9,1]}})");
  const auto columns = MustParse(
      R"({"camera":{"matrix":[[1,0,0,0],[0,1,0,0],[0,0,1,0],[7,8,9,1]]}})");

  ASSERT_TRUE(flat.camera.matrix && columns.camera.matrix);
  EXPECT_EQ((*flat.camera.matrix)[3][1], 8);
  EXPECT_EQ(*flat.camera.matrix, *columns.camera.matrix);
}

TEST(RenderRequest, BackgroundWithoutAlphaIsTransparent) {
  EXPECT_TRUE(MustParse(R"({"options":{"background_color":[9,9,9,0]}})")
                  .settings.transparent);
}

struct Refusal {
  const char* json;
  StatusCode code;
  const char* message;  // A part of it.
};

class RefusedRequest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedRequest, SaysWhatIsWrongAndWhatIsRight) {
  const auto request = ParseRequest(GetParam().json);

  ASSERT_FALSE(request) << GetParam().json;
  EXPECT_EQ(request.error().code(), GetParam().code) << GetParam().json;
  EXPECT_NE(request.error().message().find(GetParam().message),
            std::string::npos)
      << request.error().message();
}

constexpr auto kBad = StatusCode::kInvalidArgument;
constexpr auto kTooLarge = StatusCode::kTooLarge;

INSTANTIATE_TEST_SUITE_P(
    Sizes, RefusedRequest,
    testing::Values(
        Refusal{R"({"width":0})", kBad, "width is 0; expected an integer"},
        Refusal{R"({"height":-2})", kBad, "height is -2"},
        Refusal{R"({"width":"9"})", kBad, "width is \"9\""},
        Refusal{R"({"width":1.0})", kBad, "width is 1.0"},
        Refusal{R"({"width":4097})", kTooLarge,
                "width is 4097; at most 4096 pixels"},
        Refusal{R"({"height":99999999999})", kTooLarge, "height is 4294967295"},
        Refusal{R"(["a.png",5000,10])", kTooLarge, "width is 5000"},
        Refusal{R"({"width":4096,"height":4096})", kTooLarge,
                "max_render_size allows 4194304"},
        Refusal{R"({"width":1024,"height":512,"options":{"format":"raw"}})",
                kTooLarge, "max_inline_size allows 1048576"}));

INSTANTIATE_TEST_SUITE_P(
    Words, RefusedRequest,
    testing::Values(
        Refusal{R"({"options":{"return_mode":"image"}})", kBad,
                "output_path, file_path, mmap, fd, base64 or direct"},
        Refusal{R"({"options":{"return_mode":"output_path"}})", kBad,
                "output_path is missing"},
        Refusal{R"({"options":{"format":"gif"}})", kBad,
                "options.format is \"gif\"; expected png, jpg"},
        Refusal{R"({"options":{"return_mode":"file_path","format":"qoi"}})",
                kBad, "expected png, jpg, jpeg, bmp, pam or ppm"},
        Refusal{R"({"options":{"format":"ppm"}})", kBad, "raw, rgba or pam"},
        Refusal{R"({"options":{"return_mode":"mmap","format":"png"}})", kBad,
                "expected raw, rgba or pam"},
        Refusal{R"(["a.tiff"])", kBad, "the extension of output_path"},
        Refusal{R"({"options":{"compression":9}})", kBad,
                "fast, balanced or smallest"},
        Refusal{R"({"options":{"checksum":"md5"}})", kBad,
                "sha256, xxh3 or none"},
        Refusal{R"({"options":{"cache":"no"}})", kBad, "use, refresh or off"},
        Refusal{R"({"options":{"shading":"toon"}})", kBad, "lit or flat"},
        Refusal{R"({"options":{"style":"toon"}})", kBad,
                "options.style is \"toon\"; expected default, goxel, flat or "
                "clay"},
        Refusal{R"({"options":{"shadows":"hard"}})", kBad,
                "options.shadows is \"hard\"; expected off, fast or smooth"},
        Refusal{R"({"options":{"shadows":2}})", kBad,
                "expected true, false, off, fast or smooth"},
        Refusal{R"({"camera":{"convention":"blender"}})", kBad,
                "camera.convention is \"blender\"; expected opengl or opencv"},
        Refusal{R"({"options":{"fallback":["file"]}})", kBad, "fd or base64"},
        Refusal{R"({"options":{"fallback":"fd"}})", kBad, "an array"},
        Refusal{R"({"camera_preset":"behind"})", kBad, "isometric"}));

INSTANTIATE_TEST_SUITE_P(
    Values, RefusedRequest,
    testing::Values(
        Refusal{R"({"options":7})", kBad, "options is 7; expected an object"},
        Refusal{R"({"output_path":7})", kBad, "output_path is 7"},
        Refusal{R"({"options":{"ttl_seconds":0}})", kBad,
                "options.ttl_seconds is 0; expected an integer from 1"},
        Refusal{R"({"options":{"ttl_seconds":31536001}})", kBad, "31536000"},
        Refusal{R"({"options":{"background_color":[1,2]}})", kBad, "[r, g, b]"},
        Refusal{R"({"options":{"background_color":[1,2,256]}})", kBad, "255"},
        Refusal{R"({"options":{"background_color":[1,2,0.5]}})", kBad, "255"},
        Refusal{R"({"options":{"transparent":"yes"}})", kBad, "true or false"},
        Refusal{R"({"options":{"output_dir":"/etc"}})", kBad,
                "output_dir is \"/etc\" with return_mode \"base64\""},
        Refusal{R"({"options":{"return_mode":"mmap","output_dir":"/tmp"}})",
                kBad, "only \"file_path\" writes there"},
        Refusal{R"({"options":{"output_dir":""}})", kBad,
                "the path of a directory"},
        Refusal{R"({"options":{"output_dir":"/tmp","encrypt":true,
                               "return_mode":"file_path"}})",
                kBad, "only \"file_path\" has encrypted renders"},
        Refusal{R"({"options":{"quality":0}})", kBad,
                "options.quality is 0; expected an integer from 1"},
        Refusal{R"({"options":{"quality":"high"}})", kBad, "options.quality"},
        Refusal{R"({"options":{"encrypt":1}})", kBad, "true or false"},
        Refusal{R"({"options":{"progress":"yes"}})", kBad, "true or false"},
        Refusal{R"({"options":{"encrypt":true,"return_mode":"mmap"}})", kBad,
                "only \"file_path\" has encrypted renders"},
        Refusal{R"({"options":{"encrypt":true}})", kBad,
                "with return_mode \"base64\""},
        Refusal{R"({"options":{"aov":["depth"]}})", kBad, "options.aov"},
        Refusal{R"({"options":{"samples":2}})", kBad,
                "options.samples is 2; expected 1, 4 or 9"},
        Refusal{R"({"options":{"samples":4.0}})", kBad, "1, 4 or 9"},
        Refusal{R"({"options":{"samples":"4"}})", kBad, "1, 4 or 9"},
        Refusal{R"({"camera":[]})", kBad, "camera is []; expected an object"},
        Refusal{R"({"camera":{"azimuth":"x"}})", kBad, "camera.azimuth"},
        Refusal{R"({"camera":{"target":[1,2]}})", kBad, "an array of 3"},
        Refusal{R"({"camera":{"target":{"x":1}}})", kBad, "x, y and z"},
        Refusal{R"({"camera":{"matrix":[1]}})", kBad, "an array of 16"},
        Refusal{R"({"camera":{"matrix":[[1],[2]]}})", kBad,
                "4 arrays of 4 numbers"},
        Refusal{R"({"camera":{"fit":false}})", kBad, "camera.distance"}));

INSTANTIATE_TEST_SUITE_P(
    Looks, RefusedRequest,
    testing::Values(
        Refusal{R"({"options":{"ambient_occlusion":1}})", kBad,
                "options.ambient_occlusion is 1; expected true or false"},
        Refusal{R"({"options":{"ground":"yes"}})", kBad, "options.ground"},
        Refusal{R"({"options":{"outline":2}})", kBad, "options.outline is 2"},
        Refusal{R"({"options":{"outline":{"width":0.4}}})", kBad,
                "options.outline.width is 0.4; expected a number from 0.5 to "
                "16"},
        Refusal{R"({"options":{"outline":{"color":"red"}}})", kBad,
                "options.outline.color"},
        Refusal{R"({"options":{"background_bottom":[1]}})", kBad,
                "options.background_bottom"},
        Refusal{R"({"options":{"light":7}})", kBad,
                "options.light is 7; expected an object"},
        Refusal{R"({"options":{"light":{"azimuth":"left"}}})", kBad,
                "options.light.azimuth"},
        Refusal{R"({"options":{"light":{"elevation":91}}})", kBad,
                "options.light.elevation is 91; expected a number from -90 to "
                "90"},
        Refusal{R"({"options":{"light":{"follows_camera":1}}})", kBad,
                "options.light.follows_camera"},
        Refusal{R"({"options":{"light":{"intensity":-1}}})", kBad,
                "a number from 0 to 10"},
        Refusal{R"({"options":{"light":{"ambient":10.5}}})", kBad,
                "options.light.ambient is 10.5"},
        Refusal{R"({"options":{"light":{"shadow":2}}})", kBad,
                "options.light.shadow is 2; expected a number from 0 to 1"}));

INSTANTIATE_TEST_SUITE_P(
    Cameras, RefusedRequest,
    testing::Values(
        Refusal{R"({"camera":{"intrinsics":[1,2,3]}})", kBad,
                "camera.intrinsics is [1,2,3]; expected an array of 9"},
        Refusal{R"({"camera":{"intrinsics":[[9,0,5],[0,9,5]]}})", kBad,
                "3 arrays of 3 numbers"},
        Refusal{R"({"camera":{"intrinsics":[9,0.1,5, 0,9,5, 0,0,1]}})", kBad,
                "a skew is not possible"},
        Refusal{R"({"camera":{"intrinsics":[9,0,0, 0,9,0, 5,5,1]}})", kBad,
                "[[fx, 0, cx], [0, fy, cy], [0, 0, 1]]"},
        Refusal{R"({"camera":{"world_to_camera":[1]}})", kBad,
                "camera.world_to_camera"},
        Refusal{R"({"camera":{"up":[0,1]}})", kBad, "camera.up"},
        Refusal{R"({"camera":{"near":"0"}})", kBad, "camera.near"},
        Refusal{R"({"camera":{"stored":1.5}})", kBad,
                "camera.stored is 1.5; expected the name or the position"},
        Refusal{R"({"camera":{"ortho":1}})", kBad, "camera.ortho is 1"},
        Refusal{R"({"camera":{"fov":1e999}})", kBad, "1e999"}));

TEST(RenderRequest, SamplesDefaultToFourUpToFullHd) {
  const auto side = [](const char* json) {
    RenderLimits limits;
    return ParseRequest(json, limits)->settings.samples_per_side;
  };

  EXPECT_EQ(side("{}"), 2);
  EXPECT_EQ(side(R"(["a.png",1920,1080])"), 2);
  EXPECT_EQ(side(R"({"width":1080,"height":1920})"), 2);
  EXPECT_EQ(side(R"({"width":1921,"height":1080})"), 1);
  EXPECT_EQ(side(R"({"options":{"samples":1}})"), 1);
  EXPECT_EQ(side(R"({"options":{"samples":9}})"), 3);
}

TEST(RenderRequest, ReadsEveryOptionOfTheLook) {
  const RenderSettings settings =
      MustParse(R"({"options":{"style":"clay","background_color":[1,2,3],
          "background_bottom":[4,5,6,7],"transparent":true,"shadows":"smooth",
          "ambient_occlusion":false,"outline":{"width":2.5,"color":[9,8,7]},
          "ground":true,"samples":9,"light":{"azimuth":-30,"elevation":60,
          "follows_camera":true,"intensity":2,"ambient":0.5,"shadow":0.25}}})")
          .settings;

  RenderSettings expected{
      .style = Style::kClay,
      .background = Color{1, 2, 3, 255},
      .background_bottom = Color{4, 5, 6, 7},
      .transparent = true,
      .shadows = Shadows::kSmooth,
      .ambient_occlusion = false,
      .outline = Outline{.width = 2.5, .color = {9, 8, 7, 255}},
      .ground = true,
      .light = {.azimuth = -30,
                .elevation = 60,
                .follows_camera = true,
                .intensity = 2,
                .ambient = 0.5,
                .shadow = 0.25},
      .samples_per_side = 3};
  EXPECT_EQ(settings, expected);
}

TEST(RenderRequest, AnOptionThatIsFalseIsNotWanted) {
  const RenderSettings settings =
      MustParse(R"({"options":{"shadows":false,"outline":false}})").settings;

  EXPECT_EQ(settings.shadows, Shadows::kOff);
  EXPECT_EQ(settings.outline, std::nullopt);
}

TEST(RenderRequest, StyleWinsOverItsOlderName) {
  EXPECT_EQ(MustParse(R"({"options":{"style":"goxel","shading":"flat"}})")
                .settings.style,
            Style::kGoxel);
}

TEST(RenderRequest, ReadsWhatACalibratedCameraSays) {
  const CameraRequest camera = MustParse(R"({"camera":{
      "world_to_camera":[[1,0,0,0],[0,1,0,0],[0,0,1,0],[-7,-8,-9,1]],
      "intrinsics":[[900,0,31.5],[0,800,20],[0,0,1]],
      "near":2,"far":30}})")
                                   .camera;

  EXPECT_EQ(camera.intrinsics,
            (Intrinsics{.fx = 900, .fy = 800, .cx = 31.5, .cy = 20}));
  EXPECT_EQ(camera.near_plane, 2);
  EXPECT_EQ(camera.far_plane, 30);
  ASSERT_TRUE(camera.matrix);
  EXPECT_EQ((*camera.matrix)[3], glm::dvec4(7, 8, 9, 1));
}

TEST(RenderRequest, AnOpenCvCameraLooksAlongItsZ) {
  const auto matrix = MustParse(
                          R"({"camera":{"convention":"opencv",
          "matrix":[1,0,0,0, 0,0,-1,0, 0,1,0,0, 7,8,9,1]}})")
                          .camera.matrix;

  ASSERT_TRUE(matrix);
  EXPECT_EQ((*matrix)[1], glm::dvec4(0, 0, 1, 0)) << "up";
  EXPECT_EQ((*matrix)[2], glm::dvec4(0, -1, 0, 0)) << "back";
}

TEST(RenderRequest, SaysWhetherItHasACameraOrALightOfItsOwn) {
  EXPECT_FALSE(MustParse(R"({"options":{"style":"flat"}})").camera_given);
  EXPECT_FALSE(MustParse("{}").light_given);
  EXPECT_TRUE(MustParse(R"({"camera":{}})").camera_given);
  EXPECT_TRUE(MustParse(R"({"camera_preset":"top"})").camera_given);
  EXPECT_TRUE(MustParse(R"({"camera_target":[1,2,3]})").camera_given);
  EXPECT_TRUE(MustParse(R"({"options":{"light":{}}})").light_given);
}

TEST(RenderRequest, FallbackKeepsTheOrderGivenAndDropsRepeats) {
  using Modes = std::vector<ReturnMode>;
  const auto fallback = [](const std::string& list) {
    return MustParse(R"({"options":{"fallback":)" + list + "}}").fallback;
  };

  EXPECT_EQ(MustParse("{}").fallback, std::nullopt);
  EXPECT_EQ(fallback("[]"), Modes());
  EXPECT_EQ(fallback(R"(["base64","fd"])"),
            (Modes{ReturnMode::kBase64, ReturnMode::kFd}));
  EXPECT_EQ(fallback(R"(["fd","fd","base64","fd"])"),
            (Modes{ReturnMode::kFd, ReturnMode::kBase64}));
}

TEST(RenderRequest, DirectIsTheTextThatNoPathGives) {
  const SceneRenderRequest request = MustParse(
      R"({"output_path":"a.png","options":{"return_mode":"direct"}})");

  EXPECT_EQ(request.mode, ReturnMode::kBase64);
  EXPECT_TRUE(request.legacy_reply);
}

TEST(RenderRequest, JpegHasTwoNames) {
  for (const char* json :
       {R"(["a.jpg"])", R"(["a.JPEG"])", R"({"options":{"format":"jpeg"}})"}) {
    EXPECT_EQ(MustParse(json).format, RenderFormat::kJpg) << json;
    EXPECT_EQ(MustParse(json).quality, 90) << json;
  }
  EXPECT_EQ(MustParse(R"({"options":{"quality":12}})").quality, 12);
}

TEST(RenderRequest, AnotherDirectoryIsAnExport) {
  const SceneRenderRequest request = MustParse(
      R"({"options":{"return_mode":"file_path","output_dir":"/var/tmp"}})");

  EXPECT_EQ(request.mode, ReturnMode::kOutputPath);
  EXPECT_EQ(request.output_directory, "/var/tmp");
  EXPECT_FALSE(request.legacy_reply);
  EXPECT_EQ(WantedChecksum(request), ChecksumKind::kSha256);
}

TEST(RenderRequest, TheRenderDirectoryIsNoOtherDirectory) {
  const SceneRenderRequest request = MustParse(
      R"({"options":{"return_mode":"file_path","output_dir":"/tmp/x/../renders"}})");

  EXPECT_EQ(request.mode, ReturnMode::kFilePath);
  EXPECT_TRUE(request.output_directory.empty());
}

TEST(RenderRequest, InAnotherModeAFormatAskedForByNameStays) {
  const auto text = [](const std::string& options) {
    return InMode(MustParse(R"({"options":{)" + options + "}}"),
                  ReturnMode::kBase64)
        .format;
  };

  EXPECT_EQ(text(R"("return_mode":"mmap")"), RenderFormat::kPng);
  EXPECT_EQ(text(R"("return_mode":"mmap","format":"raw")"), RenderFormat::kPam);
  EXPECT_EQ(text(R"("return_mode":"file_path","format":"ppm")"),
            RenderFormat::kPng);
  EXPECT_EQ(text(R"("return_mode":"file_path","format":"jpg")"),
            RenderFormat::kJpg);
  EXPECT_EQ(InMode(MustParse(R"({"options":{"return_mode":"file_path"}})"),
                   ReturnMode::kFd)
                .format,
            RenderFormat::kPam);
}

TEST(RenderRequest, TooLargeNamesRequestAndLimit) {
  const auto request = ParseRequest(R"({"width":9000})");

  ASSERT_FALSE(request);
  ASSERT_EQ(request.error().details().size(), 2u);
  EXPECT_EQ(request.error().details()[0].key, "requested");
  EXPECT_EQ(std::get<std::int64_t>(request.error().details()[1].value), 4096);
}

}  // namespace
}  // namespace goxel
