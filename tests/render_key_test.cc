// Which parameters of goxel.render_scene make another picture, and whether the
// key follows exactly those.

#include "daemon/render_key.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "daemon/project.h"
#include "renderer/look.h"
#include "renderer/stored_camera.h"

namespace goxel {
namespace {

constexpr Hash128 kScene = {.high = 1, .low = 2};
constexpr std::string_view kBuild = "look 1 on llvmpipe";
const std::array<StoredCamera, 1> kStored = {
    {{.name = "shot",
      .matrix = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 5, 99, 1}}}};
constexpr Box kBounds = {.min = {-3, 2, 1}, .max = {9, 7, 30}};

SceneRenderRequest Parse(std::string_view json) {
  RenderLimits limits;
  limits.render_directory = "/tmp/renders";
  auto params = Params::Parse(json);
  EXPECT_TRUE(params) << json;
  auto request = ParseRenderRequest(*params, limits);
  EXPECT_TRUE(request) << json << ": " << request.error().message();
  SceneRenderRequest read = request.value_or(SceneRenderRequest{});
  EXPECT_TRUE(UseStoredCamera(kStored, read.camera).ok()) << json;
  return read;
}

ContentKey KeyOf(const SceneRenderRequest& request) {
  return MakeContentKey(request, kScene, kBuild);
}

void Describe(const Camera& camera, std::string& picture) {
  for (int i = 0; i < 16; ++i) {
    picture += fmt::format("{:.9f} {:.9f} ",
                           camera.camera_to_world[i / 4][i % 4] + 0.0,
                           camera.projection[i / 4][i % 4] + 0.0);
  }
}

void Describe(Color color, std::string& picture) {
  picture += fmt::format("({} {} {} {}) ", color.r, color.g, color.b, color.a);
}

void Describe(const Light& light, bool casts_shadows, std::string& picture) {
  for (std::size_t face = 0; face < 6; ++face) {
    for (int i = 0; i < 3; ++i) {
      picture += fmt::format("{} {} ", light.faces.sunlit[face][i],
                             light.faces.shaded[face][i]);
    }
  }
  if (!casts_shadows) return;
  picture += fmt::format("sun {:.9f} {:.9f} {:.9f} ", light.to_sun.x,
                         light.to_sun.y, light.to_sun.z);
}

void Describe(const Look& look, std::string& picture) {
  const bool casts_shadows =
      look.shadows != Shadows::kOff || look.ground_shadow > 0;
  Describe(look.light, casts_shadows, picture);
  picture += fmt::format("shadows {} ground {} ", ToString(look.shadows),
                         look.ground_shadow);
  if (look.occlusion) {
    picture += fmt::format("occlusion {} {} ", look.occlusion->sunlit,
                           look.occlusion->shaded);
  }
  for (const auto color : {look.paint.value_or(Color{}), look.background.top,
                           look.background.bottom}) {
    Describe(color, picture);
  }
  if (!look.outline) return;
  picture += fmt::format("outline {} ", look.outline->width);
  Describe(look.outline->color, picture);
}

// What decides the bytes of the file, told by the renderer's own camera and
// look.
std::string PictureOf(const SceneRenderRequest& request) {
  const auto camera =
      ResolveCamera(request.camera, kBounds, static_cast<int>(request.width),
                    static_cast<int>(request.height));
  EXPECT_TRUE(camera) << camera.error().message();
  std::string picture;
  Describe(*camera, picture);
  Describe(ResolveLook(request.settings, *camera), picture);
  picture +=
      fmt::format("{}x{} {} {}", request.width, request.height,
                  request.settings.samples_per_side, ToString(request.format));
  if (request.format == RenderFormat::kPng) {
    picture += fmt::format(" {}", static_cast<int>(request.compression));
  } else if (request.format == RenderFormat::kJpg) {
    picture += fmt::format(" {}", request.quality);
  }
  return picture;
}

// Two requests that differ in one parameter.
struct Row {
  const char* parameter;
  bool other_picture;
  const char* one;
  const char* other;
};

constexpr Row kRows[] = {
    {"width", true, "{}", R"({"width":100})"},
    {"height", true, "{}", R"({"height":100})"},
    {"output_path", false, R"({"output_path":"a.png"})",
     R"({"output_path":"b.png"})"},

    {"return_mode", false,
     R"({"options":{"return_mode":"file_path","format":"pam"}})",
     R"({"options":{"return_mode":"mmap"}})"},
    {"format", true, R"({"options":{"return_mode":"file_path"}})",
     R"({"options":{"return_mode":"file_path","format":"ppm"}})"},
    {"compression", true, "{}", R"({"options":{"compression":"smallest"}})"},
    {"compression", false, R"({"options":{"return_mode":"mmap"}})",
     R"({"options":{"return_mode":"mmap","compression":"smallest"}})"},
    {"format", true, "{}", R"({"options":{"format":"jpg"}})"},
    {"format", true, "{}", R"({"options":{"format":"bmp"}})"},
    {"quality", true, R"({"options":{"format":"jpg"}})",
     R"({"options":{"format":"jpg","quality":30}})"},
    {"quality", false, R"({"options":{"format":"jpg"}})",
     R"({"options":{"format":"jpg","quality":90}})"},
    {"quality", false, "{}", R"({"options":{"quality":30}})"},
    {"shading", true, "{}", R"({"options":{"shading":"flat"}})"},
    {"background_color", true, "{}",
     R"({"options":{"background_color":[240,240,241]}})"},
    {"background_color", false, R"({"options":{"transparent":true}})",
     R"({"options":{"background_color":[1,2,3,0]}})"},
    {"transparent", true, "{}", R"({"options":{"transparent":true}})"},
    {"background_color", false, "{}",
     R"({"options":{"background_color":[240,240,240]}})"},
    {"background_color", true, R"({"options":{"style":"goxel"}})",
     R"({"options":{"style":"goxel","background_color":[240,240,240]}})"},
    {"background_bottom", true, "{}",
     R"({"options":{"background_bottom":[9,9,9]}})"},
    {"background_bottom", false, "{}",
     R"({"options":{"background_bottom":[240,240,240]}})"},
    {"background_bottom", false, R"({"options":{"transparent":true}})",
     R"({"options":{"transparent":true,"background_bottom":[9,9,9]}})"},
    {"style", true, "{}", R"({"options":{"style":"goxel"}})"},
    {"style", true, "{}", R"({"options":{"style":"clay"}})"},
    {"style", false, "{}", R"({"options":{"style":"default"}})"},
    {"style", false, R"({"options":{"shading":"flat"}})",
     R"({"options":{"style":"flat"}})"},
    {"shading", false, "{}", R"({"options":{"shading":"lit"}})"},
    {"samples", false, "{}", R"({"options":{"samples":4}})"},
    {"samples", true, "{}", R"({"options":{"samples":1}})"},
    {"samples", false, R"({"width":1921,"height":1080})",
     R"({"width":1921,"height":1080,"options":{"samples":1}})"},
    {"shadows", true, "{}", R"({"options":{"shadows":false}})"},
    {"shadows", true, "{}", R"({"options":{"shadows":"smooth"}})"},
    {"shadows", false, "{}", R"({"options":{"shadows":true}})"},
    {"shadows", false, "{}", R"({"options":{"shadows":"fast"}})"},
    {"shadows", false, R"({"options":{"style":"flat"}})",
     R"({"options":{"style":"flat","shadows":"off"}})"},
    {"ambient_occlusion", true, "{}",
     R"({"options":{"ambient_occlusion":false}})"},
    {"ambient_occlusion", false, "{}",
     R"({"options":{"ambient_occlusion":true}})"},
    {"ambient_occlusion", false, R"({"options":{"style":"flat"}})",
     R"({"options":{"style":"flat","ambient_occlusion":false}})"},
    {"outline", true, "{}", R"({"options":{"outline":true}})"},
    {"outline", false, "{}", R"({"options":{"outline":false}})"},
    {"outline", false, R"({"options":{"outline":true}})",
     R"({"options":{"outline":{"width":1,"color":[20,20,24]}}})"},
    {"width", true, R"({"options":{"outline":true}})",
     R"({"options":{"outline":{"width":2}}})"},
    {"color", true, R"({"options":{"outline":true}})",
     R"({"options":{"outline":{"color":[20,20,25]}}})"},
    {"ground", true, "{}", R"({"options":{"ground":true}})"},
    {"ground", false, "{}", R"({"options":{"ground":false}})"},
    {"light", false, "{}", R"({"options":{"light":{}}})"},
    {"azimuth", true, "{}", R"({"options":{"light":{"azimuth":10}}})"},
    {"elevation", true, "{}", R"({"options":{"light":{"elevation":10}}})"},
    {"follows_camera", true, R"({"options":{"light":{"azimuth":10}}})",
     R"({"options":{"light":{"azimuth":10,"follows_camera":true}}})"},
    {"follows_camera", false, R"({"options":{"light":{"azimuth":10}}})",
     R"({"options":{"light":{"azimuth":10,"follows_camera":false}}})"},
    {"intensity", true, "{}", R"({"options":{"light":{"intensity":2}}})"},
    {"intensity", false, "{}", R"({"options":{"light":{"intensity":1}}})"},
    {"ambient", true, "{}", R"({"options":{"light":{"ambient":2}}})"},
    {"shadow", true, "{}", R"({"options":{"light":{"shadow":0.5}}})"},
    {"light", false, R"({"options":{"style":"flat"}})",
     R"({"options":{"style":"flat","light":{"azimuth":9,"intensity":2}}})"},
    {"cache", false, "{}", R"({"options":{"cache":"refresh"}})"},
    {"checksum", false, "{}", R"({"options":{"checksum":"xxh3"}})"},
    {"ttl_seconds", false, "{}", R"({"options":{"ttl_seconds":5}})"},
    {"session_id", false, "{}", R"({"options":{"session_id":"0000ab"}})"},
    {"fallback", false, "{}", R"({"options":{"fallback":["fd"]}})"},
    {"output_dir", false, "{}", R"({"options":{"output_dir":"/tmp/renders"}})"},
    {"output_dir", false, R"({"options":{"return_mode":"file_path"}})",
     R"({"options":{"return_mode":"file_path","output_dir":"/tmp"}})"},
    {"encrypt", false, R"({"options":{"return_mode":"file_path"}})",
     R"({"options":{"return_mode":"file_path","encrypt":true}})"},
    {"progress", false, "{}", R"({"options":{"progress":true}})"},

    {"camera_preset", true, "{}", R"({"camera_preset":"top"})"},
    {"camera_preset", false, "{}", R"({"camera_preset":"isometric"})"},
    {"camera_preset", false, R"({"camera":{"azimuth":180,"elevation":0}})",
     R"({"camera_preset":"back"})"},
    {"camera_position", true, "{}", R"({"camera_position":[9,9,9]})"},
    {"camera_position", false, R"({"camera_position":[9,9,9]})",
     R"({"camera":{"eye":[9,9,9]}})"},
    {"camera_target", true, "{}", R"({"camera_target":[1,2,3]})"},

    {"azimuth", true, "{}", R"({"camera":{"azimuth":46}})"},
    {"elevation", true, "{}", R"({"camera":{"elevation":44}})"},
    {"roll", true, "{}", R"({"camera":{"roll":1}})"},
    {"distance", true, "{}", R"({"camera":{"distance":50}})"},
    {"distance", true, R"({"camera":{"distance":50}})",
     R"({"camera":{"distance":51}})"},
    {"fit", false, "{}", R"({"camera":{"fit":true}})"},
    {"fit", true, R"({"camera":{"distance":50}})",
     R"({"camera":{"distance":50,"fit":true}})"},
    {"target", true, "{}", R"({"camera":{"target":[1,2,3]}})"},
    {"eye", true, "{}", R"({"camera":{"eye":[1,2,90]}})"},
    {"target", true, R"({"camera":{"target":[1,2,3]}})",
     R"({"camera":{"target":[1,2,4]}})"},
    {"eye", true, R"({"camera":{"eye":[1,2,90]}})",
     R"({"camera":{"eye":[1,2,91]}})"},
    {"azimuth", true, R"({"camera":{"eye":[1,2,90],"target":[1,2,3]}})",
     R"({"camera":{"eye":[1,2,90],"target":[1,2,3],"azimuth":45}})"},
    {"elevation", false, R"({"camera":{"eye":[1,2,90]}})",
     R"({"camera":{"eye":[1,2,90],"elevation":3}})"},
    {"fov", true, "{}", R"({"camera":{"fov":21}})"},
    {"margin", true, "{}", R"({"camera":{"margin":0.09}})"},
    {"margin", false, R"({"camera":{"distance":50}})",
     R"({"camera":{"distance":50,"margin":0.2}})"},
    {"ortho", true, "{}", R"({"camera":{"ortho":true}})"},
    {"ortho_height", true, R"({"camera":{"ortho":true}})",
     R"({"camera":{"ortho":true,"ortho_height":12}})"},
    {"ortho_height", false, "{}", R"({"camera":{"ortho_height":12}})"},
    {"ortho_width", true, R"({"camera":{"ortho":true}})",
     R"({"camera":{"ortho":true,"ortho_width":12}})"},
    {"ortho_width", false, R"({"camera":{"ortho":true,"ortho_height":12}})",
     R"({"camera":{"ortho":true,"ortho_height":12,"ortho_width":9}})"},
    {"near", true, "{}", R"({"camera":{"near":12}})"},
    {"far", true, "{}", R"({"camera":{"far":120}})"},
    {"up", true, R"({"camera":{"eye":[1,2,90]}})",
     R"({"camera":{"eye":[1,2,90],"up":[1,0,0]}})"},
    {"up", false, "{}", R"({"camera":{"up":[1,0,0]}})"},
    {"intrinsics", true, R"({"camera":{"distance":50}})",
     R"({"camera":{"distance":50,
                   "intrinsics":[900,0,256, 0,900,256, 0,0,1]}})"},
    {"fov", false,
     R"({"camera":{"distance":50,
                   "intrinsics":[900,0,256, 0,900,256, 0,0,1]}})",
     R"({"camera":{"distance":50,"fov":50,
                   "intrinsics":[900,0,256, 0,900,256, 0,0,1]}})"},
    {"stored", false, R"({"camera":{"stored":"shot"}})",
     R"({"camera":{"matrix":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,5,99,1]}})"},
    {"world_to_camera", false,
     R"({"camera":{"world_to_camera":[1,0,0,0, 0,1,0,0, 0,0,1,0, -5,-5,-99,1]}})",
     R"({"camera":{"matrix":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,5,99,1]}})"},
    {"convention", false,
     R"({"camera":{"matrix":[1,0,0,0, 0,-1,0,0, 0,0,-1,0, 5,5,99,1],
                   "convention":"opencv"}})",
     R"({"camera":{"matrix":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,5,99,1]}})"},
    {"matrix", true, "{}",
     R"({"camera":{"matrix":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,5,99,1]}})"},
    {"matrix", true,
     R"({"camera":{"matrix":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,5,99,1]}})",
     R"({"camera":{"matrix":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,6,99,1]}})"},
    {"distance", false,
     R"({"camera":{"matrix":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,5,99,1]}})",
     R"({"camera":{"matrix":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,5,99,1],
                   "distance":7,"eye":[1,2,3],"azimuth":4}})"},
};

TEST(RenderKey, FollowsExactlyWhatMakesAnotherPicture) {
  for (const Row& row : kRows) {
    const SceneRenderRequest one = Parse(row.one);
    const SceneRenderRequest other = Parse(row.other);
    EXPECT_EQ(PictureOf(one) != PictureOf(other), row.other_picture)
        << row.parameter << " of " << row.other;
    EXPECT_EQ(KeyOf(one) != KeyOf(other), row.other_picture)
        << row.parameter << " of " << row.other;
  }
}

// The names that the parsers look for, read off their source: a parameter that
// somebody adds fails this test until it has its row.
TEST(RenderKey, EveryParameterHasItsRow) {
  std::set<std::string> read = {};
  for (const char* file : {"render_options.cc", "look_options.cc",
                           "render_request.cc", "camera_request.cc"}) {
    std::ifstream source(std::filesystem::path(GOXEL_SOURCE_DIR) / "daemon" /
                         file);
    const std::string text{std::istreambuf_iterator<char>(source), {}};
    const std::regex name(
        R"re(\b(?:Read|read|ReadSide|Member|Find)\((?:[*\w]+, )?"(\w+)")re");
    for (std::sregex_iterator at(text.begin(), text.end(), name), end;
         at != end; ++at) {
      read.insert((*at)[1]);
    }
  }
  std::set<std::string> in_table = {"options", "camera"};  // They hold others.
  for (const Row& row : kRows) in_table.insert(row.parameter);

  EXPECT_EQ(in_table, read);
}

TEST(RenderKey, FieldsOfAClientHaveTheDefaultsOfARequest) {
  KeyFields of_client{.scene = {.high = kScene.high, .low = kScene.low},
                      .build_hash = BuildHashOf(kBuild)};

  EXPECT_EQ(KeyText(of_client),
            KeyText(KeyFieldsOf(Parse("{}"), kScene, kBuild)));
}

TEST(RenderKey, EveryPresetSharesWithItsAngles) {
  for (const CameraPreset& preset : CameraPresets()) {
    const auto by_name =
        Parse(fmt::format(R"({{"camera_preset":"{}"}})", preset.name));
    const auto by_angles = Parse(fmt::format(
        R"({{"camera":{{"azimuth":{},"elevation":{},"ortho":{}}}}})",
        preset.azimuth, preset.elevation, preset.orthographic));
    EXPECT_EQ(KeyOf(by_name), KeyOf(by_angles)) << preset.name;
  }
}

// They could share; two keys cost a second render, never a wrong one.
TEST(RenderKey, AFullTurnMakesAnotherKey) {
  EXPECT_NE(KeyOf(Parse(R"({"camera":{"azimuth":30}})")),
            KeyOf(Parse(R"({"camera":{"azimuth":390}})")));
}

TEST(RenderKey, ChangesWithTheRenderer) {
  const SceneRenderRequest request = Parse("{}");

  EXPECT_NE(MakeContentKey(request, kScene, "look 2 on llvmpipe"),
            KeyOf(request));
  EXPECT_NE(BuildHashOf(""), 0u);
}

TEST(RenderKey, EverySingleEditOfTheSceneChangesIt) {
  constexpr Cell kCell = {1, 2, 3};
  constexpr Color kRed = {255, 0, 0, 255};
  Project project;
  ASSERT_TRUE(project.Replace(NewScene(), "p", {}).ok());
  const auto edit = [&](auto change) {
    const Status edited = project.Edit([&](Scene& scene) -> Status {
      change(scene);
      return {};
    });
    EXPECT_TRUE(edited.ok());
  };
  const auto key = [&] {
    return MakeContentKey(Parse("{}"), project.Snapshot()->view().scene.hash,
                          kBuild);
  };
  const auto volume = [](Scene& scene) -> Volume& {
    return scene.layers.front().volume;
  };
  edit([&](Scene& scene) { volume(scene).Set({0, 0, 0}, kRed); });
  const ContentKey before = key();
  const auto expect_changed_by = [&](const char* what, auto change, auto undo) {
    edit(change);
    EXPECT_NE(key(), before) << what;
    edit(undo);
    EXPECT_EQ(key(), before) << "undone: " << what;
  };
  const auto remove = [&](Scene& scene) { volume(scene).Set(kCell, {}); };
  const auto set_first = [&](Color color) {
    return [&volume, color](Scene& s) { volume(s).Set({0, 0, 0}, color); };
  };

  expect_changed_by(
      "adding a voxel", [&](Scene& scene) { volume(scene).Set(kCell, kRed); },
      remove);
  expect_changed_by("removing a voxel", set_first({}), set_first(kRed));
  expect_changed_by("one step of one channel", set_first({254, 0, 0, 255}),
                    set_first(kRed));
  expect_changed_by("another alpha", set_first({255, 0, 0, 254}),
                    set_first(kRed));
  expect_changed_by(
      "moving a voxel",
      [&](Scene& scene) {
        volume(scene).Set({0, 0, 0}, {});
        volume(scene).Set({0, 0, 1}, kRed);
      },
      [&](Scene& scene) {
        volume(scene).Set({0, 0, 1}, {});
        volume(scene).Set({0, 0, 0}, kRed);
      });
  expect_changed_by(
      "moving all by a tile",
      [&](Scene& scene) {
        volume(scene).Set({0, 0, 0}, {});
        volume(scene).Set({16, 0, 0}, kRed);
      },
      [&](Scene& scene) {
        volume(scene).Set({16, 0, 0}, {});
        volume(scene).Set({0, 0, 0}, kRed);
      });
  expect_changed_by(
      "hiding a layer",
      [](Scene& scene) { scene.layers.front().visible = false; },
      [](Scene& scene) { scene.layers.front().visible = true; });
  expect_changed_by(
      "another layer's voxel",
      [&](Scene& scene) {
        Layer layer = scene.layers.front();
        layer.volume = {};
        layer.volume.Set(kCell, kRed);
        scene.layers.push_back(std::move(layer));
      },
      [](Scene& scene) { scene.layers.pop_back(); });
}

}  // namespace
}  // namespace goxel
