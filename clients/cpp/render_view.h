// How a picture is taken and how it looks, as parameters of goxel.render_scene.
// What is empty or unset is the daemon's to choose. The daemon says what the
// values may be (docs/cameras.md, docs/wire-api/renders.md).

#ifndef CLIENTS_CPP_RENDER_VIEW_H_
#define CLIENTS_CPP_RENDER_VIEW_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace goxel {

// R, G, B, A.
using Rgba = std::array<std::uint8_t, 4>;

struct RenderCamera {
  std::string preset{};
  std::optional<double> azimuth{};    // Degrees.
  std::optional<double> elevation{};  // Degrees.
  std::optional<double> roll{};       // Degrees.
  std::optional<double> fov{};        // Degrees, vertically.
  bool orthographic = false;
  std::string stored{};  // Name of a camera of the scene's file, or "active".
  // Camera to world, column by column; +Y up, looks along -Z.
  std::optional<std::array<double, 16>> matrix{};
};

struct RenderLook {
  std::string style{};    // "default", "goxel", "flat" or "clay".
  std::string shadows{};  // "off", "fast" or "smooth".
  std::optional<bool> ambient_occlusion{};
  std::optional<int> samples{};           // Of a pixel; 1, 4 or 9.
  std::optional<double> outline_width{};  // Pixels; unset: no outline.
  bool ground = false;                    // Catches the scene's shadow.
  std::optional<Rgba> background{};
  std::optional<Rgba> background_bottom{};  // Of the last row.
  bool transparent = false;
  std::optional<double> light_azimuth{};    // Degrees.
  std::optional<double> light_elevation{};  // Degrees.
};

}  // namespace goxel

#endif  // CLIENTS_CPP_RENDER_VIEW_H_
