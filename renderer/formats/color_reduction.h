// Few colours that stand for many: median cut.

#ifndef RENDERER_FORMATS_COLOR_REDUCTION_H_
#define RENDERER_FORMATS_COLOR_REDUCTION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "renderer/scene/volume.h"

namespace goxel {

// Gathers colours without their alpha, in bins of 8 values per channel, so that
// any number of them takes the same memory.
class ColorReduction {
 public:
  ColorReduction();

  void Add(Color color);

  // At most `max_colors` (from 1), opaque, ascending by r, g, b: the means of
  // groups of bins. Groups are cut in two at the voxel in the middle of their
  // longest side, always the group with the most voxels times length.
  std::vector<Color> Reduce(std::size_t max_colors) const;

 private:
  struct Bin {
    std::array<std::uint64_t, 3> sum{};  // r, g, b of its voxels.
    std::uint64_t count = 0;
  };

  std::vector<Bin> bins_;
};

}  // namespace goxel

#endif  // RENDERER_FORMATS_COLOR_REDUCTION_H_
