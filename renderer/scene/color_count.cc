#include "renderer/scene/color_count.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

namespace goxel {
namespace {

// Numbers are in the order of r, g, b, a.
std::uint32_t NumberOf(Color color) {
  return std::uint32_t{color.r} << 24 | std::uint32_t{color.g} << 16 |
         std::uint32_t{color.b} << 8 | color.a;
}

Color ColorOf(std::uint32_t number) {
  const auto byte = [number](int shift) {
    return static_cast<std::uint8_t>(number >> shift & 255u);
  };
  return {byte(24), byte(16), byte(8), byte(0)};
}

std::uint8_t BinMiddle(std::uint8_t channel, int bin_size) {
  const int middle = channel / bin_size * bin_size + bin_size / 2;
  return static_cast<std::uint8_t>(std::min(middle, 255));
}

}  // namespace

Color BinColor(Color color, int bin_size) {
  if (bin_size <= 1) return color;
  return {BinMiddle(color.r, bin_size), BinMiddle(color.g, bin_size),
          BinMiddle(color.b, bin_size), color.a};
}

Result<std::vector<ColorCount>> CountColors(const VoxelSelection& voxels,
                                            int bin_size,
                                            std::size_t max_colors) {
  std::unordered_map<std::uint32_t, std::uint64_t> counts;
  for (std::size_t tile = 0; tile < voxels.tiles(); ++tile) {
    voxels.ForEachIn(tile, [&](Cell, Color color) {
      ++counts[NumberOf(BinColor(color, bin_size))];
    });
    if (counts.size() > max_colors) {
      return Fail(Status(StatusCode::kTooLarge,
                         "the voxels have more than " +
                             std::to_string(max_colors) +
                             " colours; ask for a smaller region, or for bins "
                             "of several values")
                      .With("limit", static_cast<std::int64_t>(max_colors)));
    }
  }
  std::vector<ColorCount> colors;
  colors.reserve(counts.size());
  for (const auto& [number, count] : counts) {
    colors.push_back({ColorOf(number), count});
  }
  SortByColor(colors);
  return colors;
}

void SortByCount(std::vector<ColorCount>& colors) {
  std::ranges::sort(colors, [](const ColorCount& one, const ColorCount& other) {
    return std::tuple(other.count, NumberOf(one.color)) <
           std::tuple(one.count, NumberOf(other.color));
  });
}

void SortByColor(std::vector<ColorCount>& colors) {
  std::ranges::sort(colors, {},
                    [](const ColorCount& one) { return NumberOf(one.color); });
}

}  // namespace goxel
