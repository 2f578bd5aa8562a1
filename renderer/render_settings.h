// How a picture is to look, as a request says it. What a style leaves open here
// is resolved by ResolveLook() (look.h).

#ifndef RENDERER_RENDER_SETTINGS_H_
#define RENDERER_RENDER_SETTINGS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ipc/status.h"
#include "renderer/scene/volume.h"

namespace goxel {

// Of styles that have none of their own.
inline constexpr Color kDefaultBackground = {240, 240, 240, 255};

enum class Style : std::uint8_t {
  kDefault,  // Sun that follows the camera, soft shadow, sky light.
  kGoxel,    // As Goxel's own viewport shows a scene.
  kFlat,     // Every face shows exactly its voxel's colour; no light at all.
  kClay,     // Light and shadow alone: all voxels of one matt grey.
};
// By Style, as requests and replies write it.
inline constexpr std::array<std::string_view, 4> kStyleNames = {
    "default", "goxel", "flat", "clay"};
constexpr std::string_view ToString(Style style) {
  return kStyleNames[static_cast<std::size_t>(style)];
}

enum class Shadows : std::uint8_t {
  kOff,
  kFast,    // One filtered look at the shadow map for each pixel.
  kSmooth,  // Many: a wide, soft edge.
};
inline constexpr std::array<std::string_view, 3> kShadowsNames = {"off", "fast",
                                                                  "smooth"};
constexpr std::string_view ToString(Shadows shadows) {
  return kShadowsNames[static_cast<std::size_t>(shadows)];
}

inline constexpr double kMaxLightFactor = 10;
inline constexpr double kMinOutlineWidth = 0.5;  // Pixels.
inline constexpr double kMaxOutlineWidth = 16;   // Pixels.
inline constexpr int kMaxSamplesPerSide = 3;

// The sun and the light around it. Factors multiply what the style has.
struct LightSettings {
  // Where the sun stands, as a camera's azimuth and elevation (camera.h), in
  // degrees. Unset: where the style has it.
  std::optional<double> azimuth{};
  std::optional<double> elevation{};  // -90 to 90.
  // True: azimuth and elevation are counted from the camera's. Unset: where the
  // style has its sun, or false when azimuth or elevation is given.
  std::optional<bool> follows_camera{};
  double intensity = 1;  // Of the sun; 0 to 10.
  double ambient = 1;    // Of the light from everywhere; 0 to 10.
  double shadow = 1;     // How dark a shadow is; 0 (not at all) to 1.

  bool operator==(const LightSettings&) const = default;
};

struct Outline {
  double width = 1;  // Pixels of the finished picture; 0.5 to 16.
  Color color = {20, 20, 24, 255};
  bool operator==(const Outline&) const = default;
};

struct RenderSettings {
  Style style = Style::kDefault;
  // Unset: the style's own. With `background_bottom` the picture's rows go
  // evenly from `background`, the topmost, to it.
  std::optional<Color> background{};
  std::optional<Color> background_bottom{};
  bool transparent = false;                 // Background 0,0,0,0 instead.
  std::optional<Shadows> shadows{};         // Unset: the style's own.
  std::optional<bool> ambient_occlusion{};  // Unset: the style's own.
  std::optional<Outline> outline{};         // Unset: none.
  bool ground = false;  // A plane under the scene that shows its shadow alone.
  LightSettings light{};
  // Samples in each direction of a pixel, 1 to 3: the picture is drawn so many
  // times as wide and high, and averaged in linear light.
  int samples_per_side = 1;

  bool operator==(const RenderSettings&) const = default;
};

// kInvalidArgument naming the first member that is not finite or out of its
// range, its value and the range.
Status CheckSettings(const RenderSettings& settings);

// What a request gets that says nothing of samples: two a side where that costs
// at most what a plain 4K picture does.
constexpr int DefaultSamplesPerSide(std::uint32_t width, std::uint32_t height) {
  constexpr std::uint64_t kMostPixels = std::uint64_t{1920} * 1080;
  return std::uint64_t{width} * height <= kMostPixels ? 2 : 1;
}

}  // namespace goxel

#endif  // RENDERER_RENDER_SETTINGS_H_
