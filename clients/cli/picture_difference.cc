#include "clients/cli/picture_difference.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace goxel {
namespace {

using Pixel = std::array<std::uint8_t, 4>;

Pixel PixelAt(const RgbaPicture& picture, std::size_t byte) {
  Pixel pixel;
  std::copy_n(picture.bytes.begin() + static_cast<std::ptrdiff_t>(byte), 4,
              pixel.begin());
  return pixel;
}

int WorstChannel(const Pixel& a, const Pixel& b) {
  int worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    worst = std::max(worst, std::abs(int{a[i]} - int{b[i]}));
  }
  return worst;
}

// Bright enough that red stands out.
Pixel Pale(const Pixel& pixel) {
  const int grey = (pixel[0] + pixel[1] + pixel[2]) / 3;
  const auto light = static_cast<std::uint8_t>(191 + grey / 4);
  return {light, light, light, 255};
}

}  // namespace

PictureDifference ComparePictures(const RgbaPicture& a, const RgbaPicture& b,
                                  int tolerance) {
  static constexpr Pixel kRed = {220, 0, 0, 255};
  PictureDifference difference;
  difference.picture = {a.width, a.height, {}};
  difference.picture.bytes.reserve(a.bytes.size());
  for (std::size_t at = 0; at < a.bytes.size(); at += 4) {
    const Pixel pixel = PixelAt(a, at);
    const int worst = WorstChannel(pixel, PixelAt(b, at));
    const bool changed = worst > tolerance;
    difference.changed += changed;
    difference.worst_channel = std::max(difference.worst_channel, worst);
    const Pixel shown = changed ? kRed : Pale(pixel);
    difference.picture.bytes.insert(difference.picture.bytes.end(),
                                    shown.begin(), shown.end());
  }
  return difference;
}

}  // namespace goxel
