// Averages the samples of each pixel, as light adds up.
//
// sRGB bytes are not amounts of light: half of the light of 255 is 188, not
// 128. So samples are decoded (IEC 61966-2-1, in 1/65535), weighted by their
// alpha, added and encoded again; half-covered edges keep their brightness, and
// what is behind a transparent sample does not bleed into the rest. Integers
// alone, so that the bytes are the same on every machine.
//
// Thread safety: pure functions.

#ifndef RENDERER_SAMPLE_AVERAGE_H_
#define RENDERER_SAMPLE_AVERAGE_H_

#include <cstddef>
#include <cstdint>

namespace goxel {

struct SampleRows {
  const std::byte* first;    // RGBA8, straight alpha.
  std::size_t stride_bytes;  // From one row of samples to the next.
  std::uint32_t per_side;    // Samples of a pixel in each direction, 1 to 3.
};

struct PixelRows {
  std::byte* first;  // RGBA8, straight alpha.
  std::size_t stride_bytes;
  std::uint32_t width;  // Pixels.
  std::uint32_t count;  // Rows.
};

// Samples that are all equal give themselves; pixels of alpha 0 are otherwise
// black.
void AverageSamples(const SampleRows& samples, const PixelRows& pixels);

}  // namespace goxel

#endif  // RENDERER_SAMPLE_AVERAGE_H_
