// Which colours voxels have, and how many have each.
//
// Thread safety: all functions may be called from any thread.

#ifndef RENDERER_SCENE_COLOR_COUNT_H_
#define RENDERER_SCENE_COLOR_COUNT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ipc/status.h"
#include "renderer/scene/voxel_selection.h"

namespace goxel {

struct ColorCount {
  Color color;
  std::uint64_t count = 0;  // Voxels.
  bool operator==(const ColorCount&) const = default;
};

// The colour that stands for all that share its bin: channels are cut into bins
// of `bin_size` values, from 0 on, and a bin is told by its middle, 255 at
// most. Alpha is kept. A bin size of 0 or 1 keeps every colour.
Color BinColor(Color color, int bin_size);

// More different colours are not counted.
inline constexpr std::size_t kMaxCountedColors = std::size_t{1} << 20;

// The colours of the selected voxels in bins of `bin_size`, as SortByColor()
// orders them. kTooLarge (limit) when they are more than `max_colors`.
Result<std::vector<ColorCount>> CountColors(
    const VoxelSelection& voxels, int bin_size,
    std::size_t max_colors = kMaxCountedColors);

// By count, the largest first; colours of equal counts as SortByColor() does.
void SortByCount(std::vector<ColorCount>& colors);

// Ascending by r, g, b, a.
void SortByColor(std::vector<ColorCount>& colors);

}  // namespace goxel

#endif  // RENDERER_SCENE_COLOR_COUNT_H_
