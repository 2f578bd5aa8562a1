#include "renderer/sample_average.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

namespace goxel {
namespace {

constexpr std::uint32_t kFullLight = 65535;

double LightOf(double srgb) {
  return srgb <= 0.04045 ? srgb / 12.92 : std::pow((srgb + 0.055) / 1.055, 2.4);
}

// Both directions. The steps between the darkest bytes are 20 of the 65535, so
// that every byte comes back as itself.
class SrgbTables {
 public:
  SrgbTables() : bytes_(kFullLight + 1) {
    for (std::size_t byte = 0; byte < light_.size(); ++byte) {
      light_[byte] = static_cast<std::uint32_t>(
          std::lround(LightOf(static_cast<double>(byte) / 255) * kFullLight));
    }
    // A light is shown by the byte whose own light is nearest.
    std::uint32_t light = 0;
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t end =
          byte < 255 ? (light_[byte] + light_[byte + 1]) / 2 : kFullLight;
      for (; light <= end; ++light) {
        bytes_[light] = static_cast<std::uint8_t>(byte);
      }
    }
  }

  std::uint32_t light(std::uint32_t byte) const { return light_[byte]; }
  std::uint32_t byte(std::uint32_t light) const { return bytes_[light]; }

 private:
  std::array<std::uint32_t, 256> light_;
  std::vector<std::uint8_t> bytes_;
};

const SrgbTables& Tables() {
  static const SrgbTables tables;
  return tables;
}

std::uint32_t Load(const std::byte* from) {
  std::uint32_t sample;
  std::memcpy(&sample, from, sizeof(sample));
  return sample;
}

// Samples as they lie in memory, the first channel in the lowest byte.
constexpr std::uint32_t Channel(std::uint32_t sample, int index) {
  return sample >> (8 * index) & 0xff;
}
constexpr std::uint32_t kAlphaMask = 0xff000000;

template <std::uint32_t kCount>
using Samples = std::array<std::uint32_t, kCount>;

template <std::uint32_t kCount>
std::uint32_t AverageOpaque(const Samples<kCount>& samples,
                            const SrgbTables& tables) {
  std::uint32_t pixel = kAlphaMask;
  for (int channel = 0; channel < 3; ++channel) {
    std::uint32_t light = kCount / 2;
    for (const std::uint32_t sample : samples) {
      light += tables.light(Channel(sample, channel));
    }
    pixel |= tables.byte(light / kCount) << (8 * channel);
  }
  return pixel;
}

template <std::uint32_t kCount>
std::uint32_t AverageWeighted(const Samples<kCount>& samples,
                              const SrgbTables& tables) {
  std::uint32_t alpha = 0;
  for (const std::uint32_t sample : samples) alpha += Channel(sample, 3);
  if (alpha == 0) return 0;
  std::uint32_t pixel = (alpha + kCount / 2) / kCount << 24;
  for (int channel = 0; channel < 3; ++channel) {
    std::uint32_t light = alpha / 2;
    for (const std::uint32_t sample : samples) {
      light += tables.light(Channel(sample, channel)) * Channel(sample, 3);
    }
    pixel |= tables.byte(light / alpha) << (8 * channel);
  }
  return pixel;
}

template <std::uint32_t kPerSide>
void AverageRow(const std::byte* from, std::size_t stride, std::byte* to,
                std::uint32_t width) {
  const SrgbTables& tables = Tables();
  constexpr std::uint32_t kCount = kPerSide * kPerSide;
  Samples<kCount> samples;
  for (std::uint32_t x = 0; x < width; ++x, from += kPerSide * 4, to += 4) {
    std::uint32_t differing = 0;
    std::uint32_t all = kAlphaMask;
    for (std::uint32_t i = 0; i < kCount; ++i) {
      samples[i] = Load(from + i / kPerSide * stride + i % kPerSide * 4);
      differing |= samples[i] ^ samples[0];
      all &= samples[i];
    }
    std::uint32_t pixel = samples[0];
    if (differing != 0) {
      pixel = all == kAlphaMask ? AverageOpaque<kCount>(samples, tables)
                                : AverageWeighted<kCount>(samples, tables);
    }
    std::memcpy(to, &pixel, sizeof(pixel));
  }
}

}  // namespace

void AverageSamples(const SampleRows& samples, const PixelRows& pixels) {
  const auto average_row = samples.per_side == 3   ? AverageRow<3>
                           : samples.per_side == 2 ? AverageRow<2>
                                                   : AverageRow<1>;
  const std::byte* from = samples.first;
  std::byte* to = pixels.first;
  for (std::uint32_t row = 0; row < pixels.count; ++row) {
    average_row(from, samples.stride_bytes, to, pixels.width);
    from += samples.stride_bytes * samples.per_side;
    to += pixels.stride_bytes;
  }
}

}  // namespace goxel
