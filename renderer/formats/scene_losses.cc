#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "renderer/formats/scene_writer.h"
#include "renderer/formats/vox_writer.h"

namespace goxel {
namespace {

// What of the picture is neither opaque nor empty.
struct Translucent {
  std::uint64_t faint = 0;  // Not solid: no file but Goxel's has them.
  std::uint64_t solid = 0;
};

Translucent CountTranslucent(const Scene& scene) {
  Translucent count;
  const Volume volume = Composite(scene);
  for (const auto& [coord, tile] : volume.tiles()) {
    for (const Color color : tile->voxels) {
      if (color.a == 0 || color.a == 255) continue;
      ++(color.a < kSolidAlpha ? count.faint : count.solid);
    }
  }
  return count;
}

std::string Counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? " is" : "s are");
}

// Of formats that know no alpha.
void AddTranslucent(const Scene& scene, std::vector<std::string>& losses) {
  const Translucent count = CountTranslucent(scene);
  if (count.faint > 0) {
    losses.push_back(fmt::format("{} left out: their alpha is below {}",
                                 Counted(count.faint, "voxel"), kSolidAlpha));
  }
  if (count.solid > 0) {
    losses.push_back(fmt::format("{} written as opaque",
                                 Counted(count.solid, "translucent voxel")));
  }
}

void AddHidden(const Scene& scene, ExportFormat format,
               std::vector<std::string>& losses) {
  if (format == ExportFormat::kVox) return;
  const auto hidden = std::ranges::count_if(
      scene.layers, [](const Layer& layer) { return !layer.visible; });
  if (hidden == 0) return;
  losses.push_back(
      fmt::format("{} left out",
                  Counted(static_cast<std::uint64_t>(hidden), "hidden layer")));
}

// Materials of voxels by their colour are MagicaVoxel's alone.
bool HasPaletteMaterials(const Scene& scene) {
  return std::ranges::any_of(scene.palette, [](const PaletteEntry& entry) {
    return entry.material >= 0;
  });
}

}  // namespace

std::vector<std::string> FindLosses(const Scene& scene, ExportFormat format) {
  std::vector<std::string> losses;
  if (format == ExportFormat::kMtl) return losses;
  if (format == ExportFormat::kVox && ExceedsVoxPalette(scene)) {
    losses.emplace_back(
        "the scene has more than 255 colours: voxels have the nearest of 255");
  }
  if (format == ExportFormat::kGox) {
    if (HasPaletteMaterials(scene)) {
      losses.emplace_back("materials of palette colours are left out");
    }
    return losses;
  }
  if (format != ExportFormat::kPngSlices) AddTranslucent(scene, losses);
  AddHidden(scene, format, losses);
  return losses;
}

}  // namespace goxel
