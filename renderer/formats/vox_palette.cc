#include "renderer/formats/vox_palette.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "renderer/formats/color_reduction.h"
#include "renderer/formats/sorted_tiles.h"

namespace goxel {
namespace {

constexpr std::size_t kRgbValues = std::size_t{1} << 24;

std::size_t RgbOf(Color color) {
  return std::size_t{color.r} << 16 | std::size_t{color.g} << 8 | color.b;
}

int Square(int value) { return value * value; }

bool HasRgb(const PaletteEntry& entry, Color color) {
  return RgbOf(entry.color) == RgbOf(color);
}

template <typename Visit>
void ForEachColor(std::span<const Volume* const> volumes, Visit visit) {
  for (const Volume* volume : volumes) {
    for (const auto& [coord, tile] : volume->tiles()) {
      ForEachSolid({coord, tile.get()},
                   [&](Cell, Color color) { visit(color); });
    }
  }
}

// All colours, ascending, opaque; nullopt when they are more than fit.
std::optional<std::vector<Color>> DifferentColors(
    std::span<const Volume* const> volumes) {
  std::vector<bool> known(kRgbValues);
  std::vector<Color> colors;
  ForEachColor(volumes, [&](Color color) {
    if (colors.size() > VoxPalette::kMaxColors || known[RgbOf(color)]) return;
    known[RgbOf(color)] = true;
    colors.push_back({color.r, color.g, color.b, 255});
  });
  if (colors.size() > VoxPalette::kMaxColors) return std::nullopt;
  std::ranges::sort(colors, {}, RgbOf);
  return colors;
}

}  // namespace

VoxPalette::VoxPalette(const Scene& scene,
                       std::span<const Volume* const> volumes)
    : index_(kRgbValues) {
  if (const auto colors = DifferentColors(volumes)) {
    if (!Keep(scene, *colors)) Fill(scene, *colors);
    return;
  }
  is_exact_ = false;
  ColorReduction reduction;
  ForEachColor(volumes, [&](Color color) { reduction.Add(color); });
  Fill(scene, reduction.Reduce(kMaxColors));
}

bool VoxPalette::Keep(const Scene& scene, std::span<const Color> colors) {
  if (scene.palette.size() != entries_.size()) return false;
  const std::span own(scene.palette.begin() + 1, scene.palette.end());
  const bool has_all = std::ranges::all_of(colors, [&](Color color) {
    return std::ranges::any_of(own, [color](const PaletteEntry& entry) {
      return HasRgb(entry, color);
    });
  });
  if (has_all) std::ranges::copy(own, entries_.begin() + 1);
  return has_all;
}

// Takes the colours as they are, each with the material that the scene's
// palette gives it.
void VoxPalette::Fill(const Scene& scene, std::span<const Color> colors) {
  for (std::size_t i = 0; i < colors.size(); ++i) {
    const auto own = std::ranges::find_if(
        scene.palette,
        [&](const PaletteEntry& entry) { return HasRgb(entry, colors[i]); });
    entries_[i + 1] = {colors[i],
                       own == scene.palette.end() ? -1 : own->material};
  }
}

std::uint8_t VoxPalette::IndexOf(Color color) {
  std::uint8_t& index = index_[RgbOf(color)];
  if (index == 0) index = FindNearest(color);
  return index;
}

std::uint8_t VoxPalette::FindNearest(Color color) const {
  std::size_t best = 1;
  int least = std::numeric_limits<int>::max();
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    const Color entry = entries_[i].color;
    if (entry.a == 0) continue;
    const int distance = Square(entry.r - color.r) + Square(entry.g - color.g) +
                         Square(entry.b - color.b);
    if (distance >= least) continue;
    least = distance;
    best = i;
  }
  return static_cast<std::uint8_t>(best);
}

}  // namespace goxel
