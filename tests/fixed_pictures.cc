#include "tests/fixed_pictures.h"

#include <utility>

namespace goxel {
namespace {

constexpr Color kGrass = {96, 160, 72, 255};
constexpr Color kEarth = {120, 84, 56, 255};
constexpr Color kWall = {232, 220, 196, 255};
constexpr Color kRoof = {188, 70, 52, 255};
constexpr Color kDoor = {92, 60, 40, 255};
constexpr Color kWindow = {110, 170, 220, 255};
constexpr Color kTrunk = {104, 72, 44, 255};
constexpr Color kLeaves = {52, 120, 60, 255};

void AddHouse(Volume& volume) {
  FillBox(volume, {4, 6, 2}, {13, 15, 8}, kWall);
  FillBox(volume, {7, 5, 2}, {9, 6, 6}, kDoor);
  FillBox(volume, {10, 6, 4}, {12, 7, 6}, kWindow);
  FillBox(volume, {12, 9, 4}, {13, 12, 6}, kWindow);
  for (std::int32_t step = 0; step < 6; ++step) {
    FillBox(volume, {3 + step, 5, 8 + step}, {14 - step, 16, 9 + step}, kRoof);
  }
}

void AddTree(Volume& volume) {
  FillBox(volume, {16, 3, 2}, {17, 4, 6}, kTrunk);
  FillBox(volume, {14, 1, 6}, {19, 6, 9}, kLeaves);
  FillBox(volume, {15, 2, 9}, {18, 5, 11}, kLeaves);
}

RenderSettings Samples(int per_side) { return {.samples_per_side = per_side}; }

}  // namespace

Volume HouseOnAMeadow() {
  Volume volume;
  FillBox(volume, {0, 0, 0}, {20, 20, 1}, kEarth);
  FillBox(volume, {0, 0, 1}, {20, 20, 2}, kGrass);
  AddHouse(volume);
  AddTree(volume);
  return volume;
}

std::vector<FixedPicture> FixedPictures() {
  std::vector<FixedPicture> pictures;
  for (const Style style :
       {Style::kDefault, Style::kGoxel, Style::kFlat, Style::kClay}) {
    RenderSettings settings = Samples(2);
    settings.style = style;
    pictures.push_back({.name = "style_" + std::string(ToString(style)),
                        .settings = settings});
  }
  for (const CameraPreset& preset : CameraPresets()) {
    const std::string name(preset.name);
    pictures.push_back(
        {.name = "from_" + name, .settings = Samples(2), .preset = name});
  }
  const auto add = [&](std::string name, RenderSettings settings) {
    pictures.push_back({.name = std::move(name), .settings = settings});
  };
  add("one_sample", Samples(1));
  add("nine_samples", Samples(3));
  add("shadows_off", {.shadows = Shadows::kOff, .samples_per_side = 2});
  add("shadows_smooth", {.shadows = Shadows::kSmooth, .samples_per_side = 2});
  add("no_occlusion", {.ambient_occlusion = false, .samples_per_side = 2});
  add("outline", {.outline = Outline{.width = 2}, .samples_per_side = 2});
  add("ground", {.ground = true, .samples_per_side = 2});
  add("transparent", {.transparent = true, .samples_per_side = 2});
  add("gradient", {.background = Color{30, 60, 120, 255},
                   .background_bottom = Color{220, 200, 160, 255},
                   .samples_per_side = 2});
  add("low_sun",
      {.light = {.azimuth = 60, .elevation = 15}, .samples_per_side = 2});
  return pictures;
}

Picture Draw(Renderer& renderer, const FixedPicture& what) {
  const Volume volume = HouseOnAMeadow();
  return Render(
      renderer, volume,
      MakeCamera(PresetRequest(what.preset), volume, what.width, what.height),
      what.width, what.height, what.settings);
}

}  // namespace goxel
