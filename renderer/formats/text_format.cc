#include "renderer/formats/text_format.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "renderer/formats/read_budget.h"
#include "renderer/formats/text_lines.h"

namespace goxel {
namespace {

struct Voxel {
  Cell cell;
  Color color;
};

std::optional<Color> ParseColor(std::string_view word) {
  std::uint32_t rgb = 0;
  if (word.size() != 6 || !ParseInteger(word, 16, rgb)) return std::nullopt;
  return Color{static_cast<std::uint8_t>(rgb >> 16),
               static_cast<std::uint8_t>(rgb >> 8 & 0xFF),
               static_cast<std::uint8_t>(rgb & 0xFF), 255};
}

std::optional<Voxel> ParseVoxel(std::string_view line) {
  Voxel voxel;
  for (std::int32_t* axis : {&voxel.cell.x, &voxel.cell.y, &voxel.cell.z}) {
    if (!ParseInteger(TakeWord(line), 10, *axis)) return std::nullopt;
  }
  const std::optional<Color> color = ParseColor(TakeWord(line));
  if (!color || !TakeWord(line).empty()) return std::nullopt;
  voxel.color = *color;
  return voxel;
}

}  // namespace

bool LooksLikeText(std::span<const std::byte> bytes) {
  // A binary file may hold no line end for very long.
  constexpr std::size_t kEnough = 64 * 1024;
  std::string_view text = AsText(bytes).substr(0, kEnough);
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (!IsComment(line)) return ParseVoxel(line).has_value();
  }
  return false;
}

Result<Scene> ReadText(std::span<const std::byte> bytes,
                       const ReadLimits& limits) {
  Scene scene = NewScene();
  Volume& volume = scene.layers.front().volume;
  ReadBudget budget(limits);
  std::string_view text = AsText(bytes);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = TakeLine(text);
    if (IsComment(line)) continue;
    const std::optional<Voxel> voxel = ParseVoxel(line);
    if (!voxel) {
      return Fail(StatusCode::kInvalidArgument,
                  fmt::format("line {} is \"{}\"; expected \"X Y Z RRGGBB\" or "
                              "a comment that starts with #",
                              number, Quote(line)));
    }
    volume.Set(voxel->cell, voxel->color);
    if (Status taken = budget.TakeVoxels(1); !taken.ok()) return Fail(taken);
    if (Status room = budget.CheckTiles(volume.CountTiles()); !room.ok())
      return Fail(room);
  }
  return scene;
}

}  // namespace goxel
