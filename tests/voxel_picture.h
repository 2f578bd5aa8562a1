// A picture that compresses like a render: hills of flat-shaded voxels, three
// visible faces each, before a smooth sky.

#ifndef TESTS_VOXEL_PICTURE_H_
#define TESTS_VOXEL_PICTURE_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "transfer/pixel_view.h"

namespace goxel {

struct VoxelPictureStyle {
  int voxel_px = 12;      // Half the width of a voxel on the picture.
  int colour_noise = 12;  // Each voxel's colour differs by up to this much.
  std::uint8_t sky_alpha = 255;
};

class VoxelPicture {
 public:
  VoxelPicture(std::uint32_t width, std::uint32_t height,
               VoxelPictureStyle style = {})
      : width_(static_cast<int>(width)),
        height_(static_cast<int>(height)),
        style_(style),
        pixels_(std::size_t{width} * height * 4) {
    DrawSky();
    DrawHills();
  }

  PixelView view() const {
    return {.pixels = pixels_,
            .width = static_cast<std::uint32_t>(width_),
            .height = static_cast<std::uint32_t>(height_),
            .stride_bytes = static_cast<std::uint32_t>(width_) * 4};
  }

 private:
  using Colour = std::array<int, 3>;

  void Put(int x, int y, const Colour& colour, int alpha) {
    if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
    const auto at =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
         static_cast<std::size_t>(x)) *
        4;
    for (std::size_t i = 0; i < 3; ++i) {
      pixels_[at + i] = static_cast<std::byte>(std::clamp(colour[i], 0, 255));
    }
    pixels_[at + 3] = static_cast<std::byte>(alpha);
  }

  void DrawSky() {
    for (int y = 0; y < height_; ++y) {
      const int fade = y * 80 / height_;
      for (int x = 0; x < width_; ++x) {
        Put(x, y, {120 + fade, 160 + fade, 220}, style_.sky_alpha);
      }
    }
  }

  // An integer hash; only needs to look random.
  static std::uint32_t Hash(int x, int y, int z) {
    const auto mix = [](int value, std::uint32_t factor) {
      return static_cast<std::uint32_t>(value) * factor;
    };
    std::uint32_t h = mix(x, 73856093) ^ mix(y, 19349663) ^ mix(z, 83492791);
    h = (h ^ h >> 15) * 0x2c1b3c6du;
    return h ^ h >> 13;
  }

  static int HillHeight(int x, int z) {
    return static_cast<int>(9 + 5 * std::sin(x * 0.11) +
                            4 * std::cos(z * 0.13 + x * 0.05));
  }

  Colour VoxelColour(int x, int y, int z) const {
    static constexpr std::array<Colour, 4> kLayers = {
        {{196, 178, 120}, {96, 140, 62}, {120, 112, 104}, {236, 238, 240}}};
    Colour colour = kLayers[static_cast<std::size_t>(std::clamp(y / 5, 0, 3))];
    const int noise = style_.colour_noise;
    if (noise == 0) return colour;
    const int shift =
        static_cast<int>(Hash(x, y, z) % static_cast<unsigned>(2 * noise + 1));
    for (int& channel : colour) channel += shift - noise;
    return colour;
  }

  // The hexagon that a voxel shows: its top, its left and its right face.
  void DrawVoxel(int left, int top, const Colour& colour) {
    const int s = style_.voxel_px;
    for (int dx = 0; dx < 2 * s; ++dx) {
      const int slope = (dx < s ? dx : 2 * s - 1 - dx) / 2;
      const int side = dx < s ? 6 : 8;
      const Colour shaded = {colour[0] * side / 10, colour[1] * side / 10,
                             colour[2] * side / 10};
      for (int dy = s / 2 - slope; dy < s / 2 + slope + s; ++dy) {
        const bool is_top = dy < s / 2 + slope;
        Put(left + dx, top + dy, is_top ? colour : shaded, 255);
      }
    }
  }

  void DrawHills() {
    const int s = style_.voxel_px;
    const int rows = 2 * height_ / s + 40;
    const int columns = width_ / (2 * s) + 2;
    for (int row = 0; row < rows; ++row) {
      for (int column = -1; column < columns; ++column) {
        const int x = column + row / 2;
        const int z = row - column;
        const int left = column * 2 * s + (row % 2) * s;
        const int ground = height_ / 4 + row * s / 2;
        for (int y = 0; y <= HillHeight(x, z); ++y) {
          DrawVoxel(left, ground + (6 - y) * s, VoxelColour(x, y, z));
        }
      }
    }
  }

  const int width_;
  const int height_;
  const VoxelPictureStyle style_;
  std::vector<std::byte> pixels_;
};

}  // namespace goxel

#endif  // TESTS_VOXEL_PICTURE_H_
