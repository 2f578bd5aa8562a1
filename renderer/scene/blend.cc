#include "renderer/scene/blend.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace goxel {
namespace {

std::uint8_t ToByte(int value) { return static_cast<std::uint8_t>(value); }

// What the mode does with a voxel of the layer above and one below; either may
// be empty. The formulas stand at BlendMode.
Color BlendOver(Color below, Color above) {
  const int weight_above = 255 * above.a;
  const int weight_below = below.a * (255 - above.a);
  const int total = weight_above + weight_below;
  if (total == 0) return {};
  const auto mix = [&](int b, int a) {
    return ToByte((a * weight_above + b * weight_below) / total);
  };
  return {mix(below.r, above.r), mix(below.g, above.g), mix(below.b, above.b),
          ToByte(above.a + weight_below / 255)};
}

Color BlendPaint(Color below, Color above) {
  const auto mix = [&](int b, int a) {
    return ToByte((a * above.a + b * (255 - above.a)) / 255);
  };
  return {mix(below.r, above.r), mix(below.g, above.g), mix(below.b, above.b),
          below.a};
}

Color BlendMultiply(Color below, Color above) {
  const auto scale = [&](int b) { return ToByte(b * above.a / 255); };
  return {scale(below.r), scale(below.g), scale(below.b), scale(below.a)};
}

Color WithAlpha(Color color, int alpha) {
  color.a = ToByte(alpha);
  return color;
}

std::shared_ptr<const Tile> BlendTiles(BlendMode mode, const Tile& below,
                                       const Tile& above) {
  auto tile = std::make_shared<Tile>();
  for (std::size_t i = 0; i < tile->voxels.size(); ++i) {
    tile->voxels[i] = Blend(mode, below.voxels[i], above.voxels[i]);
  }
  tile->Normalize();
  return tile;
}

}  // namespace

Color Blend(BlendMode mode, Color below, Color above) {
  switch (mode) {
    case BlendMode::kOver:
      return BlendOver(below, above);
    case BlendMode::kSubtract:
      return WithAlpha(below, std::max(below.a - above.a, 0));
    case BlendMode::kSubtractClamp:
      return WithAlpha(below, std::min(int{below.a}, 255 - above.a));
    case BlendMode::kPaint:
      return BlendPaint(below, above);
    case BlendMode::kMax:
      return above.a == 0 ? below
                          : WithAlpha(above, std::max(below.a, above.a));
    case BlendMode::kIntersect:
      return WithAlpha(below, std::min(below.a, above.a));
    case BlendMode::kIntersectFill:
      return WithAlpha(above, std::min(below.a, above.a));
    case BlendMode::kMultiplyAlpha:
      return BlendMultiply(below, above);
    case BlendMode::kReplace:
      return above;
  }
  return below;
}

bool ShowsAbove(BlendMode mode, Color below, Color above) {
  switch (mode) {
    case BlendMode::kOver:
      return above.a != 0 && 255 * above.a >= below.a * (255 - above.a);
    case BlendMode::kMax:
      return above.a != 0;
    case BlendMode::kIntersectFill:
    case BlendMode::kReplace:
      return true;
    case BlendMode::kSubtract:
    case BlendMode::kSubtractClamp:
    case BlendMode::kPaint:
    case BlendMode::kIntersect:
    case BlendMode::kMultiplyAlpha:
      break;
  }
  return false;
}

bool KeepsBelow(BlendMode mode) {
  return Blend(mode, {1, 1, 1, 255}, {}).a != 0;
}

bool AddsAbove(BlendMode mode) {
  return Blend(mode, {}, {1, 1, 1, 255}).a != 0;
}

void BlendLayer(const Layer& layer, Volume& result) {
  const Volume below = result;
  const Volume& above = layer.volume;
  for (const auto& [coord, tile] : above.tiles()) {
    if (const Tile* other = below.FindTile(coord)) {
      result.SetTile(coord, BlendTiles(layer.mode, *other, *tile));
    } else if (AddsAbove(layer.mode)) {
      result.SetTile(coord, tile);
    }
  }
  if (KeepsBelow(layer.mode)) return;
  for (const auto& [coord, tile] : below.tiles()) {
    if (above.FindTile(coord) == nullptr) result.SetTile(coord, nullptr);
  }
}

}  // namespace goxel
