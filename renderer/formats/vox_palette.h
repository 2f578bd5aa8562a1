// The palette of a .vox file that is to be written: at most 255 colours, and
// for each colour of the scene the one that stands for it.

#ifndef RENDERER_FORMATS_VOX_PALETTE_H_
#define RENDERER_FORMATS_VOX_PALETTE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "renderer/scene/scene.h"

namespace goxel {

class VoxPalette {
 public:
  static constexpr std::size_t kMaxColors = 255;  // Index 0 is no voxel.

  // For the solid voxels of `volumes`. The palette that came with the scene is
  // kept where it has all their colours; otherwise they become the palette,
  // reduced (color_reduction.h) when they are more than kMaxColors.
  VoxPalette(const Scene& scene, std::span<const Volume* const> volumes);

  // The entry for a voxel of this colour, from 1: its own, or the nearest. The
  // alpha does not matter.
  std::uint8_t IndexOf(Color color);

  // Entry 0 is empty.
  const std::array<PaletteEntry, kMaxColors + 1>& entries() const {
    return entries_;
  }

  // False when colours had to be reduced.
  bool is_exact() const { return is_exact_; }

 private:
  bool Keep(const Scene& scene, std::span<const Color> colors);
  void Fill(const Scene& scene, std::span<const Color> colors);
  std::uint8_t FindNearest(Color color) const;

  std::array<PaletteEntry, kMaxColors + 1> entries_{};
  bool is_exact_ = true;
  std::vector<std::uint8_t> index_;  // By r, g, b; 0 where not yet known.
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_VOX_PALETTE_H_
